using System.Text.Json.Nodes;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Cli.Journals;

/// <summary>`fabric journal` as its user has it, from a journal of one kind of database; a fixture per kind.</summary>
[CancelAfter(300_000)]
public abstract class JournalCommandTest
{
    private DirectoryInfo _folder = null!;

    /// <summary>Where the journal is, in the words of --journal.</summary>
    private protected string Place { get; private set; } = "";

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-backup-");
        Place = NewPlace();
    }

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task ABackupIsAJournalWithAllEntriesAndASnapshotAfterThem(CancellationToken cancellation)
    {
        var entries = await FillAsync(600);

        var ran = await Shell.RunAsync($"journal backup {Path("b")} --journal {Place} -o json");

        ran.Exit.ShouldBe(0, ran.Error);
        ran.Error.ShouldContain($"up to position {entries[^1].Head}");
        var told = JsonNode.Parse(ran.Out)!["items"]![0]!;
        ((long)told["position"]!, (string)told["hash"]!).ShouldBe((600, entries[^1].Hash.ToString()));
        await using var backup = new SqlJournal(new SqlJournalOptions(Path("b")));
        (await backup.ReadAsync(0, 1000, cancellation)).Select(entry => entry.Head).ShouldBe(entries.Select(entry => entry.Head));
        (await backup.ReadSnapshotAsync(600, cancellation))!.Head.ShouldBe(entries[^1].Head);
        await using var hive = await SqlHive.OpenAsync(backup, new HiveOptions(), cancellation);
        hive.Replica.Topology.Bridges.Count.ShouldBe(600);
    }

    [Test]
    public async Task ABackupIsOneFileThatOnlyItsOwnerReads()
    {
        await FillAsync(3);
        (await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")).Exit.ShouldBe(0);
        Left().ShouldBe(["b"]);
        File.GetUnixFileMode(Path("b")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // Also after it was read, on a medium that cannot be written.
        var bytes = await File.ReadAllBytesAsync(Path("b"));
        (await Shell.RunAsync($"journal verify --journal {Path("b")}")).Exit.ShouldBe(0);
        Left().ShouldBe(["b"]);
        (await File.ReadAllBytesAsync(Path("b"))).ShouldBe(bytes);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(700)]
    public async Task WhatIsRestoredIsWhatWasBackedUp(int count, CancellationToken cancellation)
    {
        await FillAsync(count);
        (await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")).Exit.ShouldBe(0);
        var other = NewPlace();

        var ran = await Shell.RunAsync($"journal restore {Path("b")} --journal {other}");

        ran.Exit.ShouldBe(0, ran.Error);
        await using var here = new SqlJournal(new SqlJournalOptions(Place));
        await using var there = new SqlJournal(new SqlJournalOptions(other));
        var entries = await there.ReadAsync(0, 1000, cancellation);
        entries.Select(Row).ShouldBe((await here.ReadAsync(0, 1000, cancellation)).Select(Row));
        (await Shell.RunAsync($"journal verify --journal {other}")).Exit.ShouldBe(0);
        // And it goes on.
        (await Entries.AppendAsync(there, 1))[0]
            .Position.ShouldBe(count + 1);
    }

    [Test]
    public async Task AJournalMovesToTheOtherKindOfDatabase(CancellationToken cancellation)
    {
        var entries = await FillAsync(300);
        (await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")).Exit.ShouldBe(0);
        var other = PostgresAddress.IsOne(Place) ? Path("j.db") : PostgresServer.Shared.NewDatabase();
        (await Shell.RunAsync($"journal restore {Path("b")} --journal {other}")).Exit.ShouldBe(0);
        await using var hive = await new SqlHiveFactory().OpenAsync(other, new HiveOptions(), cancellation);
        hive.Replica.State.Head.ShouldBe(entries[^1].Head);
        hive.Replica.Topology.Bridges.Count.ShouldBe(300);
    }

    [Test]
    public async Task AJournalThatHoldsSomethingIsNotRestoredInto(CancellationToken cancellation)
    {
        await FillAsync(3);
        (await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")).Exit.ShouldBe(0);
        var more = await FillAsync(2);

        var ran = await Shell.RunAsync($"journal restore {Path("b")} --journal {Place}");

        ran.Exit.ShouldBe(4);
        ran.Error.ShouldContain($"is at position {more[^1].Head} already");
        ran.Error.ShouldContain("FABRIC-4303");
        await using var journal = new SqlJournal(new SqlJournalOptions(Place));
        (await journal.ReadHeadAsync(cancellation)).ShouldBe(more[^1].Head);
    }

    [Test]
    public async Task AFileThatExistsIsNotWrittenOver()
    {
        await FillAsync(3);
        await File.WriteAllTextAsync(Path("b"), "Dear Sir or Madam");
        var ran = await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}");
        ran.Exit.ShouldBe(4);
        ran.Error.ShouldContain("FABRIC-4304");
        (await File.ReadAllTextAsync(Path("b"))).ShouldBe("Dear Sir or Madam");
        Left().ShouldBe(["b"]);
    }

    [Test]
    public async Task OfTwoBackupsAtOnceToOneFileOneIsWritten()
    {
        await FillAsync(300);
        var ran = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")))
        );
        ran.Select(each => each.Exit).Order().ShouldBe([0, 4, 4, 4]);
        Left().ShouldBe(["b"]);
        (await Shell.RunAsync($"journal verify --journal {Path("b")}")).Exit.ShouldBe(0);
    }

    [Test]
    public async Task ABackupWhileAgentsWriteEndsAtAnEntryThatWasTheLastOne(CancellationToken cancellation)
    {
        await FillAsync(3000);
        await using var hive = await new SqlHiveFactory().OpenAsync(Place, new HiveOptions { SnapshotEvery = 20 }, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = WriteAsync(hive, stop.Token);
        for (var (i, overlapping) = (0, 0); overlapping < 3; i++)
        {
            var before = hive.Replica.State.Head.Position;
            var ran = await Task.Run(() => Shell.RunAsync($"journal backup {Path($"b{i}")} --journal {Place}"), cancellation);
            overlapping += hive.Replica.State.Head.Position > before ? 1 : 0;
            ran.Exit.ShouldBe(0, ran.Error);
            (await Shell.RunAsync($"journal verify --journal {Path($"b{i}")}")).Exit.ShouldBe(0);
            (await Shell.RunAsync($"journal verify --journal {Place}")).Exit.ShouldBe(0);
        }
        stop.Cancel();
        await writing;
        hive.Health.SnapshotFailure.ShouldBeNull();
    }

    [Test]
    public async Task ARowThatWasAlteredIsNamedAndSoIsTheNumberOfThoseBefore()
    {
        await FillAsync(400);
        Execute(Unlocked("UPDATE entry SET author = 'eve' WHERE position = 300"));
        await NotSoundAsync("the hash of entry 300 does not fit", 299);
        // Nothing of it gets into a backup.
        var backup = await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}");
        backup.Exit.ShouldBe(1);
        backup.Error.ShouldContain("the 299 before it are sound");
        Left().ShouldBeEmpty();
    }

    [Test]
    public async Task ARowThatIsMissingIsNamed()
    {
        await FillAsync(40);
        Execute("DELETE FROM entry WHERE position = 7");
        await NotSoundAsync("entry 7 is missing", 6);
    }

    [Test]
    public async Task AnEntryOfANewerVersionIsNamedWithWhatToDo()
    {
        await FillAsync(9);
        await NewerEntry.AppendAsync(Place);
        await NotSoundAsync("entry 10 cannot be read: the bytes need a program of level 99", 9);
        (await Shell.RunAsync($"journal verify --journal {Place}")).Error.ShouldContain("run a newer version");
    }

    [TestCase("UPDATE snapshot SET payload = (SELECT payload FROM entry LIMIT 1)", "the snapshot at 20 cannot be read")]
    [TestCase("UPDATE snapshot SET hash = (SELECT hash FROM entry WHERE position = 1)", "the snapshot at 20 is of another journal")]
    [TestCase("UPDATE snapshot SET payload = (SELECT payload FROM wrong)", "the snapshot at 20 is not what the entries say")]
    public async Task ASnapshotThatIsNotWhatTheEntriesSayIsNamed(string alteration, string wanted, CancellationToken cancellation)
    {
        var entries = await FillAsync(20);
        await using (var journal = new SqlJournal(new SqlJournalOptions(Place)))
        {
            var topology = (await ReplayPath.ReadStateAsync(journal, 20, cancellation)).Topology;
            await WriteAsync(journal, entries[19].Head, topology, cancellation);
            (await Shell.RunAsync($"journal verify --journal {Place}")).Error.ShouldContain("with 1 snapshots");
            Execute("CREATE TABLE wrong AS SELECT * FROM snapshot; DELETE FROM snapshot");
            var wrong = (await ReplayPath.ReadStateAsync(journal, 19, cancellation)).Topology with { Position = 20 };
            await WriteAsync(journal, entries[19].Head, wrong, cancellation);
            Execute("CREATE TABLE swap AS SELECT * FROM wrong; DELETE FROM wrong; INSERT INTO wrong SELECT * FROM snapshot");
            Execute("DELETE FROM snapshot; INSERT INTO snapshot SELECT * FROM swap");
        }
        Execute(alteration);
        await NotSoundAsync(wanted, 20);
    }

    [Test]
    public async Task TablesOfANewerVersionAreRefusedAndLeftAlone()
    {
        await FillAsync(2);
        SetSchemaNumber(99);
        foreach (var words in new[] { $"backup {Path("b")}", "verify" })
        {
            var ran = await Shell.RunAsync($"journal {words} --journal {Place}");
            ran.Exit.ShouldBe(1);
            ran.Error.ShouldContain("its schema is number 99, this version knows up to");
            ran.Error.ShouldContain("run the newer version");
        }
        Left().ShouldBeEmpty();
    }

    [Test]
    public async Task ADatabaseWithoutAJournalIsNamedAndNoneIsMadeByReading()
    {
        foreach (var words in new[] { $"backup {Path("b")}", "verify" })
        {
            var ran = await Shell.RunAsync($"journal {words} --journal {Place}");
            ran.Exit.ShouldBeOneOf(1, 5);
            ran.Error.ShouldContain(PostgresAddress.Show(Place));
        }
        Left().ShouldBeEmpty();
        (await FillAsync(1))[0].Position.ShouldBe(1);
    }

    /// <summary>A place where no journal is yet.</summary>
    private protected abstract string NewPlace();

    /// <summary>Runs statements.</summary>
    private protected abstract void Execute(string sql);

    /// <summary>The statement without what keeps rows from being altered.</summary>
    private protected abstract string Unlocked(string sql);

    private protected abstract void SetSchemaNumber(int number);

    /// <summary>A file beside the journal.</summary>
    private protected string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private protected async Task<List<StoredEntry>> FillAsync(int count)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(Place));
        if (count == 0)
        {
            await journal.ReadHeadAsync(default);
            return [];
        }
        return await Entries.AppendAsync(journal, count);
    }

    private IEnumerable<string?> Left() => _folder.EnumerateFileSystemInfos().Select(file => file.Name).Order();

    private async Task NotSoundAsync(string wanted, int good)
    {
        var ran = await Shell.RunAsync($"journal verify --journal {Place} -o json");
        ran.Exit.ShouldBe(1);
        ran.Error.ShouldContain(wanted);
        ran.Error.ShouldContain("FABRIC-4302");
        ((long)JsonNode.Parse(ran.Out)!["items"]![0]!["position"]!).ShouldBe(good, ran.Error);
    }

    private static ValueTask WriteAsync(
        SqlJournal journal,
        JournalHead head,
        Fabric.Devices.TopologySnapshot topology,
        CancellationToken cancellation
    ) => journal.WriteSnapshotAsync(new StoredSnapshot(head, SnapshotPayload.Encode(topology)), _ => true, cancellation);

    private static async Task WriteAsync(IHive hive, CancellationToken stop)
    {
        await Task.Yield();
        for (var count = 0; !stop.IsCancellationRequested; count++)
        {
            var wish = Wishes.From("ana", Wishes.Bridge(1, isUp: count % 2 == 0));
            (await hive.SubmitAsync(wish, CancellationToken.None)).ShouldBeOfType<SubmitResult.Accepted>();
        }
    }

    private static object Row(StoredEntry entry) =>
        (entry.Position, entry.TimeMicros, entry.Author, entry.Reason, entry.Request, Convert.ToHexString(entry.Payload.Span), entry.Hash);
}
