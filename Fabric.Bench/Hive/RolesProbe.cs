using System.Diagnostics;
using Fabric.Agent;
using Fabric.Bench.Results;
using Fabric.Bench.Simulation;
using Fabric.Bench.Upcalls;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;

namespace Fabric.Bench.Hive;

/// <summary>A node with all roles beside one that is edge only: flows set up while it takes changes, and how long these take.</summary>
/// <remarks>Duties have little work as yet, so this tells what holding them costs, and nothing of uplinks or health checks that do not exist.</remarks>
internal static class RolesProbe
{
    private const string EdgeOnly = "edge only";
    private const int Flows = 1_000;

    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        var edge = await MeasureAsync(MemberRoles.Edge, effort, stop);
        var all = await MeasureAsync(MemberRoles.All, effort, stop);
        figures.Add(
            new HiveMetric("all roles: flows set up but for the datapath, beside changes", "packets/CPU-s", null, EdgeOnly),
            all.Rate,
            edge.Rate
        );
        figures.Add(
            new HiveMetric("all roles: a change in force after, p50", "ms", null, EdgeOnly),
            Percentile.Of(all.Times, 0.5),
            Percentile.Of(edge.Times, 0.5)
        );
        figures.Add(
            new HiveMetric("all roles: a change in force after, p99", "ms", null, EdgeOnly),
            Percentile.Of(all.Times, 0.99),
            Percentile.Of(edge.Times, 0.99)
        );
    }

    private static async Task<(double Rate, double[] Times)> MeasureAsync(MemberRoles roles, HiveEffort effort, CancellationToken stop)
    {
        using var folder = new BenchFolder();
        await HiveSite.FillAsync(folder.Journal, effort.FewerPorts, members: 0, stop);
        var gauge = new InForceGauge();
        var options = new HiveOptions
        {
            InForce = gauge,
            Self = new Member(LargeNetwork.Self, "host0", MemberState.Live, roles),
            Holder = new LeaseHolder(folder.Path, "bench"),
        };
        await using var hive = await new SqlHiveFactory().OpenAsync(folder.Journal, options, stop);
        await using var agent = AgentHost.Start(
            hive,
            LargeNetwork.Self,
            new AgentOptions { Datapath = DatapathKind.None, InForce = gauge },
            TimeProvider.System
        );
        var deciding = Task.Run(() => PacketLoop.Measure(new SetupBody(Flows), rounds: 3, s_round, stop), stop);
        var times = await ChangeProbe.TimeAsync(hive, gauge, effort.Changes, i => LargeNetwork.PortMore(2 * effort.FewerPorts + i), stop);
        return (Median.Of((await deciding).PacketsPerSecond), times);
    }
}
