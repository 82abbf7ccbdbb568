using Fabric.Tests.Journal;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Cli;

/// <summary>What an agent does whose journal is away or not to be read, as its user sees it; a fixture per kind of database.</summary>
[CancelAfter(300_000)]
public abstract class HeadlessAgentTest
{
    private DirectoryInfo _folder = null!;

    private protected string Place { get; private set; } = "";

    private protected string Folder => _folder.FullName;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-agent-");
        Place = NewPlace();
    }

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task AnAgentStartsFromItsCopyAndCatchesUpWhenTheJournalIsBack()
    {
        await RunOnceAsync(bridges: 3);
        TakeAway();
        await using (var agent = await AgentRun.StartAsync(Folder, Place))
        {
            var status = await agent.StatusAsync();
            ((string)status["journal"]!).ShouldStartWith($"journal {PostgresAddress.Show(Place)}: ");
            ((int)status["bridges"]!, (string)status["host"]!, (long)status["position"]!).ShouldBe((3, "h1", 2));
            agent.Log.ShouldContain($"started from the copy of the network in {AgentRun.StateOf(Folder, "h1")}, at position 2");
            var refused = await ApplyAsync(agent, 4);
            refused.Exit.ShouldBe(1);
            refused.Error.ShouldContain("FABRIC-3205");
            refused.Error.Split('\n').Count(line => line.StartsWith("  why: journal", StringComparison.Ordinal)).ShouldBe(1, refused.Error);

            BringBack();

            await agent.BecomesAsync("journal", text => text == "ok");
            (await ApplyAsync(agent, 4)).Exit.ShouldBe(0);
            ((string?)(await agent.StatusAsync())["alarm"]).ShouldBeNull();
        }
        await using var journal = new SqlJournal(new SqlJournalOptions(Place));
        (await journal.ReadHeadAsync(default)).Position.ShouldBe(3);
    }

    [Test]
    public async Task WithoutJournalAndCopyAnAgentDoesNotStartAndSaysWhy()
    {
        await RunOnceAsync(bridges: 1);
        TakeAway();
        var refused = await AgentRun.RefuseAsync(Folder, Place, "h2");
        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain("cannot be opened");
        refused.Error.ShouldContain("FABRIC-4003");
        BringBack();
    }

    [Test]
    public async Task ADamagedCopyIsNamedAndPutAsideAndTheJournalIsRead()
    {
        await RunOnceAsync(bridges: 3);
        var copy = Path.Combine(AgentRun.StateOf(Folder, "h1"), "replica.snapshot");
        var bytes = await File.ReadAllBytesAsync(copy);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(copy, bytes);

        await using (var agent = await AgentRun.StartAsync(Folder, Place))
        {
            var status = await agent.StatusAsync();
            ((string)status["alarm"]!).ShouldContain($"{copy}.damaged");
            ((string)status["journal"]!, (int)status["bridges"]!).ShouldBe(("ok", 3));
        }
        (await File.ReadAllBytesAsync($"{copy}.damaged")).ShouldBe(bytes);
        TakeAway();
        await using (await AgentRun.StartAsync(Folder, Place)) { }
        BringBack();
    }

    [Test]
    public async Task ACopyOfAnotherNetworksJournalIsFoundOutAndTheHostEnteredInThisOne()
    {
        await RunOnceAsync(bridges: 3);
        var other = NewPlace();
        await using (var agent = await AgentRun.StartAsync(Folder, other, "h2"))
            (await ApplyAsync(agent, 1)).Exit.ShouldBe(0);

        await using var moved = await AgentRun.StartAsync(Folder, other);

        var status = await moved.StatusAsync();
        ((string)status["alarm"]!).ShouldContain("does not hold position 2");
        ((int)status["bridges"]!, (string)status["host"]!, (string)status["journal"]!).ShouldBe((1, "h1", "ok"));
    }

    [Test]
    public async Task AnEmptyJournalDoesNotEmptyTheNetworkOfAnAgentThatStarts()
    {
        await RunOnceAsync(bridges: 3);
        await using var agent = await AgentRun.StartAsync(Folder, NewPlace());
        await agent.BecomesAsync("journal", text => text != "ok");
        ((int)(await agent.StatusAsync())["bridges"]!).ShouldBe(3);
        (await ApplyAsync(agent, 4)).Exit.ShouldBe(1);
    }

    [Test]
    public async Task TablesOfANewerVersionAreRefusedAndAnAgentWithACopyGoesOnWithIt()
    {
        await RunOnceAsync(bridges: 3);
        SetSchemaNumber(99);
        const string wanted = "its schema is number 99, this version knows up to";
        var refused = await AgentRun.RefuseAsync(Folder, Place, "h2");
        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain(wanted);
        refused.Error.ShouldContain("run the newer version");

        await using var agent = await AgentRun.StartAsync(Folder, Place);

        ((string)(await agent.StatusAsync())["journal"]!).ShouldContain(wanted);
        var command = await ApplyAsync(agent, 4);
        command.Exit.ShouldBe(1);
        command.Error.ShouldContain(wanted);
    }

    [Test]
    public async Task AnAlteredRowIsNamedAndNothingIsStoredAfterIt()
    {
        await RunOnceAsync(bridges: 3);
        AlterRow(2);
        var refused = await AgentRun.RefuseAsync(Folder, Place, "h2");
        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain("the hash of entry 2 does not fit; restore a backup");
        await using var journal = new SqlJournal(new SqlJournalOptions(Place));
        (await journal.ReadHeadAsync(default)).Position.ShouldBe(2);
    }

    [Test]
    public async Task AnEventThatIsUnknownStopsTheReplicaBeforeItAndSaysWhatToDo()
    {
        await RunOnceAsync(bridges: 3);
        await using var agent = await AgentRun.StartAsync(Folder, Place);
        await NewerEntry.AppendAsync(Place);

        await agent.BecomesAsync("journal", text => text != "ok");

        var status = await agent.StatusAsync();
        const string wanted = "entry 3 cannot be read: the bytes need a program of level 99";
        ((string)status["journal"]!).ShouldContain(wanted);
        ((string)status["journal"]!).ShouldContain("run a newer version");
        ((string)status["alarm"]!).ShouldContain(wanted);
        ((long)status["position"]!, (int)status["bridges"]!).ShouldBe((2, 3));
        var refused = await ApplyAsync(agent, 4);
        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain(wanted);
        await using var journal = new SqlJournal(new SqlJournalOptions(Place));
        (await journal.ReadHeadAsync(default)).Position.ShouldBe(3, "nothing is stored after what cannot be read");
    }

    [Test]
    public async Task AnAgentWithACopyAlsoStartsBeforeAnEntryThatItCannotRead()
    {
        await RunOnceAsync(bridges: 3);
        await NewerEntry.AppendAsync(Place);
        await using var agent = await AgentRun.StartAsync(Folder, Place);
        await agent.BecomesAsync("journal", text => text.Contains("entry 3 cannot be read", StringComparison.Ordinal));
        ((int)(await agent.StatusAsync())["bridges"]!).ShouldBe(3);
    }

    private protected static Task<ShellResult> ApplyAsync(AgentRun agent, int bridges)
    {
        var names = string.Join(", ", Enumerable.Range(1, bridges).Select(number => $"b{number}: {{}}"));
        return agent.AskAsync("apply -f -", $"fabric: v1\ntenants: {{ acme: {{ bridges: {{ {names} }} }} }}\n");
    }

    /// <summary>An agent that enters its host and some bridges, and has its copy when it ends.</summary>
    private protected async Task RunOnceAsync(int bridges)
    {
        await using var agent = await AgentRun.StartAsync(Folder, Place);
        (await ApplyAsync(agent, bridges)).Exit.ShouldBe(0);
        await agent.KeepsAsync((long)(await agent.StatusAsync())["position"]!);
    }

    /// <summary>A place where no journal is yet.</summary>
    private protected abstract string NewPlace();

    private protected abstract void TakeAway();

    private protected abstract void BringBack();

    private protected abstract void SetSchemaNumber(int number);

    /// <summary>Alters the author of an entry.</summary>
    private protected abstract void AlterRow(long position);
}
