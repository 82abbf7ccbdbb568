using Fabric.Topology.Journal;
using Npgsql;

namespace Fabric.Tests.Journal;

[TestFixture]
public sealed class PostgresJournalTest : JournalConformance
{
    private static PostgresServer Server => PostgresServer.Shared;

    private string Database => Place[(Place.LastIndexOf('/') + 1)..];

    [Test]
    public async Task AWordOfTheServerWakesLongBeforeTheNextLook(CancellationToken cancellation)
    {
        await using var patient = new SqlJournal(new SqlJournalOptions(Place) { PollInterval = TimeSpan.FromHours(1) });
        await patient.WaitAsync(cancellation); // the first call has nothing to compare with
        var waiting = patient.WaitAsync(cancellation).AsTask();
        await Entries.AppendAsync(Journal, 1);
        await waiting;
        (await patient.ReadHeadAsync(cancellation)).Position.ShouldBe(1);
    }

    [Test]
    public async Task WhatNobodyTellsIsSeenAtTheNextLook(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 2);
        await using var looker = new SqlJournal(new SqlJournalOptions(Place) { PollInterval = TimeSpan.FromMilliseconds(20) });
        await looker.WaitAsync(cancellation);
        var waiting = looker.WaitAsync(cancellation).AsTask();
        Execute("DELETE FROM entry WHERE position = 2");
        await waiting;
    }

    [Test]
    public async Task TheHeadIsTakenFromAHolderThatIsSilent(CancellationToken cancellation)
    {
        // Long enough to get the head on a machine that is busy.
        await using var frozen = Open(patience: TimeSpan.FromSeconds(2));
        await using var session = await frozen.LockHeadAsync(cancellation);
        // It waits for as long as it must, and the holder has lost it by then.
        var stored = await Entries.AppendAsync(Journal, 1);
        stored[0].Position.ShouldBe(1);
        var late = await Should.ThrowAsync<JournalException>(async () => await session.CommitAsync([.. Entries.After(session.Head, 1)]));
        late.Failure.ShouldBe(JournalFailure.Away);
        (await Journal.ReadAsync(0, 10, cancellation)).ShouldHaveSingleItem().Head.ShouldBe(stored[0].Head);
    }

    [Test]
    public async Task NodesThatOpenAnEmptyDatabaseAtOnceMakeOneJournal(CancellationToken cancellation)
    {
        var journals = Enumerable.Range(0, 12).Select(_ => Open()).ToList();
        await Task.WhenAll(journals.Select(journal => Task.Run(() => Entries.AppendAsync(journal, 1), cancellation)));
        (await Journal.ReadHeadAsync(cancellation)).Position.ShouldBe(12);
        foreach (var journal in journals)
            await journal.DisposeAsync();
    }

    [Test]
    public async Task AFullDiskIsToldAndTheNextCommitMayStoreAgain(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 1);
        Execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$;"
                + "CREATE TRIGGER no_room BEFORE INSERT ON entry EXECUTE FUNCTION no_room()"
        );
        var full = await Should.ThrowAsync<JournalException>(() => Entries.AppendAsync(Journal, 3));
        full.Failure.ShouldBe(JournalFailure.Full);
        full.Message.ShouldContain("no room");
        Execute("DROP TRIGGER no_room ON entry");
        (await Entries.AppendAsync(Journal, 1))[0].Position.ShouldBe(2);
        (await Journal.ReadHeadAsync(cancellation)).Position.ShouldBe(2);
    }

    [Test]
    public async Task WhatIsStoredCannotBeAltered()
    {
        await Entries.AppendAsync(Journal, 1);
        Should.Throw<PostgresException>(() => Execute("UPDATE entry SET author = 'eve'")).Message.ShouldContain("never altered");
    }

    [Test]
    public async Task ASchemaOfANewerVersionIsRefusedAndLeftAlone(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 1);
        Execute("UPDATE journal_schema SET number = 99");
        await using var older = Open();
        var refused = await Should.ThrowAsync<JournalException>(async () => await older.ReadHeadAsync(cancellation));
        refused.Failure.ShouldBe(JournalFailure.Unreadable);
        refused.Message.ShouldContain("number 99");
    }

    [Test]
    public async Task TablesThatAreGoneAreNotMadeAnew(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 1);
        Execute("DROP TABLE journal_schema, entry, head, snapshot; DROP FUNCTION refuse_alteration");
        await Should.ThrowAsync<JournalException>(async () => await Journal.ReadHeadAsync(cancellation));
        var gone = await Should.ThrowAsync<JournalException>(async () => await Journal.ReadHeadAsync(cancellation));
        gone.Failure.ShouldBe(JournalFailure.Unreadable);
        gone.Message.ShouldContain("restore");
    }

    [Test]
    public async Task AHeadThatDoesNotFitTheEntriesIsNotWrittenOver(CancellationToken cancellation)
    {
        await Entries.AppendAsync(Journal, 3);
        Execute("UPDATE head SET position = 1");
        var refused = await Should.ThrowAsync<JournalException>(() => Entries.AppendAsync(Journal, 1));
        refused.Failure.ShouldBe(JournalFailure.Unreadable);
        (await Journal.ReadAsync(0, 10, cancellation)).Length.ShouldBe(3);
    }

    [TestCase("postgresql://fabric@127.0.0.1:1/net", "no primary answers")]
    [TestCase("postgresql://fabric@127.0.0.1:{port}/nowhere", "there is no such database")]
    [TestCase("postgresql://walled:wrong@127.0.0.1:{port}/postgres", "the password is wrong")]
    [TestCase("postgresql://walled@127.0.0.1:{port}/postgres", "password")]
    [TestCase("postgresql://walled:right@127.0.0.1:{port}/postgres", "the role may not do that")]
    [TestCase("postgresql://stranger@127.0.0.1:{port}/postgres", "does not let this role in")]
    public async Task WhyItCannotBeOpenedIsOneSentenceWithoutThePassword(string place, string wanted)
    {
        Server.Execute("DO $$ BEGIN CREATE ROLE walled LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;");
        var address = place.Replace("{port}", $"{Server.Port}", StringComparison.Ordinal);
        await using var journal = new SqlJournal(new SqlJournalOptions(address));
        var refused = await Should.ThrowAsync<JournalException>(async () => await journal.ReadHeadAsync(default));
        refused.Failure.ShouldBe(JournalFailure.Away);
        refused.Message.ShouldContain(wanted);
        refused.Message.ShouldContain("127.0.0.1");
        refused.Message.ShouldNotContain(":wrong");
        refused.Message.ShouldNotContain('\n');
    }

    protected override string NewPlace() => Server.NewDatabase();

    protected override void Clean() => Server.Execute($"DROP DATABASE {Database} WITH (FORCE)");

    private protected override void Execute(string sql) => Server.Execute(sql, Database);
}
