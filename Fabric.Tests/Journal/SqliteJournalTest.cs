using Fabric.Topology.Journal;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Journal;

[TestFixture]
public sealed class SqliteJournalTest : JournalConformance
{
    private DirectoryInfo _directory = null!;

    private string Path => System.IO.Path.Combine(_directory.FullName, "journal.db");

    [Test]
    public async Task AnEntryThatWasTouchedDoesNotFollowAnyMore()
    {
        var entries = await Entries.AppendAsync(Journal, 2);
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
        var entry = (await Entries.AppendAsync(Journal, 1, "because"))[0];
        (entry with { Author = "anab", Reason = "ecause" }).Follows(JournalHead.Start).ShouldBeFalse();
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
        (await Entries.AppendAsync(Journal, 1, reason))[0]
            .Position.ShouldBe(last + 1);
    }

    [Test]
    public async Task ASchemaOfANewerVersionIsRefusedAndLeftAlone(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 1);
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
        await Entries.AppendAsync(Journal, 1);
        foreach (var file in _directory.GetFiles())
            file.Delete();
        var refused = await Should.ThrowAsync<JournalException>(async () => await Journal.LockHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Away);
        File.Exists(Path).ShouldBeFalse();
    }

    [Test]
    public async Task WhatIsStoredCannotBeAltered()
    {
        await Entries.AppendAsync(Journal, 1);
        Should.Throw<SqliteException>(() => Execute("UPDATE entry SET author = 'eve'")).Message.ShouldContain("never altered");
    }

    protected override string NewPlace()
    {
        _directory = Directory.CreateTempSubdirectory("fabric-journal-");
        return Path;
    }

    protected override void Clean() => _directory.Delete(recursive: true);

    private protected override void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
