using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Upcalls;

/// <summary>Packets that were dropped alike: the last of them, and how many.</summary>
/// <param name="Key">The headers of the last one as it came.</param>
/// <param name="Ingress">The exterior port that it came in by.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Rule">The name of the rule that decided, if one did: rules move while the record stands.</param>
/// <param name="First">When the first was decided, in ticks of the agent's clock.</param>
/// <param name="Last">When the last was decided, or was seen by its flow.</param>
/// <param name="Packets">Packets decided in user space; those that a flow dropped come on top.</param>
public readonly record struct DropRecord(FlowKey Key, PortId Ingress, Verdict Verdict, string? Rule, long First, long Last, long Packets)
{
    /// <summary>The other is of the same conversation, and ended for the same reason.</summary>
    /// <remarks>The source port is left out: whoever tries again does so from another one.</remarks>
    public bool IsLike(in FlowKey key, PortId ingress, in Verdict verdict) =>
        Packets > 0
        && (Ingress, Verdict.Reason, Verdict.Decider) == (ingress, verdict.Reason, verdict.Decider)
        && (Key.EthType, Key.IpProto, Key.TpDst) == (key.EthType, key.IpProto, key.TpDst)
        && Key.NwSrc == key.NwSrc
        && Key.NwDst == key.NwDst
        && Key.EthSrc == key.EthSrc;

    /// <summary>What decided, with the place that its rule has in a network; without place if that has no such rule.</summary>
    public Decider DeciderIn(TopologySnapshot topology)
    {
        if (Rule is not { } name)
            return Verdict.Decider;
        var rules = topology.Chains.GetValueOrDefault(Verdict.Decider.Chain)?.Rules ?? [];
        for (var i = 0; i < rules.Length; i++)
        {
            if (rules[i].Name == name)
                return Verdict.Decider with { RuleIndex = i };
        }
        return Verdict.Decider with { RuleIndex = -1 };
    }
}
