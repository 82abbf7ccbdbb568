using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>What a journal must do, whatever database it is in; a fixture per kind names the place.</summary>
[CancelAfter(300_000)]
public abstract partial class JournalConformance
{
    private SqlJournal? _journal;

    /// <summary>The place of this test's journal.</summary>
    protected string Place { get; private set; } = "";

    private protected SqlJournal Journal => _journal!;

    [SetUp]
    public void SetUp()
    {
        Place = NewPlace();
        _journal = Open();
    }

    [TearDown]
    public async Task TearDown()
    {
        // There is none where the database cannot be had.
        if (_journal is null)
            return;
        await _journal.DisposeAsync();
        _journal = null;
        Clean();
    }

    [Test]
    public async Task WhatIsStoredIsReadAgainByAnyConnection(CancellationToken cancellation)
    {
        var stored = await Entries.AppendAsync(Journal, 5);
        await using var other = Open();
        (await other.ReadHeadAsync(cancellation)).ShouldBe(stored[^1].Head);
        var read = await other.ReadAsync(1, 3, cancellation);
        read.Select(entry => entry.Head).ShouldBe(stored.Skip(1).Take(3).Select(entry => entry.Head));
        read[0].Follows(stored[0].Head).ShouldBeTrue();
        read[0].Open().Events.ShouldBe(stored[1].Open().Events);
        (read[0].TimeMicros, read[0].Author, read[0].Request).ShouldBe((stored[1].TimeMicros, "ana", stored[1].Request));
        (await other.ReadAsync(5, 10, cancellation)).ShouldBeEmpty();
    }

    [Test]
    public async Task TheLockOfTheHeadKeepsOthersOutUntilItIsGivenBack(CancellationToken cancellation)
    {
        await using var other = Open(patience: TimeSpan.FromMilliseconds(50));
        await using (await Journal.LockHeadAsync(cancellation))
        {
            var refused = await Should.ThrowAsync<JournalException>(async () => await other.LockHeadAsync(cancellation));
            refused.Failure.ShouldBe(JournalFailure.Away);
        }
        // Not by one of so little patience: its database ends a transaction that does nothing for a part of it.
        await using var next = Open();
        (await Entries.AppendAsync(next, 1))[0].Position.ShouldBe(1);
    }

    [Test]
    public async Task ASessionThatDoesNotCommitLeavesNothing(CancellationToken cancellation)
    {
        await using (await Journal.LockHeadAsync(cancellation)) { }
        (await Journal.ReadHeadAsync(cancellation)).ShouldBe(JournalHead.Start);
    }

    [Test]
    public async Task ARequestIsFoundUnderTheLockAndStoredOnceAtMost(CancellationToken cancellation)
    {
        var stored = (await Entries.AppendAsync(Journal, 3))[1];
        await using var session = await Journal.LockHeadAsync(cancellation);
        var found = await session.FindAsync([new(99), stored.Request, stored.Request, new(100)], cancellation);
        found.ShouldHaveSingleItem().ShouldBe(new(stored.Request, stored.Head));
        var twin = Entries.After(session.Head, 1)[0] with { Request = stored.Request };
        await Should.ThrowAsync<JournalException>(async () => await session.CommitAsync([twin]));
    }

    [Test]
    public async Task AWaiterIsWokenByAnotherConnection(CancellationToken cancellation)
    {
        await using var other = Open();
        await Journal.WaitAsync(cancellation); // the first call has nothing to compare with
        var waiting = Journal.WaitAsync(cancellation).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await Entries.AppendAsync(other, 1);
        await waiting;
    }

    [Test]
    public async Task TheLatestSnapshotAtOrBeforeAPositionIsFound(CancellationToken cancellation)
    {
        var entries = await Entries.AppendAsync(Journal, 9);
        (await Journal.ReadSnapshotAsync(9, cancellation)).ShouldBeNull();
        foreach (var position in new[] { 3, 6 })
            await WriteSnapshotAsync(entries[position - 1].Head, _ => true, cancellation);
        (await Journal.ReadSnapshotAsync(9, cancellation))!.Head.ShouldBe(entries[5].Head);
        (await Journal.ReadSnapshotAsync(5, cancellation))!.Payload.ToArray().ShouldBe([3]);
        (await Journal.ReadSnapshotAsync(2, cancellation)).ShouldBeNull();
    }

    [Test]
    public async Task SnapshotsThatAreNotToStayGoAndEntriesStay(CancellationToken cancellation)
    {
        var entries = await Entries.AppendAsync(Journal, 9);
        foreach (var position in new[] { 2, 4, 6, 8 })
            await WriteSnapshotAsync(entries[position - 1].Head, stays => position < 8 || stays is 4 or 8, cancellation);

        (await Journal.ReadSnapshotAsync(9, cancellation))!.Head.ShouldBe(entries[7].Head);
        (await Journal.ReadSnapshotAsync(7, cancellation))!.Head.ShouldBe(entries[3].Head);
        (await Journal.ReadSnapshotAsync(3, cancellation)).ShouldBeNull();
        (await Journal.ReadAsync(0, 10, cancellation)).Length.ShouldBe(9);
    }

    /// <summary>A place where no journal is yet.</summary>
    protected abstract string NewPlace();

    /// <summary>Deletes what is there.</summary>
    protected abstract void Clean();

    /// <summary>Does something to the tables, as nobody should.</summary>
    private protected abstract void Execute(string sql);

    private protected SqlJournal Open(TimeSpan? patience = null, int maxPages = 0) =>
        new(new SqlJournalOptions(Place) { LockPatience = patience ?? TimeSpan.FromSeconds(5), MaxPages = maxPages });

    private ValueTask WriteSnapshotAsync(JournalHead head, Func<long, bool> keeps, CancellationToken cancellation) =>
        Journal.WriteSnapshotAsync(new StoredSnapshot(head, new byte[] { (byte)head.Position }), keeps, cancellation);
}
