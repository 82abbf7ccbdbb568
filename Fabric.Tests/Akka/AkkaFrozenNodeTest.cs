using System.Diagnostics;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Akka;

/// <summary>A cluster in two: the node with the writer is frozen, the others go on with a writer of theirs, and then it wakes and believes to be the one.</summary>
/// <remarks>On PostgreSQL alone: a process that is frozen while it has a SQLite file locked holds everybody up, with any hive.</remarks>
[TestFixture]
[Category("Akka")]
[CancelAfter(240_000)]
[NonParallelizable]
public sealed class AkkaFrozenNodeTest
{
    [Test]
    public async Task TheOtherGoesOnAndTheOneThatWakesStoresNothingOnTopOfAPastThatIsNotItsOwnAndComesBack(CancellationToken cancellation)
    {
        await using var bed = new AkkaPostgresTestbed(processes: 2);
        var hive = await bed.OpenAsync(new HiveOptions { OutcomePatience = TimeSpan.FromSeconds(5) });
        await InsistAsync(hive, 1, cancellation);
        (await hive.ReadActorsAsync(cancellation)).Writer.ShouldBe("n1");

        Signal(bed.Processes[0], "STOP");
        try
        {
            var clock = Stopwatch.StartNew();
            for (ulong id = 2; id <= 40; id++)
                await InsistAsync(hive, id, cancellation);
            TestContext.Out.WriteLine($"39 changes after {clock.Elapsed.TotalSeconds:0.0} s");
            (await hive.ReadActorsAsync(cancellation)).Writer.ShouldNotBe("n1");
        }
        finally
        {
            Signal(bed.Processes[0], "CONT");
        }
        // It finds out that the others went on without it, and comes back as one of them: then it gets shards of theirs.
        for (ulong id = 41; !await IsBackAsync(hive, cancellation); id++)
            await InsistAsync(hive, id, cancellation);

        var positions = new List<long>();
        await foreach (var entry in hive.ReadHistoryAsync(1, long.MaxValue, cancellation))
            positions.Add(entry.Position);
        positions.ShouldBe(Enumerable.Range(1, positions.Count).Select(i => (long)i));
        hive.Replica.Topology.Bridges.Count.ShouldBe(positions.Count);
        hive.Health.Alarms.ShouldBe(0);
    }

    private static async Task<bool> IsBackAsync(IHive hive, CancellationToken cancellation) =>
        (await hive.ReadActorsAsync(cancellation)).Devices.Any(actor => actor.Node == "n1");

    // The same request until there is an answer.
    private static async Task InsistAsync(IHive hive, ulong id, CancellationToken cancellation)
    {
        var wish = Wishes.From("ana", Wishes.Bridge(id));
        SubmitResult result;
        while ((result = await hive.SubmitAsync(wish, cancellation)) is SubmitResult.Unavailable)
            await Task.Yield();
        result.ShouldBeOfType<SubmitResult.Accepted>(result.ToString());
    }

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }
}
