using Fabric.Topology.Journal;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Cli.Journals;

[TestFixture]
public sealed class SqliteJournalCommandTest : JournalCommandTest
{
    private readonly List<DirectoryInfo> _places = [];

    [TearDown]
    public void DeletePlaces()
    {
        foreach (var place in _places)
            place.Delete(recursive: true);
        _places.Clear();
    }

    [TestCase("journal restore {nowhere} --journal {place}", 3, "there is no file")]
    [TestCase("journal restore {letter} --journal {place}", 1, "the file is not a database")]
    [TestCase("journal restore {empty} --journal {place}", 1, "it holds no journal")]
    [TestCase("journal restore {other} --journal {place}", 1, "its tables are not those of a journal")]
    [TestCase("journal backup {folder}/nowhere/b --journal {backup}", 1, "FABRIC-3301")]
    [TestCase("journal backup --journal {backup}", 2, "backup wants a file")]
    [TestCase("journal verify {backup}", 2, "--journal")]
    [TestCase("journal mend", 2, "mend")]
    public async Task WhatCannotBeDoneIsSaidAndNothingIsLeft(string line, int exit, string wanted)
    {
        await FillAsync(5);
        (await Shell.RunAsync($"journal backup {Path("backup")} --journal {Place}")).Exit.ShouldBe(0);
        await File.WriteAllTextAsync(Path("letter"), string.Concat(Enumerable.Repeat("Dear Sir or Madam, ", 100)));
        await File.WriteAllBytesAsync(Path("empty"), []);
        Execute("CREATE TABLE shopping (item TEXT); PRAGMA user_version = 1", Path("other"));
        var empty = NewPlace();
        foreach (var name in new[] { "nowhere", "letter", "empty", "other", "backup", "folder" })
            line = line.Replace($"{{{name}}}", name == "folder" ? Path("") : Path(name), StringComparison.Ordinal);

        var ran = await Shell.RunAsync(line.Replace("{place}", empty, StringComparison.Ordinal));

        ran.Exit.ShouldBe(exit, ran.Error);
        ran.Error.ShouldContain(wanted);
        if (File.Exists(empty))
        {
            await using var journal = new SqlJournal(new SqlJournalOptions(empty));
            (await journal.ReadHeadAsync(default)).ShouldBe(JournalHead.Start);
        }
        Directory.GetFiles(Path("")).Where(file => file.Contains(".part", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>Cut anywhere, or with any byte altered: it is refused, or what comes out is what went in. Never half of it, never something else.</summary>
    [Test]
    [CancelAfter(300_000)]
    public async Task ADamagedBackupIsRefusedOrNotDamagedWhereItMatters([Values] bool isCut)
    {
        const int seed = 4711;
        var entries = await FillAsync(30);
        (await Shell.RunAsync($"journal backup {Path("b")} --journal {Place}")).Exit.ShouldBe(0);
        var whole = await File.ReadAllBytesAsync(Path("b"));
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 150; i++)
        {
            var at = random.Next(whole.Length);
            var bytes = isCut ? whole[..at] : whole.ToArray();
            if (!isCut)
                bytes[at] ^= (byte)random.Next(1, 256);
            await File.WriteAllBytesAsync(Path("damaged"), bytes);
            var target = NewPlace();

            var ran = await Shell.RunAsync($"journal restore {Path("damaged")} --journal {target}");

            ran.Exit.ShouldBeOneOf([0, 1, 5], $"seed {seed}, byte {at}: {ran.Error}");
            ran.Error.ShouldNotContain("FABRIC-3901", Case.Sensitive, $"seed {seed}, byte {at}: {ran.Error}");
            refused += ran.Exit == 0 ? 0 : 1;
            await using var journal = new SqlJournal(new SqlJournalOptions(target));
            var expected = ran.Exit == 0 ? entries[^1].Head : JournalHead.Start;
            (await journal.ReadHeadAsync(default)).ShouldBe(expected, $"seed {seed}, byte {at}: {ran.Error}");
        }
        // The last page is the table of leases, of which a backup has none: cut there, all that matters is left.
        refused.ShouldBeGreaterThan(isCut ? 110 : 30);
    }

    [Test]
    public async Task AnIndexThatLostARowIsFound()
    {
        await FillAsync(50);
        // The row is there and its request is not found any more: it would be carried out twice.
        Execute(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL UNIQUE', 'NOT NULL        ') WHERE name = 'entry'"
        );
        var ran = await Shell.RunAsync($"journal verify --journal {Place}");
        ran.Exit.ShouldBe(1, ran.Error);
        ran.Error.ShouldContain("is damaged");
    }

    private protected override string NewPlace()
    {
        _places.Add(Directory.CreateTempSubdirectory("fabric-journal-"));
        return System.IO.Path.Combine(_places[^1].FullName, "journal.db");
    }

    private protected override void Execute(string sql) => Execute(sql, Place);

    private protected override string Unlocked(string sql) => $"DROP TRIGGER entry_is_final; {sql}";

    private protected override void SetSchemaNumber(int number) => Execute($"PRAGMA user_version = {number}");

    private static void Execute(string sql, string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
