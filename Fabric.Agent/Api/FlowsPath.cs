using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>Tells which flows this host has installed.</summary>
/// <remarks>The threads that forward copy; text is made here, and of flows that nobody wants as little as it takes to know that.</remarks>
internal static class FlowsPath
{
    /// <summary>With more flows than this their statistics are those of the last sweep, two seconds old at most: packets would wait for the questions.</summary>
    private const int MaxAskedFlows = 256;

    /// <summary>The flows, the busiest first.</summary>
    /// <param name="agent">Whose.</param>
    /// <param name="text">Only flows whose text, port, verdict or rules hold all of these words; null for all.</param>
    /// <param name="limit">How many at most; null for all.</param>
    public static async Task<JsonObject> RunAsync(AgentHost agent, string? text, int? limit)
    {
        var flows = (await agent.OnEachThreadAsync(Read)).SelectMany(thread => thread).ToArray();
        var topology = agent.View.Topology;
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var matched = flows.Where(flow => words.Length == 0 || Holds(topology, flow, words)).ToArray();
        Array.Sort(matched, (left, right) => right.Statistics.Packets.CompareTo(left.Statistics.Packets));
        var items = matched.Take(limit ?? int.MaxValue).Select(flow => (JsonNode)Tell(topology, flow));
        return new JsonObject
        {
            ["total"] = flows.Length,
            ["matched"] = matched.Length,
            ["items"] = new JsonArray([.. items]),
        };
    }

    /// <summary>Runs on an upcall thread.</summary>
    private static Standing[] Read(UpcallShard shard) =>
        [
            .. shard
                .Parts.Flows.Records.Where(record => record.State is FlowState.Installing or FlowState.Installed)
                .Select(record => new Standing(
                    new DatapathFlow(record.Flow.Id, record.Flow.Key, new SharedMask(record.Flow.Mask), record.Flow.Actions),
                    record.Sample,
                    record.Ingress,
                    record.Verdict,
                    record.Rules,
                    Statistics(shard, record),
                    record.Created
                )),
        ];

    private static FlowStatistics Statistics(UpcallShard shard, FlowRecord record) =>
        shard.Parts.Flows.Count <= MaxAskedFlows && shard.Datapath.TryGetStatistics(record.Flow.Id, out var statistics)
            ? statistics
            : record.Statistics;

    /// <summary>What is short is looked through before what takes long to write.</summary>
    private static bool Holds(TopologySnapshot topology, Standing flow, string[] words)
    {
        var brief = $"{NameOf(topology, flow.Ingress)} {VerdictOf(flow)} {string.Join(' ', RulesOf(topology, flow))}";
        var rest = Array.FindAll(words, word => !brief.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (rest.Length == 0)
            return true;
        var whole = $"{FlowText.Format(flow.Flow.Key, flow.Flow.Mask)} {FlowText.Format(flow.Flow.Key, flow.Flow.Actions.AsSpan())}";
        return Array.TrueForAll(rest, word => whole.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static JsonObject Tell(TopologySnapshot topology, Standing flow)
    {
        var name = NameOf(topology, flow.Ingress);
        return new JsonObject
        {
            ["flow"] = FlowText.Format(flow.Flow.Key, flow.Flow.Mask),
            ["actions"] = FlowText.Format(flow.Flow.Key, flow.Flow.Actions.AsSpan()),
            ["packets"] = flow.Statistics.Packets,
            ["bytes"] = flow.Statistics.Bytes,
            ["used"] = flow.Statistics.LastUsed == 0 ? null : Seconds(flow.Statistics.LastUsed),
            ["age"] = Seconds(flow.Created),
            ["port"] = name.Length == 0 ? null : name,
            ["what"] = PacketWords.Of(flow.Sample),
            ["verdict"] = VerdictOf(flow),
            ["rules"] = new JsonArray([.. RulesOf(topology, flow).Select(rule => (JsonNode)rule)]),
            // What came out of a tunnel was decided at the host where it came in.
            ["packet"] = name.Length == 0 ? null : PacketNotation.Format(flow.Sample, name),
        };
    }

    private static string VerdictOf(Standing flow) =>
        flow.Verdict.Kind == VerdictKind.Drop ? $"drop {flow.Verdict.Reason}" : flow.Verdict.Kind.ToString().ToLowerInvariant();

    private static IEnumerable<string> RulesOf(TopologySnapshot topology, Standing flow) =>
        flow.Rules.Select(hit => $"{topology.Chains.GetValueOrDefault(hit.Chain)?.Name}/{hit.Rule}");

    private static string NameOf(TopologySnapshot topology, PortId port) => topology.Ports.GetValueOrDefault(port)?.Name.ToString() ?? "";

    private static string Seconds(long since) =>
        TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + "s";

    /// <summary>What was copied of a flow on its thread, whose object may be another flow's later.</summary>
    private sealed record Standing(
        DatapathFlow Flow,
        FlowKey Sample,
        PortId Ingress,
        Verdict Verdict,
        RuleHit[] Rules,
        FlowStatistics Statistics,
        long Created
    );
}
