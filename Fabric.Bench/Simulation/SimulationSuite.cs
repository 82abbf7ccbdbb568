using Fabric.Bench.Results;

namespace Fabric.Bench.Simulation;

/// <summary>Decisions and their parts on one core, without any packet of the kernel.</summary>
internal static class SimulationSuite
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_quickRound = TimeSpan.FromSeconds(0.05);

    /// <summary>Measures all parts, one after the other.</summary>
    public static IReadOnlyList<Measurement> Measure(BenchOptions options, CancellationToken stop)
    {
        var measurements = new List<Measurement>();
        foreach (var part in PacketPart.All)
        {
            Console.WriteLine($"simulation: {part.Name}");
            var figures = PacketLoop.Measure(part.Create(), options.Rounds, options.IsQuick ? s_quickRound : s_round, stop);
            measurements.Add(
                new Measurement
                {
                    Name = part.Name,
                    Unit = "packets/CPU-s",
                    Value = Median.Of(figures.PacketsPerSecond),
                    Goal = part.Goal,
                    Raw = figures.PacketsPerSecond,
                }
            );
            measurements.Add(
                new Measurement
                {
                    Name = part.Name,
                    Unit = "bytes allocated/packet",
                    Value = figures.BytesPerPacket,
                    Goal = Goal.AtMost(0),
                }
            );
        }
        return measurements;
    }
}
