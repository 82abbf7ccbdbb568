using Fabric.Devices;
using Fabric.Tests.Feed;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Journal;

/// <summary>A jump into the past makes those nearby short, and no state of another journal is ever taken for one of this.</summary>
public class PastStatesTest
{
    private const int Written = 4_500;

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-past-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task WhoGoesToAndFroReadsLittle()
    {
        await using var journal = new WatchedJournal(await WriteAsync("one", ""));
        var kept = new PastStates();
        var far = await UsesAsync(journal, kept, 4_400);

        // One asks whether the state that it begins with is in the journal, one reads on from there.
        (await UsesAsync(journal, kept, 3_200)).ShouldBe(2);
        (await UsesAsync(journal, kept, 4_450)).ShouldBe(2);
        (await UsesAsync(journal, kept, 3_200)).ShouldBe(1);
        far.ShouldBeGreaterThan(2);
    }

    [Test]
    public async Task OfAJournalThatWasReplacedNothingIsTakenForTrue()
    {
        var kept = new PastStates();
        await using (var before = await WriteAsync("one", "before"))
            await ReplayPath.ReadStateAsync(before, 3_000, kept, CancellationToken.None);
        kept.Nearest(3_000).ShouldNotBeNull();
        await using var after = await WriteAsync("two", "after");

        var state = await ReplayPath.ReadStateAsync(after, 3_000, kept, CancellationToken.None);

        state.Head.ShouldBe((await ReplayPath.ReadStateAsync(after, 3_000, CancellationToken.None)).Head);
    }

    [Test]
    public void SoManyAreKeptAndOfSoFewOrigins()
    {
        var kept = new PastStates();
        for (var position = 1; position <= 2 * PastStates.MaxStates; position++)
            kept.Keep(Past(0, position));

        kept.Count.ShouldBe(PastStates.MaxStates);
        kept.Nearest(PastStates.MaxStates).ShouldBeNull();
        kept.Nearest(1_000)!.State.Head.Position.ShouldBe(2 * PastStates.MaxStates);

        for (var origin = 1; origin <= PastStates.MaxOrigins; origin++)
            kept.Keep(Past(origin * 10_000, origin * 10_000 + 1));

        kept.Count.ShouldBe(PastStates.MaxOrigins);
        kept.Nearest(9_999).ShouldBeNull();
        kept.Keep(Past(0, 0));
        kept.Nearest(9_999).ShouldBeNull("there is no need to keep the empty network");
    }

    private static async Task<int> UsesAsync(WatchedJournal journal, PastStates kept, long position)
    {
        var before = journal.Uses;
        (await ReplayPath.ReadStateAsync(journal, position, kept, CancellationToken.None)).Topology.Bridges.Count.ShouldBe((int)position);
        return journal.Uses - before;
    }

    private async Task<SqlJournal> WriteAsync(string name, string reason)
    {
        var journal = new SqlJournal(new SqlJournalOptions(Path.Combine(_folder.FullName, $"{name}.db")));
        await Entries.AppendAsync(journal, Written, reason);
        return journal;
    }

    private static PastState Past(long origin, long position) =>
        new(origin, new ReplicaState(TopologySnapshot.Empty with { Position = position }, new JournalHead(position, default)));
}
