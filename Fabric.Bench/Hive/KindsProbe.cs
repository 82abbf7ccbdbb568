using System.Diagnostics;
using Fabric.Changes;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Npgsql;

namespace Fabric.Bench.Hive;

/// <summary>The hive on Akka.NET beside the one on the database alone: commands, how soon others have a change, what an actor takes, and a killed node.</summary>
internal static class KindsProbe
{
    private const string Sql = HiveFactories.Default;
    private const string Akka = "akka";
    private const int Nodes = 3;
    private const int AtOnce = 16;

    // What Akka.NET does when nobody has thought about it.
    private const string Untuned = """
        akka.cluster {
          down-removal-margin = off
          split-brain-resolver { active-strategy = keep-majority, stable-after = 20s }
        }
        """;

    // What hurts on a busy machine: nodes take each other for lost.
    private const string Eager = """
        akka.cluster {
          failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 1s }
          split-brain-resolver.stable-after = 1s
        }
        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(180);

    /// <summary>Measures both on SQLite, and on PostgreSQL where there is one.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        if (!HiveFactories.TryFind(Akka, out _))
        {
            Console.WriteLine("  skipped: this program has no hive on Akka.NET");
            return;
        }
        using (var folder = new BenchFolder())
        {
            var number = 0;
            await MeasureAsync("SQLite", () => Path.Combine(folder.Path, $"{number++}.db"), effort, figures, stop);
        }
        if (PostgresServer.Refusal() is { } refusal)
        {
            Console.WriteLine($"  skipped PostgreSQL: {refusal}");
            return;
        }
        using var server = PostgresServer.Start("max_connections=500");
        await MeasureAsync("PostgreSQL", server.NewDatabase, effort, figures, stop);
        await MeasureLossAsync(server.NewDatabase, figures, stop);
        NpgsqlConnection.ClearAllPools();
    }

    private static async Task MeasureAsync(
        string name,
        Func<string> database,
        HiveEffort effort,
        HiveFigures figures,
        CancellationToken stop
    )
    {
        var (akka, sql) = (await TimeAsync(Akka, database(), effort, stop), await TimeAsync(Sql, database(), effort, stop));
        void Add(string what, string unit, Func<KindTimes, double> of) =>
            figures.Add(new HiveMetric($"akka, {name}: {what}", unit, null, Sql), of(akka), of(sql));
        Add("one command after another, one device", "commands/s", times => 1000 / times.Stored.Average());
        Add("a command is answered after, p50", "ms", times => Percentile.Of(times.Stored, 0.5));
        Add("a command is answered after, p99", "ms", times => Percentile.Of(times.Stored, 0.99));
        Add($"a change is at the {Nodes - 1} other nodes after, p50", "ms", times => Percentile.Of(times.Everywhere, 0.5));
        Add($"a change is at the {Nodes - 1} other nodes after, p99", "ms", times => Percentile.Of(times.Everywhere, 0.99));
        Add($"{AtOnce} commands at once at each of {Nodes} nodes", "commands/s", times => times.Rate);
        Add("a device that commands were given to, in memory", "bytes", times => times.DeviceBytes);
    }

    private static async Task<KindTimes> TimeAsync(string kind, string database, HiveEffort effort, CancellationToken stop)
    {
        await using var nodes = await HiveNodes.OpenAsync(database, Nodes, stop, kind);
        var first = nodes.All[0];
        await HiveSite.SubmitAsync(first, LargeNetwork.Describe(effort.Changes * 5, members: 0), stop);
        await nodes.ReachedAsync(1, s_patience, stop);
        var (stored, everywhere) = (new List<double>(), new List<double>());
        for (var i = -effort.Changes / 4; i < effort.Changes; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var position = await HiveSite.SubmitAsync(first, Toggle(0, isUp: i % 2 == 0), stop);
            var answered = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            await nodes.ReachedAsync(position, s_patience, stop);
            // The first are for the compiler.
            if (i < 0)
                continue;
            stored.Add(answered);
            everywhere.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var devices = effort.Changes * 4;
        await Parallel.ForAsync(
            1,
            devices + 1,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (port, token) => await HiveSite.SubmitAsync(first, Toggle(port, isUp: false), token)
        );
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)devices;
        return new KindTimes(stored, everywhere, await RateAsync(nodes, effort, stop), bytes);
    }

    private static async Task<double> RateAsync(HiveNodes nodes, HiveEffort effort, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        var writers = Enumerable.Range(0, Nodes * AtOnce).Select(writer => Task.Run(() => WriteAsync(writer), stop));
        var counts = await Task.WhenAll(writers);
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task<int> WriteAsync(int writer)
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(begun) < effort.Writing; count++)
                await HiveSite.SubmitAsync(nodes.All[writer % Nodes], Toggle(writer, isUp: count % 2 == 0), stop);
            return count;
        }
    }

    /// <summary>The oldest of three nodes is killed, which has the writer; the same request is sent until it is answered.</summary>
    private static async Task MeasureLossAsync(Func<string> database, HiveFigures figures, CancellationToken stop)
    {
        var sql = await LoseAsync(Sql, database(), "", stop);
        foreach (var (what, configuration) in new[] { ("as it comes", Untuned), ("as it is set here", ""), ("set to be quick", Eager) })
        {
            var seconds = await LoseAsync(Akka, database(), configuration, stop);
            figures.Add(new HiveMetric($"akka {what}: a node is killed, and commands go on after", "s", null, Sql), seconds, sql);
        }
    }

    private static async Task<double> LoseAsync(string kind, string database, string configuration, CancellationToken stop)
    {
        using var oldest = await HiveNodeRun.StartAsync(kind, database, configuration);
        using var other = await HiveNodeRun.StartAsync(kind, database, configuration);
        try
        {
            await using var nodes = await HiveNodes.OpenAsync(database, 1, stop, kind, configuration);
            var hive = nodes.All[0];
            await HiveSite.SubmitAsync(hive, LargeNetwork.Describe(AtOnce, members: 0), stop);
            oldest.Kill();
            var begun = Stopwatch.GetTimestamp();
            // Some of these devices' actors lived at the node that was killed, and the writer did.
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(port => InsistAsync(hive, Toggle(port, isUp: false), stop)));
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
        finally
        {
            oldest.Kill();
            other.Kill();
        }
    }

    private static async Task InsistAsync(IHive hive, TopologyCommand command, CancellationToken stop)
    {
        var (envelope, begun) = (HiveSite.Envelope(command), Stopwatch.GetTimestamp());
        while (await hive.SubmitAsync(envelope, stop) is not SubmitResult.Accepted)
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
                throw new IOException("commands do not go on after a node was killed");
        }
    }

    private static TopologyCommand.PutDevice Toggle(int port, bool isUp) => new(LargeNetwork.PortOf(port) with { IsAdminUp = isUp });

    /// <summary>What one kind of hive took.</summary>
    private sealed record KindTimes(List<double> Stored, List<double> Everywhere, double Rate, double DeviceBytes);
}
