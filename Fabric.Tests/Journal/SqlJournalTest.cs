using Fabric.Topology.Journal;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Journal;

[TestFixture]
[CancelAfter(30_000)]
public sealed class SqlJournalTest
{
    private DirectoryInfo _directory = null!;
    private SqlJournal _journal = null!;

    private string Path => System.IO.Path.Combine(_directory.FullName, "journal.db");

    [SetUp]
    public void SetUp()
    {
        _directory = Directory.CreateTempSubdirectory("fabric-journal-");
        _journal = Open();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _journal.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Test]
    public async Task WhatIsStoredIsReadAgainByAnyConnection(CancellationToken cancellation)
    {
        var stored = await Entries.AppendAsync(_journal, 5);
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
    public async Task AnEntryThatWasTouchedDoesNotFollowAnyMore()
    {
        var entries = await Entries.AppendAsync(_journal, 2);
        var (first, second) = (entries[0], entries[1]);
        second.Follows(first.Head).ShouldBeTrue();
        (second with { Author = "eve" }).Follows(first.Head).ShouldBeFalse();
        (second with { Reason = "x" }).Follows(first.Head).ShouldBeFalse();
        (second with { Author = second.Author + second.Reason, Reason = "" }).Position.ShouldBe(2);
        (second with { TimeMicros = 1 }).Follows(first.Head).ShouldBeFalse();
        (second with { Position = 3 }).Follows(first.Head).ShouldBeFalse();
        (second with { Payload = new byte[] { 1 } }).Follows(first.Head).ShouldBeFalse();
        (second with { Request = first.Request }).Follows(first.Head).ShouldBeFalse();
        second.Follows(JournalHead.Start).ShouldBeFalse();
    }

    [Test]
    public async Task AuthorAndReasonCannotSwapCharacters()
    {
        var entry = (await Entries.AppendAsync(_journal, 1, "because"))[0];
        (entry with { Author = "anab", Reason = "ecause" }).Follows(JournalHead.Start).ShouldBeFalse();
    }

    [Test]
    public async Task TheLockOfTheHeadKeepsOthersOutUntilItIsGivenBack(CancellationToken cancellation)
    {
        await using var other = Open(patience: TimeSpan.FromMilliseconds(50));
        await using (await _journal.LockHeadAsync(cancellation))
        {
            var refused = await Should.ThrowAsync<JournalException>(async () => await other.LockHeadAsync(cancellation));
            refused.Failure.ShouldBe(JournalFailure.Away);
        }
        (await Entries.AppendAsync(other, 1))[0].Position.ShouldBe(1);
    }

    [Test]
    public async Task ASessionThatDoesNotCommitLeavesNothing(CancellationToken cancellation)
    {
        await using (await _journal.LockHeadAsync(cancellation)) { }
        (await _journal.ReadHeadAsync(cancellation)).ShouldBe(JournalHead.Start);
    }

    [Test]
    public async Task ARequestIsFoundUnderTheLockAndStoredOnceAtMost(CancellationToken cancellation)
    {
        var stored = (await Entries.AppendAsync(_journal, 3))[1];
        await using var session = await _journal.LockHeadAsync(cancellation);
        (await session.FindAsync(stored.Request, cancellation)).ShouldBe(stored.Head);
        (await session.FindAsync(new(99), cancellation)).ShouldBeNull();
        var twin = Entries.After(session.Head, 1)[0] with { Request = stored.Request };
        await Should.ThrowAsync<JournalException>(async () => await session.CommitAsync([twin]));
    }

    [Test]
    public async Task AWaiterIsWokenByAnotherConnection(CancellationToken cancellation)
    {
        await using var other = Open();
        await _journal.WaitAsync(cancellation); // the first call has nothing to compare with
        var waiting = _journal.WaitAsync(cancellation).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await Entries.AppendAsync(other, 1);
        await waiting;
    }

    [Test]
    public async Task AFullDiskIsToldAndNothingIsHalfStored(CancellationToken cancellation)
    {
        await using var small = Open(maxPages: 24);
        var reason = new string('x', 1000);
        long last = 0;
        var full = await Should.ThrowAsync<JournalException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
                last = (await Entries.AppendAsync(small, 3, reason))[^1].Position;
        });
        full.Failure.ShouldBe(JournalFailure.Full);
        full.Message.ShouldContain("no room");
        last.ShouldBeGreaterThan(3);
        (await small.ReadHeadAsync(cancellation)).Position.ShouldBe(last);
        // With room again it goes on where it was.
        (await Entries.AppendAsync(_journal, 1, reason))[0]
            .Position.ShouldBe(last + 1);
    }

    [Test]
    public async Task ASchemaOfANewerVersionIsRefusedAndLeftAlone(CancellationToken cancellation)
    {
        await Entries.AppendAsync(_journal, 1);
        Execute("PRAGMA user_version = 99");
        await using var older = Open();
        var refused = await Should.ThrowAsync<JournalException>(async () => await older.ReadHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Unreadable);
        refused.Message.ShouldContain("number 99");
    }

    [Test]
    public async Task AFileThatIsNoDatabaseIsRefusedAndLeftAlone(CancellationToken cancellation)
    {
        var path = System.IO.Path.Combine(_directory.FullName, "letter.txt");
        var letter = string.Concat(Enumerable.Repeat("Dear Sir or Madam, ", 100));
        await File.WriteAllTextAsync(path, letter, cancellation);
        await using var journal = new SqlJournal(new SqlJournalOptions(path));
        var refused = await Should.ThrowAsync<JournalException>(async () => await journal.ReadHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Unreadable);
        (await File.ReadAllTextAsync(path, cancellation)).ShouldBe(letter);
    }

    [Test]
    public async Task ADirectoryThatIsNotThereIsNamed(CancellationToken cancellation)
    {
        var path = System.IO.Path.Combine(_directory.FullName, "nowhere", "journal.db");
        await using var journal = new SqlJournal(new SqlJournalOptions(path));
        var refused = await Should.ThrowAsync<JournalException>(async () => await journal.ReadHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Away);
        refused.Message.ShouldContain(path);
    }

    [Test]
    public async Task AFileThatWasDeletedIsNotMadeAnew(CancellationToken cancellation)
    {
        await Entries.AppendAsync(_journal, 1);
        foreach (var file in _directory.GetFiles())
            file.Delete();
        var refused = await Should.ThrowAsync<JournalException>(async () => await _journal.LockHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Away);
        File.Exists(Path).ShouldBeFalse();
    }

    [Test]
    public async Task WhatIsStoredCannotBeAltered()
    {
        await Entries.AppendAsync(_journal, 1);
        Should.Throw<SqliteException>(() => Execute("UPDATE entry SET author = 'eve'")).Message.ShouldContain("never altered");
    }

    [Test]
    public async Task TheLatestSnapshotAtOrBeforeAPositionIsFound(CancellationToken cancellation)
    {
        var entries = await Entries.AppendAsync(_journal, 9);
        (await _journal.ReadSnapshotAsync(9, cancellation)).ShouldBeNull();
        foreach (var position in new[] { 3, 6 })
            await WriteSnapshotAsync(entries[position - 1].Head, _ => true, cancellation);
        (await _journal.ReadSnapshotAsync(9, cancellation))!.Head.ShouldBe(entries[5].Head);
        (await _journal.ReadSnapshotAsync(5, cancellation))!.Payload.ToArray().ShouldBe([3]);
        (await _journal.ReadSnapshotAsync(2, cancellation)).ShouldBeNull();
    }

    [Test]
    public async Task SnapshotsThatAreNotToStayGoAndEntriesStay(CancellationToken cancellation)
    {
        var entries = await Entries.AppendAsync(_journal, 9);
        foreach (var position in new[] { 2, 4, 6, 8 })
            await WriteSnapshotAsync(entries[position - 1].Head, stays => position < 8 || stays is 4 or 8, cancellation);

        (await _journal.ReadSnapshotAsync(9, cancellation))!.Head.ShouldBe(entries[7].Head);
        (await _journal.ReadSnapshotAsync(7, cancellation))!.Head.ShouldBe(entries[3].Head);
        (await _journal.ReadSnapshotAsync(3, cancellation)).ShouldBeNull();
        (await _journal.ReadAsync(0, 10, cancellation)).Length.ShouldBe(9);
    }

    private ValueTask WriteSnapshotAsync(JournalHead head, Func<long, bool> keeps, CancellationToken cancellation) =>
        _journal.WriteSnapshotAsync(new StoredSnapshot(head, new byte[] { (byte)head.Position }), keeps, cancellation);

    private SqlJournal Open(TimeSpan? patience = null, int maxPages = 0) =>
        new(new SqlJournalOptions(Path) { LockPatience = patience ?? TimeSpan.FromSeconds(5), MaxPages = maxPages });

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
