using System.Globalization;
using Fabric.Bench.Results;

namespace Fabric.Bench.Datapath.Tunnel;

/// <summary>TCP from a guest of one host to a guest of another, through a tunnel that is made in user space; beside Open vSwitch's.</summary>
/// <remarks>In every round every system has its turn, so that whatever else the machine does meets all alike; ratios are within a round.</remarks>
internal static class TunnelSuite
{
    private static readonly Goal s_goal = Goal.RatioAtLeast(6);

    /// <summary>Measures all; takes about ten seconds a round.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchOptions options, CancellationToken stop)
    {
        RunFolder.SweepLeftovers();
        using var folder = new RunFolder();
        var contenders = new List<TunnelContender>();
        try
        {
            var ours = new FabricTunnel(folder);
            contenders.Add(ours);
            contenders.Add(new OpenVSwitchTunnel(folder, areOffloadsOff: true));
            contenders.Add(new OpenVSwitchTunnel(folder, areOffloadsOff: false));
            foreach (var contender in contenders)
            {
                Console.WriteLine($"tunnel: starting {contender.Name}");
                await contender.StartAsync(stop);
            }
            var turns = contenders.ToDictionary(contender => contender, _ => new List<Turn>());
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    stop.ThrowIfCancellationRequested();
                    var turn = Measure(contender, options.IsQuick ? DatapathEffort.Quick : DatapathEffort.Full);
                    turns[contender].Add(turn);
                    Console.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"round {round}/{options.Rounds}  {contender.Name, -26}{turn.Gigabits:0.00} Gbit/s  {turn.ProcessorSeconds:0.00} CPU-s/GB  {turn.Ping:0.000} ms"
                        )
                    );
                }
            }
            Console.WriteLine($"tunnel: what the agents counted\n{await ours.DescribeAsync()}");
            return
            [
                .. contenders
                    .Skip(1)
                    .SelectMany(peer =>
                        Compare(turns[ours], turns[peer], peer.Name, peer.Name == OpenVSwitchTunnel.OffloadsOff ? s_goal : null)
                    ),
            ];
        }
        finally
        {
            foreach (var contender in contenders)
                await contender.DisposeAsync();
        }
    }

    /// <summary>One system's turn. The ping comes first: it is also what keeps the stations known.</summary>
    private static Turn Measure(TunnelContender contender, DatapathEffort effort)
    {
        var ping = PingProbe.MeasureMilliseconds(contender.Site.Left, TunnelSite.RightAddress, effort.Pings);
        var before = contender.ReadProcessorTime();
        var gigabits = TcpProbe.MeasureGigabits(contender.Site.Left, TunnelSite.RightAddress, effort.TcpSeconds);
        var used = contender.ReadProcessorTime() - before;
        var gigabytes = gigabits / 8 * effort.TcpSeconds;
        return new Turn(gigabits, gigabytes > 0 ? used.TotalSeconds / gigabytes : double.PositiveInfinity, ping);
    }

    private static IEnumerable<Measurement> Compare(List<Turn> ours, List<Turn> theirs, string peer, Goal? goal)
    {
        yield return Of("TCP across one tunnel, one connection", "Gbit/s", turn => turn.Gigabits, goal);
        // What moved nothing has no such figure.
        if (ours.Concat(theirs).All(turn => double.IsFinite(turn.ProcessorSeconds)))
            yield return Of("processor time of both hosts' datapaths", "CPU-s/GB", turn => turn.ProcessorSeconds);
        yield return Of("ping across one tunnel, mean round trip", "ms", turn => turn.Ping);

        Measurement Of(string name, string unit, Func<Turn, double> read, Goal? target = null) =>
            new()
            {
                Name = name,
                Unit = unit,
                Value = Median.Of([.. ours.Select(read)]),
                Peer = peer,
                PeerValue = Median.Of([.. theirs.Select(read)]),
                IsPaired = true,
                Goal = target,
                Raw = [.. ours.Select(read)],
                PeerRaw = [.. theirs.Select(read)],
            };
    }

    /// <summary>What one system reached in one round.</summary>
    private readonly record struct Turn(double Gigabits, double ProcessorSeconds, double Ping);
}
