using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Tests.Cli;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Live;

/// <summary>Two agents on one database, of which one has a clock that is an hour off.</summary>
/// <remarks>On PostgreSQL: agents that share a file share a machine and so a clock. libfaketime shows the process another time of day.</remarks>
[Category("HereOnly")]
[Category("Faults")]
public class ClockLiveTest : LiveTest
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void SetUp()
    {
        if (!File.Exists(Library))
            Assert.Ignore("no libfaketime here: apt-get install libfaketime");
        _folder = Directory.CreateTempSubdirectory("fabric-clock-");
    }

    [TearDown]
    public void TearDown() => _folder?.Delete(recursive: true);

    [TestCase("+1h")]
    [TestCase("-1h")]
    public async Task AnAgentWhoseClockIsAnHourOffTakesPartAsAnyOther(string shift)
    {
        using var database = LiveDatabase.Start("postgresql");
        await using var right = await AgentRun.StartAsync(_folder.FullName, database.Place, "h1");
        using var wrong = Start(shift, database.Place);
        var socket = AgentRun.SocketOf(_folder.FullName, "h2");
        Eventually(() => Seen(right.Socket) == "h1 live, h2 live", "both live as the right one sees it");
        Eventually(() => Seen(socket) == "h1 live, h2 live", "both live as the wrong one sees it");
        // By the database's clock, whoever reads: no hour is in it.
        foreach (var by in (string[])[right.Socket, socket])
        {
            foreach (var member in MembersOf(by))
                ((double)member!["lease_s"]!).ShouldBeInRange(0, 60, $"{by}: {member}");
        }

        foreach (var (by, bridges) in (IEnumerable<(string, string)>)[(socket, "a: {}"), (right.Socket, "a: {}, b: {}"), (socket, "c: {}")])
        {
            var applied = await Shell.RunAsync(
                $"apply -f - --wait --socket {by}",
                $"fabric: v1\nhosts: {{ h1: {{}}, h2: {{}} }}\ntenants: {{ t: {{ bridges: {{ {bridges} }} }} }}\n"
            );
            applied.Exit.ShouldBe(0, applied.Error);
        }
        var head = (long)Status(right.Socket)["position"]!;
        Eventually(() => (long)Status(socket)["position"]! == head, "one position");
        await using (var journal = new SqlJournal(new SqlJournalOptions(database.Place)))
        {
            // The storing node's clock, for people: nothing is decided by it.
            var last = (await journal.ReadAsync(head - 1, 1, default)).ShouldHaveSingleItem();
            (last.Open().Time - DateTimeOffset.UtcNow).Duration().ShouldBeGreaterThan(TimeSpan.FromMinutes(50));
        }
        var verified = await Shell.RunAsync($"journal verify --journal {database.Place}");
        verified.Exit.ShouldBe(0, verified.Error);
        Eventually(() => Seen(right.Socket) == "h1 live, h2 live", "both live after all that");
    }

    private HostProcess Start(string shift, string journal) =>
        HostProcess.Start(
            null,
            "env",
            [
                .. (string[])[$"LD_PRELOAD={Library}", $"FAKETIME={shift}", "FAKETIME_DONT_FAKE_MONOTONIC=1"],
                .. (string[])[Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"), "agent", "--datapath", "none", "--host", "h2"],
                .. (string[])["--socket", AgentRun.SocketOf(_folder.FullName, "h2"), "--journal", journal],
                .. (string[])["--state", AgentRun.StateOf(_folder.FullName, "h2")],
            ]
        );

    private static string Seen(string socket)
    {
        try
        {
            return string.Join(", ", MembersOf(socket).Select(member => $"{member!["name"]} {member["state"]}"));
        }
        catch (FabricException)
        {
            return "";
        }
    }

    private static JsonArray MembersOf(string socket) => Status(socket)["members"]!.AsArray();

    private static JsonObject Status(string socket) => ReadAsync(socket).GetAwaiter().GetResult();

    private static async Task<JsonObject> ReadAsync(string socket)
    {
        await using var agent = AgentSession.Open(socket);
        return await agent.StatusAsync(CancellationToken.None);
    }
}
