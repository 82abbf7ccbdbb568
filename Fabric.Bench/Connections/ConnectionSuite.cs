using Fabric.Addresses;
using Fabric.Bench.Kernel;
using Fabric.Bench.Results;
using Fabric.Bench.Simulation;
using Fabric.Bench.Upcalls;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Bench.Connections;

/// <summary>A million tracked connections, and what new ones through a translation or a balancer cost, on one core, without any packet of the kernel.</summary>
internal static class ConnectionSuite
{
    private const int Count = 1_000_000;
    private const int QuickCount = 50_000;
    private const int StandingFlows = 1_000;

    /// <summary>Open vSwitch's own connection tracking in user space, as published: lookups and commits a second.</summary>
    private const double TheirLookups = 13.8e6;
    private const double TheirCommits = 3.9e6;
    private const string Them = "OVS userspace conntrack, published";

    /// <summary>How often an upcall thread goes on letting connections expire, and how many it looks at.</summary>
    private const double SlicesPerSecond = 10;

    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_quickRound = TimeSpan.FromSeconds(0.05);

    /// <summary>Measures all parts, one after the other.</summary>
    public static IReadOnlyList<Measurement> Measure(BenchOptions options, CancellationToken stop)
    {
        var measurements = new List<Measurement>();
        foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            Console.WriteLine($"connections: a table, IP{family}");
            measurements.AddRange(OfTable(family, options, stop));
        }
        measurements.Add(Flood(options));
        Console.WriteLine("connections: new ones");
        measurements.Add(Setup("plain", options, () => new SetupBody(StandingFlows), stop));
        measurements.Add(Setup("through SNAT", options, () => new SetupBody(StandingFlows, KernelServices.Translating), stop));
        measurements.Add(
            Setup("through a balancer", options, () => new SetupBody(StandingFlows, KernelServices.Balancing, KernelServices.Vip), stop)
        );
        return measurements;
    }

    private static IEnumerable<Measurement> OfTable(IpFamily family, BenchOptions options, CancellationToken stop)
    {
        var count = options.IsQuick ? QuickCount : Count;
        var commits = new double[options.Rounds];
        var sweeps = new double[options.Rounds];
        ConnectionTable? table = null;
        for (var round = 0; round < options.Rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            var touched = new List<FlowTag>();
            var opened = new ConnectionTable(ManyConnections.Limits(count), seed: (ulong)round);
            var before = ThreadClock.Now;
            for (var number = 0; number < count; number++)
                ManyConnections.Open(opened, family, number, touched);
            commits[round] = count / (ThreadClock.Now - before).TotalSeconds;
            table ??= ManyConnections.Table(family, count);
            before = ThreadClock.Now;
            var slices = 0;
            for (var left = count; left > 0; left -= Fabric.Agent.Connections.ConnectionShard.ExpirySlice, slices++)
                table.Expire(TimeSpan.FromSeconds(1), Fabric.Agent.Connections.ConnectionShard.ExpirySlice, touched);
            sweeps[round] = (ThreadClock.Now - before).TotalSeconds / (slices / SlicesPerSecond) * 100;
        }
        var lookups = PacketLoop.Measure(
            new LookupBody(table!, family, count),
            options.Rounds,
            options.IsQuick ? s_quickRound : s_round,
            stop
        );
        var of = $"{count:N0} connections, IP{family}";
        yield return Figure($"{of}: each", "bytes", (double)table!.Bytes / count) with
        {
            Goal = Goal.AtMost(family == IpFamily.V4 ? 120 : 220),
        };
        yield return Figure($"{of}: looked up", "1/CPU-s", lookups.PacketsPerSecond) with
        {
            Peer = Them,
            PeerValue = TheirLookups,
        };
        yield return Figure($"{of}: looked up", "bytes allocated/packet", lookups.BytesPerPacket) with
        {
            Goal = Goal.AtMost(0),
        };
        yield return Figure($"{of}: begun, the table growing", "1/CPU-s", commits) with
        {
            Peer = Them,
            PeerValue = TheirCommits,
        };
        yield return Figure($"{of}: sweeps", "% of a core", sweeps) with
        {
            Goal = Goal.AtMost(10),
        };
    }

    private static Measurement Flood(BenchOptions options)
    {
        Console.WriteLine("connections: a flood");
        var quiet = new double[options.Rounds];
        var flooded = new double[options.Rounds];
        // Until the compiler is done.
        FloodProbe.Measure(isFlooded: true);
        for (var round = 0; round < options.Rounds; round++)
            (quiet[round], flooded[round]) = (FloodProbe.Measure(isFlooded: false), FloodProbe.Measure(isFlooded: true));
        return Figure("one port's connections begun while another floods its share, p99", "us", flooded) with
        {
            Peer = "without the flood",
            PeerValue = Median.Of(quiet),
            PeerRaw = quiet,
            IsPaired = true,
            Goal = Goal.RatioAtMost(2),
        };
    }

    private static Measurement Setup(string how, BenchOptions options, Func<PacketBody> create, CancellationToken stop) =>
        Figure(
            $"a new connection {how}, but for the datapath",
            "1/CPU-s",
            PacketLoop.Measure(create(), options.Rounds, options.IsQuick ? s_quickRound : s_round, stop).PacketsPerSecond
        );

    private static Measurement Figure(string name, string unit, params IReadOnlyList<double> values) =>
        new()
        {
            Name = name,
            Unit = unit,
            Value = Median.Of([.. values]),
            Raw = values,
        };
}
