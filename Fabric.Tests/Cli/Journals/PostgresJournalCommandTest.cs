using Fabric.Tests.Journal;

namespace Fabric.Tests.Cli.Journals;

[TestFixture]
public sealed class PostgresJournalCommandTest : JournalCommandTest
{
    [Test]
    public async Task AHeadThatDoesNotFitTheEntriesIsFound()
    {
        await FillAsync(3);
        Execute("UPDATE head SET position = 2");
        var ran = await Shell.RunAsync($"journal verify --journal {Place}");
        ran.Exit.ShouldBe(1);
        ran.Error.ShouldContain("its row of the head does not fit");
    }

    [Test]
    public async Task AServerThatDoesNotAnswerIsNamedWithoutThePassword()
    {
        var ran = await Shell.RunAsync("journal verify --journal postgresql://fabric:secret@127.0.0.1:1/net");
        ran.Exit.ShouldBe(5);
        ran.Error.ShouldContain("no primary answers");
        ran.Error.ShouldContain("FABRIC-4301");
        ran.Error.ShouldNotContain("secret");
    }

    private protected override string NewPlace() => PostgresServer.Shared.NewDatabase();

    private protected override void Execute(string sql) => PostgresServer.Shared.Execute(sql, Place[(Place.LastIndexOf('/') + 1)..]);

    private protected override string Unlocked(string sql) => $"DROP TRIGGER entry_is_final ON entry; {sql}";

    private protected override void SetSchemaNumber(int number) => Execute($"UPDATE journal_schema SET number = {number}");
}
