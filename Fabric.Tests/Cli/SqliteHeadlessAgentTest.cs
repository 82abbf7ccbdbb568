using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Cli;

[TestFixture]
public sealed class SqliteHeadlessAgentTest : HeadlessAgentTest
{
    private int _places;

    [Test]
    public async Task AJournalThatWasFollowedAndIsGoneIsNotMadeAnew()
    {
        await RunOnceAsync(bridges: 3);
        File.Delete(Place);
        await using (var agent = await AgentRun.StartAsync(Folder, Place))
        {
            ((string)(await agent.StatusAsync())["journal"]!).ShouldContain("cannot be opened");
            (await ApplyAsync(agent, 4)).Exit.ShouldBe(1);
        }
        File.Exists(Place).ShouldBeFalse();
    }

    private protected override string NewPlace() =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, $"database{++_places}")).FullName, "journal.db");

    private protected override void TakeAway()
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Place)!))
            File.Move(file, $"{file}.away");
        // No file at all would be a network that is to begin, for an agent that knows none.
        Directory.CreateDirectory(Place);
    }

    private protected override void BringBack()
    {
        Directory.Delete(Place);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Place)!, "*.away"))
            File.Move(file, file[..^".away".Length]);
    }

    private protected override void SetSchemaNumber(int number) => Execute($"PRAGMA user_version = {number}");

    private protected override void AlterRow(long position) =>
        Execute($"DROP TRIGGER entry_is_final; UPDATE entry SET author = 'eve' WHERE position = {position}");

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Place};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
