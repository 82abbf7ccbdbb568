using Fabric.Bench.Results;

namespace Fabric.Bench.Hive;

/// <summary>The hive at its sizes: replicas of 100 000 ports, databases with many writers and listeners, many agents.</summary>
internal static class HiveSuite
{
    /// <summary>Measures what was asked for, round by round.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchOptions options, CancellationToken stop)
    {
        var figures = new HiveFigures();
        var effort = options.IsQuick ? HiveEffort.Quick : HiveEffort.Full;
        foreach (var (part, measure) in s_parts)
        {
            if (!options.HiveParts.HasFlag(part))
                continue;
            for (var round = 1; round <= options.Rounds; round++)
            {
                stop.ThrowIfCancellationRequested();
                Console.WriteLine($"hive: {part.ToString().ToLowerInvariant()}, round {round}/{options.Rounds}");
                await measure(effort, figures, stop);
            }
        }
        return figures.Measurements;
    }

    private static readonly (HivePart Part, Func<HiveEffort, HiveFigures, CancellationToken, Task> Measure)[] s_parts =
    [
        (HivePart.Replica, ReplicaProbe.MeasureAsync),
        (HivePart.Change, ChangeProbe.MeasureAsync),
        (HivePart.Database, DatabaseProbe.MeasureAsync),
        (HivePart.Agents, AgentsProbe.MeasureAsync),
        (HivePart.Roles, RolesProbe.MeasureAsync),
        (HivePart.Relay, RelayProbe.MeasureAsync),
        (HivePart.Kinds, KindsProbe.MeasureAsync),
    ];
}
