using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Akka.Nodes;
using Fabric.Tests.Cli;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Microsoft.Data.Sqlite;

namespace Fabric.Tests.Akka;

/// <summary>The hive on Akka.NET as its user has it: an agent, and a journal that is carried over.</summary>
[TestFixture]
[CancelAfter(300_000)]
[NonParallelizable]
public sealed class AkkaAgentTest
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-akka-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task AnAgentRunsOnItAndTellsItsActorsAndMembers(CancellationToken cancellation)
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Path("j.db"), hive: "akka");
        await using var session = AgentSession.Open(agent.Socket);
        var answer = await session.SubmitAsync(Wishes.From("ana", Wishes.Bridge(1)), cancellation);
        answer.Rejection.ShouldBeNull();

        var ran = await agent.AskAsync("actors -o json");
        ran.Exit.ShouldBe(0, ran.Error);
        ran.Error.ShouldContain("changes are put in order at h1");
        var actor = JsonNode.Parse(ran.Out)!["items"]!.AsArray().Single(item => (string?)item!["kind"] == "bridge")!;
        ((string?)actor["device"], (string?)actor["node"]).ShouldBe(("t/bridge1", "h1"));
        await agent.BecomesAsync("members", members => members.Contains("\"live\"", StringComparison.Ordinal));
    }

    [Test]
    public async Task ASecondAgentOfOneHostDoesNotStart()
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Path("j.db"), hive: "akka");
        var elsewhere = Directory.CreateDirectory(Path("elsewhere")).FullName;
        var refused = await AgentRun.RefuseAsync(elsewhere, Path("j.db"), hive: "akka");
        refused.Exit.ShouldBe(4, refused.Error);
        refused.Error.ShouldContain("FABRIC-4005");
    }

    [Test]
    public void AnAnsweredCommandIsOnTheDisk()
    {
        // The connections of Akka.Persistence.Sql are its own; they must not be laxer than the journal's.
        using (var journal = new SqliteConnection($"Data Source={Path("j.db")};Pooling=False"))
            journal.Open();
        var settings = NodeSettings.Of(Path("j.db"), "");
        using var connection = new SqliteConnection(settings.GetString("akka.persistence.journal.sql.connection-string"));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";
        command.ExecuteScalar().ShouldBe(2L, "FULL");
    }

    [Test]
    public async Task AJournalIsCarriedToTheOtherHiveAndBackAsItIs(CancellationToken cancellation)
    {
        IReadOnlyList<StoredEntry> entries;
        await using (var journal = new SqlJournal(new SqlJournalOptions(Path("sql.db"))))
            entries = await Entries.AppendAsync(journal, 300, "why");

        await CopyAsync($"sql:{Path("sql.db")}", $"akka:{Path("akka.db")}");
        await CopyAsync($"akka:{Path("akka.db")}", Path("back.db"));

        await using (var back = new SqlJournal(new SqlJournalOptions(Path("back.db"))))
        {
            var read = await back.ReadAsync(0, 1000, cancellation);
            read.Select(Row).ShouldBe(entries.Select(Row));
        }
        (await Shell.RunAsync($"journal verify --journal akka:{Path("akka.db")}")).Exit.ShouldBe(0);
        // And there it goes on.
        HiveFactories.TryFind("akka", out var factory).ShouldBeTrue();
        var options = new HiveOptions { Configuration = ClusterSettings.Quick };
        await using var hive = await factory!.OpenAsync(Path("akka.db"), options, cancellation);
        hive.Replica.State.Head.ShouldBe(entries[^1].Head);
        var next = await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(1000)), cancellation);
        next.ShouldBeOfType<SubmitResult.Accepted>(next.ToString()).Position.ShouldBe(301);
        var again = await hive.SubmitAsync(new(entries[6].Request, "ana", "", Wishes.Bridge(1001)), cancellation);
        again.ShouldBeOfType<SubmitResult.Accepted>(again.ToString()).Position.ShouldBe(7, "requests of before are known too");
    }

    [Test]
    public async Task AJournalOfTheOtherKindIsNotTakenForAnEmptyOne()
    {
        await using (var journal = new SqlJournal(new SqlJournalOptions(Path("sql.db"))))
            await Entries.AppendAsync(journal, 3);
        var refused = await AgentRun.RefuseAsync(_folder.FullName, Path("sql.db"), hive: "akka");
        refused.Exit.ShouldNotBe(0);
        refused.Error.ShouldContain("fabric journal copy");

        await CopyAsync(Path("sql.db"), $"akka:{Path("akka.db")}");
        refused = await AgentRun.RefuseAsync(_folder.FullName, Path("akka.db"));
        refused.Exit.ShouldNotBe(0);
        refused.Error.ShouldContain("fabric journal copy");
    }

    [Test]
    public async Task AJournalThatHoldsSomethingIsNotCopiedInto()
    {
        await using (var journal = new SqlJournal(new SqlJournalOptions(Path("sql.db"))))
            await Entries.AppendAsync(journal, 3);
        await CopyAsync(Path("sql.db"), $"akka:{Path("akka.db")}");
        var ran = await Shell.RunAsync($"journal copy --from {Path("sql.db")} --to akka:{Path("akka.db")}");
        ran.Exit.ShouldBe(4);
        ran.Error.ShouldContain("FABRIC-4303");
    }

    [Test]
    public async Task AnAgentStartsFromItsCopyWhileTheDatabaseIsAwayAndJoinsWhenItIsBack()
    {
        var database = Directory.CreateDirectory(Path("database")).FullName;
        var place = System.IO.Path.Combine(database, "j.db");
        await using (var agent = await AgentRun.StartAsync(_folder.FullName, place, hive: "akka"))
        {
            (await agent.AskAsync("apply -f -", "fabric: v1\ntenants: { acme: { bridges: { b1: {} } } }\n")).Exit.ShouldBe(0);
            await agent.KeepsAsync((long)(await agent.StatusAsync())["position"]!);
        }
        Directory.Move(database, Path("away"));

        await using (var agent = await AgentRun.StartAsync(_folder.FullName, place, hive: "akka"))
        {
            ((int)(await agent.StatusAsync())["bridges"]!).ShouldBe(1);
            var refused = await agent.AskAsync("apply -f -", "fabric: v1\ntenants: { acme: { bridges: { b2: {} } } }\n");
            refused.Exit.ShouldBe(1);
            refused.Error.ShouldContain("FABRIC-3205");

            // The agent has made the folder again for its lock.
            Directory.Delete(database, recursive: true);
            Directory.Move(Path("away"), database);

            await agent.BecomesAsync("journal", text => text == "ok");
            (await agent.AskAsync("apply -f -", "fabric: v1\ntenants: { acme: { bridges: { b2: {} } } }\n")).Exit.ShouldBe(0);
        }
    }

    private static async Task CopyAsync(string from, string to)
    {
        var ran = await Shell.RunAsync($"journal copy --from {from} --to {to}");
        ran.Exit.ShouldBe(0, ran.Error);
    }

    private static object Row(StoredEntry entry) =>
        (entry.Position, entry.TimeMicros, entry.Author, entry.Reason, entry.Request, Convert.ToHexString(entry.Payload.Span), entry.Hash);

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);
}
