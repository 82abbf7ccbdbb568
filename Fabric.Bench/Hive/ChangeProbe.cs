using System.Diagnostics;
using Fabric.Agent;
using Fabric.Bench.Results;
using Fabric.Changes;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;

namespace Fabric.Bench.Hive;

/// <summary>From a command to its being in force, one after the other, at a node whose datapath is in memory.</summary>
/// <remarks>Once with the journal on the disk, and once where there is none to wait for: the difference is the disk's part.</remarks>
internal static class ChangeProbe
{
    private const string WithoutDisk = "journal in memory";

    /// <summary>Measures.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        foreach (var ports in new[] { effort.FewerPorts, effort.Ports })
        {
            var disk = await MeasureAsync(null, ports, effort, stop);
            var memory = await MeasureAsync(BenchFolder.InMemory, ports, effort, stop);
            Add(figures, $"one port more beside {ports:#,0}, in force after", disk.Port, memory.Port);
            if (ports == effort.Ports)
                Add(
                    figures,
                    $"one address into a set of {effort.Members:#,0} that 5 rules use, in force after",
                    disk.Address,
                    memory.Address
                );
        }
    }

    private static void Add(HiveFigures figures, string name, double[] disk, double[] memory)
    {
        figures.Add(
            new HiveMetric($"{name}, p50", "ms", Goal.AtMost(5), WithoutDisk),
            Percentile.Of(disk, 0.5),
            Percentile.Of(memory, 0.5)
        );
        figures.Add(new HiveMetric($"{name}, p99", "ms", null, WithoutDisk), Percentile.Of(disk, 0.99), Percentile.Of(memory, 0.99));
    }

    private static async Task<(double[] Port, double[] Address)> MeasureAsync(
        string? where,
        int ports,
        HiveEffort effort,
        CancellationToken stop
    )
    {
        using var folder = new BenchFolder(where);
        await HiveSite.FillAsync(folder.Journal, ports, effort.Members, stop);
        var gauge = new InForceGauge();
        await using var hive = await new SqlHiveFactory().OpenAsync(folder.Journal, new HiveOptions { InForce = gauge }, stop);
        await using var agent = AgentHost.Start(
            hive,
            LargeNetwork.Self,
            new AgentOptions { Datapath = DatapathKind.None, InForce = gauge },
            TimeProvider.System
        );
        // What runs for the first time is compiled first, and again when it has run often.
        await TimeAsync(hive, gauge, 2 * effort.Changes, i => LargeNetwork.PortMore(2 * ports + i), stop);
        var port = await TimeAsync(hive, gauge, effort.Changes, i => LargeNetwork.PortMore(3 * ports + i), stop);
        var address = await TimeAsync(
            hive,
            gauge,
            effort.Changes,
            i => new TopologyCommand.ChangeAddressSet(LargeNetwork.Set, [LargeNetwork.Member(effort.Members + i)], []),
            stop
        );
        return (port, address);
    }

    /// <summary>The milliseconds that each of some changes takes from its being asked for to its being in force.</summary>
    public static async Task<double[]> TimeAsync(
        IHive hive,
        InForceGauge gauge,
        int changes,
        Func<int, TopologyCommand> command,
        CancellationToken stop
    )
    {
        var times = new double[changes];
        for (var i = 0; i < changes; i++)
        {
            var reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            long wanted = long.MaxValue;
            void Look(long position)
            {
                if (position >= Volatile.Read(ref wanted))
                    reached.TrySetResult(Stopwatch.GetTimestamp());
            }
            gauge.Advanced += Look;
            var begun = Stopwatch.GetTimestamp();
            Volatile.Write(ref wanted, await HiveSite.SubmitAsync(hive, command(i), stop));
            Look(gauge.Position);
            times[i] = Stopwatch.GetElapsedTime(begun, await reached.Task.WaitAsync(stop)).TotalMilliseconds;
            gauge.Advanced -= Look;
        }
        return times;
    }
}
