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
/// <remarks>
/// The threads that forward copy a slice at a time, so that packets never wait for long; it is looked through here, while they copy the next. Flows that
/// begin meanwhile may be missing, and of one that ends before its row is written there is none.
/// </remarks>
internal static class FlowsPath
{
    /// <summary>With more flows than this their statistics are those of the last sweep, two seconds old at most: packets would wait for the questions.</summary>
    private const int MaxAskedFlows = 256;

    /// <summary>Flows that a thread copies at once: about a millisecond.</summary>
    private const int CopySlice = 4096;

    /// <summary>The flows, the busiest first.</summary>
    /// <param name="agent">Whose.</param>
    /// <param name="text">Only flows whose text, port, verdict or rules hold all of these words; null for all.</param>
    /// <param name="limit">How many at most; null for all.</param>
    public static async Task<JsonObject> RunAsync(AgentHost agent, string? text, int? limit)
    {
        var topology = agent.View.Topology;
        var search = new FlowSearch(topology, (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var busiest = new PriorityQueue<FlowRow, long>();
        var total = 0;
        var matched = 0;
        foreach (var shard in agent.Shards)
        {
            await foreach (var flows in ReadAsync(agent, shard))
            {
                total += flows.Count;
                foreach (ref readonly var flow in flows.AsSpan())
                {
                    if (!search.Holds(flow))
                        continue;
                    matched++;
                    if (busiest.Count < (limit ?? int.MaxValue))
                        busiest.Enqueue(new FlowRow(shard, flow), flow.Statistics.Packets);
                    else if (busiest.TryPeek(out _, out var fewest) && flow.Statistics.Packets > fewest)
                        busiest.DequeueEnqueue(new FlowRow(shard, flow), flow.Statistics.Packets);
                }
            }
        }
        return new JsonObject
        {
            ["total"] = total,
            ["matched"] = matched,
            ["items"] = await TellAsync(agent, topology, busiest),
        };
    }

    /// <summary>A thread's flows, slice by slice; each is good until the next is asked for.</summary>
    private static async IAsyncEnumerable<ArraySegment<StandingFlow>> ReadAsync(AgentHost agent, UpcallShard shard)
    {
        var records = await agent.OnThreadAsync(shard, thread => thread.Parts.Flows.Records.ToArray());
        var room = new StandingFlow[2][];
        Task<ArraySegment<StandingFlow>> Copy(int slice) =>
            agent.OnThreadAsync(
                shard,
                thread =>
                    Read(
                        thread,
                        records.AsSpan(slice * CopySlice),
                        room[slice % 2] ??= new StandingFlow[Math.Min(CopySlice, records.Length)]
                    )
            );
        var slices = (records.Length + CopySlice - 1) / CopySlice;
        var next = slices == 0 ? null : Copy(0);
        for (var slice = 1; next is not null; slice++)
        {
            var flows = await next;
            next = slice < slices ? Copy(slice) : null;
            yield return flows;
        }
    }

    /// <summary>Runs on an upcall thread.</summary>
    private static ArraySegment<StandingFlow> Read(UpcallShard shard, ReadOnlySpan<FlowRecord> records, StandingFlow[] room)
    {
        var count = 0;
        foreach (var record in records[..Math.Min(records.Length, room.Length)])
        {
            if (record.State is FlowState.Installing or FlowState.Installed)
                room[count++] = new StandingFlow(record, Statistics(shard, record));
        }
        return new ArraySegment<StandingFlow>(room, 0, count);
    }

    private static FlowStatistics Statistics(UpcallShard shard, FlowRecord record) =>
        shard.Parts.Flows.Count <= MaxAskedFlows && shard.Datapath.TryGetStatistics(record.Flow.Id, out var statistics)
            ? statistics
            : record.Statistics;

    /// <summary>Writes the rows; the packets that made the flows are asked for only now, as most flows are no row.</summary>
    private static async Task<JsonArray> TellAsync(AgentHost agent, TopologySnapshot topology, PriorityQueue<FlowRow, long> busiest)
    {
        var rows = new FlowRow[busiest.Count];
        for (var row = rows.Length - 1; row >= 0; row--)
            rows[row] = busiest.Dequeue();
        var samples = new Dictionary<FlowRow, FlowKey>(ReferenceEqualityComparer.Instance);
        foreach (var shard in rows.GroupBy(row => row.Shard))
        foreach (var (row, sample) in await agent.OnThreadAsync(shard.Key, _ => Samples(shard)))
            samples.Add(row, sample);
        return [.. rows.Where(samples.ContainsKey).Select(row => (JsonNode)Tell(topology, row.Flow, samples[row]))];
    }

    /// <summary>Runs on an upcall thread; nothing of a flow that has ended.</summary>
    private static List<(FlowRow Row, FlowKey Sample)> Samples(IEnumerable<FlowRow> rows) =>
        [.. rows.Where(row => row.Flow.IsStill).Select(row => (row, row.Flow.Record.Sample))];

    private static JsonObject Tell(TopologySnapshot topology, in StandingFlow flow, in FlowKey sample)
    {
        var name = FlowSearch.NameOf(topology, flow.Ingress);
        return new JsonObject
        {
            ["flow"] = FlowText.Format(flow.Key, flow.Mask.Value),
            ["actions"] = FlowText.Format(flow.Key, flow.Actions.AsSpan()),
            ["packets"] = flow.Statistics.Packets,
            ["bytes"] = flow.Statistics.Bytes,
            ["used"] = flow.Statistics.LastUsed == 0 ? null : Seconds(flow.Statistics.LastUsed),
            ["age"] = Seconds(flow.Created),
            ["port"] = name.Length == 0 ? null : name,
            ["what"] = PacketWords.Of(sample),
            ["verdict"] = FlowSearch.VerdictOf(flow),
            ["rules"] = new JsonArray([.. FlowSearch.RulesOf(topology, flow).Select(rule => (JsonNode)rule)]),
            // What came out of a tunnel was decided at the host where it came in.
            ["packet"] = name.Length == 0 ? null : PacketNotation.Format(sample, name),
        };
    }

    private static string Seconds(long since) =>
        TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + "s";

    /// <summary>A flow that is one of the busiest, and whose it is.</summary>
    private sealed class FlowRow(UpcallShard shard, in StandingFlow flow)
    {
        private readonly StandingFlow _flow = flow;

        public UpcallShard Shard => shard;

        public ref readonly StandingFlow Flow => ref _flow;
    }
}
