using System.Diagnostics;
using Fabric.Bench.Results;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Bench.Hive;

/// <summary>How large a replica is, and how long a node that has one takes to start.</summary>
internal static class ReplicaProbe
{
    private const int FirstPosition = 1;

    private static readonly HiveMetric s_bytes = new("replica of 100 000 ports, a port", "bytes", Goal.AtMost(300));
    private static readonly HiveMetric s_devices = new("of these the port itself, its names and addresses", "bytes");
    private static readonly HiveMetric s_fromJournal = new(
        "start with 100 000 ports from the journal's snapshot, first packet decided after",
        "s",
        Goal.AtMost(3)
    );
    private static readonly HiveMetric s_fromCopy = new("the same from the node's own copy, the journal away", "s", Goal.AtMost(3));

    // Each is taken away before the next is looked at, so a string that two of them hold counts with the last.
    private static readonly (string Name, Func<TopologySnapshot, TopologySnapshot> Without)[] s_indexes =
    [
        ("names", topology => topology with { Names = TopologySnapshot.Empty.Names }),
        ("referrers", topology => topology with { Referrers = TopologySnapshot.Empty.Referrers }),
        ("interfaces of hosts", topology => topology with { HostIndexes = TopologySnapshot.Empty.HostIndexes }),
        ("ports and stations of bridges", topology => topology with { BridgeIndexes = TopologySnapshot.Empty.BridgeIndexes }),
        ("tunnel keys", topology => topology with { TunnelKeys = TunnelKeys.None }),
    ];

    /// <summary>Measures both.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        MeasureMemory(effort, figures);
        await MeasureStartAsync(effort, figures, stop);
    }

    /// <summary>As a node has it that read it from its disk.</summary>
    private static void MeasureMemory(HiveEffort effort, HiveFigures figures)
    {
        var bytes = FeedCodec.Encode(Made(effort));
        // What codecs and types take once is not the replica's.
        FeedCodec.TryDecode(FeedCodec.Encode(TopologySnapshot.Empty), out TopologySnapshot? _, out _);
        var empty = Held();
        if (!FeedCodec.TryDecode(bytes, out TopologySnapshot? topology, out var fault))
            throw new IOException($"the network of the benchmark cannot be read again: {fault}");
        var held = Held();
        figures.Add(s_bytes, (double)(held - empty) / effort.Ports);
        foreach (var (name, without) in s_indexes)
        {
            topology = without(topology);
            var rest = Held();
            figures.Add(new HiveMetric($"of these {name}", "bytes"), (double)(held - rest) / effort.Ports);
            held = rest;
        }
        figures.Add(s_devices, (double)(held - empty) / effort.Ports);
        GC.KeepAlive(topology);
        GC.KeepAlive(bytes);
    }

    private static async Task MeasureStartAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        using var folder = new BenchFolder();
        await HiveSite.FillAsync(folder.Journal, effort, stop);
        var copy = Path.Combine(folder.Path, "copy");
        Directory.CreateDirectory(copy);
        await KeepCopyAsync(folder.Journal, copy, stop);
        figures.Add(s_fromJournal, await HiveStartRun.MeasureAsync(folder.Journal, null, stop));
        figures.Add(s_fromCopy, await HiveStartRun.MeasureAsync(Path.Combine(folder.Path, "gone"), copy, stop));
    }

    private static async Task KeepCopyAsync(string journal, string folder, CancellationToken stop)
    {
        await using var copy = new ReplicaJournal(folder);
        await using var hive = await new SqlHiveFactory().OpenAsync(journal, new HiveOptions(), stop);
        await copy.SaveAsync(hive.Replica.State, stop);
    }

    private static TopologySnapshot Made(HiveEffort effort)
    {
        var decision = TopologyDecisions.Decide(TopologySnapshot.Empty, LargeNetwork.Describe(effort.Ports, members: 0));
        if (decision.Rejection is { } rejection)
            throw new UnreachableException(rejection.Message);
        return decision.Events.Aggregate(TopologySnapshot.Empty, TopologyEvolution.Apply) with { Position = FirstPosition };
    }

    private static long Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
