using System.Diagnostics;
using Fabric.Changes;
using Fabric.Tests.Laws;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>Real processes on one journal, killed with SIGKILL at any moment.</summary>
[TestFixture]
[CancelAfter(600_000)]
public sealed class KilledWriterTest
{
    // As many processes write at once; so a kill also meets another that is in the middle of a commit.
    private const int AtOnce = 3;

    [Test]
    public async Task NoAcknowledgedCommandIsLostInTwoHundredKills(CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("fabric-kill-");
        try
        {
            await KillAsync(Path.Combine(directory.FullName, "journal.db"), 200, cancellation);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public Task NoAcknowledgedCommandIsLostInKillsOfWritersToAServer(CancellationToken cancellation) =>
        KillAsync(PostgresServer.Shared.NewDatabase(), LawRun.Cases(30), cancellation);

    private static async Task KillAsync(string place, int kills, CancellationToken cancellation)
    {
        var seed = Random.Shared.Next(1_000_000);
        TestContext.Out.WriteLine($"seed {seed}");
        var acknowledged = new Dictionary<RequestId, long>();
        var lanes = Enumerable.Range(0, AtOnce).Select(lane => KillManyAsync(place, seed, lane, kills, acknowledged, cancellation));
        (await Task.WhenAll(lanes)).Sum().ShouldBe(kills);
        await CheckAsync(place, acknowledged, cancellation);
    }

    private static async Task<int> KillManyAsync(
        string path,
        int seed,
        int lane,
        int wanted,
        Dictionary<RequestId, long> acknowledged,
        CancellationToken cancellation
    )
    {
        var kills = 0;
        for (var i = lane; i < wanted; i += AtOnce, kills++)
        {
            var random = new Random(seed + i);
            using var writer = JournalWriter.Start(path, seed + i);
            try
            {
                await ReadUntilDeathAsync(writer, LinesToLive(random), random.Next(150), acknowledged, cancellation);
            }
            finally
            {
                writer.Kill();
                await writer.WaitForExitAsync(CancellationToken.None);
            }
        }
        return kills;
    }

    // A third each: while it opens what the one before has left; with its first commands; among many.
    private static int LinesToLive(Random random) =>
        random.Next(3) switch
        {
            0 => 1,
            1 => 2,
            _ => random.Next(3, 25),
        };

    private static async Task ReadUntilDeathAsync(
        Process writer,
        int killAfter,
        int delayMs,
        Dictionary<RequestId, long> acknowledged,
        CancellationToken cancellation
    )
    {
        var lines = 0;
        while (await writer.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (JournalWriter.TryRead(line, out var request, out var position))
            {
                lock (acknowledged)
                    acknowledged.Add(request, position);
            }
            // What it said before it died counts too, so the reading goes on to the end.
            if (++lines == killAfter)
            {
                // While it opens and recovers it says nothing, so the moment is a matter of time.
                await Task.Delay(killAfter < 3 ? delayMs : 0, cancellation);
                writer.Kill();
            }
        }
        lines.ShouldBeGreaterThanOrEqualTo(killAfter, "the writer ended by itself");
    }

    private static async Task CheckAsync(string path, Dictionary<RequestId, long> acknowledged, CancellationToken cancellation)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(path));
        var stored = new Dictionary<RequestId, long>();
        // Reading checks positions and hashes one by one.
        await foreach (var item in ReplayPath.ReadEntriesAsync(journal, 0, default(EntryHash), long.MaxValue, cancellation))
            stored.Add(item.Entry.Request, item.Entry.Position);
        stored.Values.ShouldBe(Enumerable.Range(1, stored.Count).Select(i => (long)i));
        foreach (var (request, position) in acknowledged)
            stored[request].ShouldBe(position);
        var state = await ReplayPath.ReadStateAsync(journal, long.MaxValue, cancellation);
        state.Head.Position.ShouldBe(stored.Count);
        TestContext.Out.WriteLine($"{acknowledged.Count} acknowledged, {stored.Count} stored");
    }
}
