using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>Tells which flows hold some words: in their text, or in the names of their port, verdict and rules.</summary>
/// <remarks>Flows that rest on the same rules and verdict have the same names, so these are looked into once. Not thread-safe.</remarks>
internal sealed class FlowSearch(TopologySnapshot topology, string[] words)
{
    private readonly FlowFinder _finder = new(words);
    private readonly Dictionary<(PortId, VerdictKind, DropReason, RuleHit[]), UInt128> _named = [];

    /// <summary>True if the flow holds all the words.</summary>
    public bool Holds(in StandingFlow flow)
    {
        var missing = _finder.All;
        if (missing == UInt128.Zero)
            return true;
        var key = (flow.Ingress, flow.Verdict, flow.Reason, flow.Rules);
        if (!_named.TryGetValue(key, out var found))
            _named.Add(
                key,
                found = _finder.FindIn($"{NameOf(topology, flow.Ingress)} {VerdictOf(flow)} {string.Join(' ', RulesOf(topology, flow))}")
            );
        missing &= ~found;
        return missing == UInt128.Zero || _finder.HasAll(flow.Key, flow.Mask.Value, flow.Actions, missing);
    }

    /// <summary>The verdict in a word or two.</summary>
    public static string VerdictOf(in StandingFlow flow) =>
        flow.Verdict == VerdictKind.Drop ? $"drop {flow.Reason}" : flow.Verdict.ToString().ToLowerInvariant();

    /// <summary>The rules as CHAIN/RULE.</summary>
    public static IEnumerable<string> RulesOf(TopologySnapshot topology, in StandingFlow flow) =>
        flow.Rules.Select(hit => $"{topology.Chains.GetValueOrDefault(hit.Chain)?.Name}/{hit.Rule}");

    /// <summary>A port's name; empty if there is none of that id.</summary>
    public static string NameOf(TopologySnapshot topology, PortId port) => topology.Ports.GetValueOrDefault(port)?.Name.ToString() ?? "";
}
