using System.Diagnostics;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Npgsql;

namespace Fabric.Bench.Hive;

/// <summary>How many commands a second a database takes from nodes that write at once, and how many nodes may follow it.</summary>
/// <remarks>The nodes are hives in this process, each with connections of its own; so they share two processors with the server.</remarks>
internal static class DatabaseProbe
{
    private const int Writers = 16;
    private const int Probes = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Measures SQLite, and PostgreSQL where there is one.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        using (var folder = new BenchFolder())
            await MeasureAsync("SQLite", number => Path.Combine(folder.Path, $"{number}.db"), effort, figures, stop);
        if (PostgresServer.Refusal() is { } refusal)
        {
            Console.WriteLine($"  skipped PostgreSQL: {refusal}");
            return;
        }
        // As it comes, but for the connections: every commit waits for the disk.
        using var server = PostgresServer.Start("max_connections=2000");
        await MeasureAsync("PostgreSQL", _ => server.NewDatabase(), effort, figures, stop);
        NpgsqlConnection.ClearAllPools();
    }

    private static async Task MeasureAsync(
        string name,
        Func<int, string> database,
        HiveEffort effort,
        HiveFigures figures,
        CancellationToken stop
    )
    {
        foreach (var writers in new[] { 1, Writers })
        {
            var rate = await MeasureWritersAsync(database(writers), writers, effort.Writing, stop);
            figures.Add(new HiveMetric($"{name}, {writers} nodes that write", "commands/s"), rate);
        }
        foreach (var listeners in effort.Listeners)
            await MeasureListenersAsync(name, database(Writers + listeners), listeners, figures, stop);
    }

    private static async Task<double> MeasureWritersAsync(string database, int writers, TimeSpan duration, CancellationToken stop)
    {
        await using var nodes = await HiveNodes.OpenAsync(database, writers, stop);
        await DescribeAsync(nodes.All[0], writers, stop);
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(nodes.All.Select((hive, number) => Task.Run(() => WriteAsync(hive, number), stop)));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task<int> WriteAsync(IHive hive, int number)
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(begun) < duration; count++)
                await HiveSite.SubmitAsync(hive, Toggle(number, isUp: count % 2 == 1), stop);
            return count;
        }
    }

    /// <summary>One writes, one command after the other, and waits each time until all others have it.</summary>
    private static async Task MeasureListenersAsync(
        string name,
        string database,
        int listeners,
        HiveFigures figures,
        CancellationToken stop
    )
    {
        try
        {
            await using var nodes = await HiveNodes.OpenAsync(database, listeners + 1, stop);
            var writer = nodes.All[0];
            await DescribeAsync(writer, 1, stop);
            var (stored, everywhere) = (new List<double>(), new List<double>());
            for (var i = 0; i < Probes; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                var position = await HiveSite.SubmitAsync(writer, Toggle(0, isUp: i % 2 == 1), stop);
                stored.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await nodes.ReachedAsync(position, s_patience, stop);
                everywhere.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
            figures.Add(new HiveMetric($"{name}, {listeners} nodes that follow: stored after, p50", "ms"), Percentile.Of(stored, 0.5));
            figures.Add(
                new HiveMetric($"{name}, {listeners} nodes that follow: at all of them after, p50", "ms"),
                Percentile.Of(everywhere, 0.5)
            );
            figures.Add(
                new HiveMetric($"{name}, {listeners} nodes that follow: at all of them after, p99", "ms"),
                Percentile.Of(everywhere, 0.99)
            );
        }
        catch (Exception failure) when (failure is JournalException or TimeoutException or IOException)
        {
            // A limit is a result too.
            Console.WriteLine($"  {name} does not bear {listeners} nodes that follow: {failure.Message}");
        }
    }

    private static async Task DescribeAsync(IHive hive, int ports, CancellationToken stop) =>
        await HiveSite.SubmitAsync(hive, LargeNetwork.Describe(ports, members: 0), stop);

    private static TopologyCommand.PutDevice Toggle(int port, bool isUp) => new(LargeNetwork.PortOf(port) with { IsAdminUp = isUp });
}
