using System.Text.Json.Nodes;

namespace Fabric.Tests.Cli;

/// <summary>Who takes part in a hive, as its user sees it.</summary>
[CancelAfter(300_000)]
public sealed class MembersTest
{
    private DirectoryInfo _folder = null!;

    private string Journal => Path.Combine(_folder.FullName, "journal.db");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-members-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task AgentsOfOneMachineSeeEachOtherByTheirLeasesAlone()
    {
        await using var first = await AgentRun.StartAsync(_folder.FullName, Journal, "h1");
        await using var second = await AgentRun.StartAsync(_folder.FullName, Journal, "h2");
        await first.BecomesAsync("members", text => StatesOf(text) == "h1 live, h2 live");
        await second.BecomesAsync("members", text => StatesOf(text) == "h1 live, h2 live");

        var table = (await first.AskAsync("status")).Out;
        table.ShouldContain("2 live");
        table.ShouldContain("NAME  STATE  ROLES                     POSITION  LAG  HEARD_S  LEASE_S");
        table.Split('\n').ShouldContain(line => line.StartsWith("h2    live   edge,gateway,monitor,api", StringComparison.Ordinal), table);
        var json = JsonNode.Parse((await first.AskAsync("status -o json")).Out)!;
        ((string)json["members"]![1]!["name"]!).ShouldBe("h2");
        ((long)json["members"]![0]!["lag"]!).ShouldBe(0);
    }

    [Test]
    public async Task ASecondAgentOfTheSameNameIsRefusedWhileTheFirstLivesAndMayStartWhenItHasEnded()
    {
        var elsewhere = _folder.CreateSubdirectory("elsewhere").FullName;
        await using (await AgentRun.StartAsync(_folder.FullName, Journal, "h1"))
        {
            var refused = await AgentRun.RefuseAsync(elsewhere, Journal, "h1");
            refused.Exit.ShouldBe(4);
            refused.Error.ShouldContain("another agent runs as host h1: it renewed its lease");
            refused.Error.ShouldContain("FABRIC-4005");
        }
        await using var next = await AgentRun.StartAsync(elsewhere, Journal, "h1");
        ((string)(await next.StatusAsync())["host"]!).ShouldBe("h1");
    }

    [Test]
    public async Task AnAgentsKeyIsMadeOnceAndIsInTheDescriptionFromItsFirstEntry()
    {
        await using (var agent = await AgentRun.StartAsync(_folder.FullName, Journal))
            ((long)(await agent.StatusAsync())["position"]!).ShouldBe(1);
        await using var again = await AgentRun.StartAsync(_folder.FullName, Journal);
        ((long)(await again.StatusAsync())["position"]!).ShouldBe(1, "the same key needs no telling");
        var file = Path.Combine(AgentRun.StateOf(_folder.FullName, "h1"), "peer-key.pem");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await again.AskAsync("export")).Out.ShouldNotContain("key");
    }

    [TestCase("--role edge,cook")]
    [TestCase("--peer-port 0")]
    public async Task WhatIsNoRoleOrPortIsRefused(string option)
    {
        var result = await Shell.RunAsync($"agent {option}");
        result.Exit.ShouldBe(2);
    }

    private static string StatesOf(string members) =>
        members.Length == 0
            ? ""
            : string.Join(", ", JsonNode.Parse(members)!.AsArray().Select(member => $"{member!["name"]} {member["state"]}"));
}
