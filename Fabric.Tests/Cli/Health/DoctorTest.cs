using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Health;

namespace Fabric.Tests.Cli.Health;

/// <summary>Every check is good where things are good, finds what it is there for, and says what to do.</summary>
public class DoctorTest
{
    private const string GoodStatus = """
        {
          "host": "a", "version": "1", "datapath": "user", "journal": "ok", "copy": "ok", "snapshots": "ok", "otlp": null, "alarm": null, "problems": [],
          "position": 9, "in_force": 9, "revalidation_surprise": 0, "flows_failed": 0, "flows": 10, "flow_limit": 100, "flows_not_installed_full": 0,
          "learned_refused": 0, "connections_refused": 0, "frames_suppressed": 0, "peer_drops": {}, "tunnel_mtu": 1450,
          "members": [ { "name": "a", "state": "live", "lag": 0 } ], "tunnels": [ { "host": "b", "state": "up" } ]
        }
        """;

    private static readonly MachineFacts s_good = new()
    {
        Kernel = new Version(6, 1),
        Capabilities = ulong.MaxValue,
        HasOpenVSwitch = true,
        HasTun = true,
        HasIpCommand = true,
        FreeDiskBytes = 1L << 40,
        FreeMemoryBytes = 1L << 40,
        OpenFileLimit = 65536,
        ReceiveBufferLimitBytes = 4 << 20,
        IsClockKept = true,
        Processors = 2,
        Version = "1",
        Status = Status(""),
    };

    /// <summary>What makes each check find something.</summary>
    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Machine("machine: kernel", facts => facts with { Kernel = new Version(4, 9) });
        yield return Machine("machine: interfaces", facts => facts with { Capabilities = ~(1UL << 12) });
        yield return Machine("machine: packet sockets", facts => facts with { Capabilities = ~(1UL << 13) });
        yield return Machine("machine: namespaces", facts => facts with { Capabilities = ~(1UL << 21) });
        yield return Machine("machine: openvswitch module", facts => facts with { HasOpenVSwitch = false });
        yield return Machine("machine: tap interfaces", facts => facts with { HasTun = false });
        yield return Machine("machine: ip command", facts => facts with { HasIpCommand = false });
        yield return Machine("machine: disk for state", facts => facts with { FreeDiskBytes = 1000 });
        yield return Machine("machine: memory", facts => facts with { FreeMemoryBytes = 1000 });
        yield return Machine("machine: open files", facts => facts with { OpenFileLimit = 256 });
        yield return Machine("machine: receive buffers", facts => facts with { ReceiveBufferLimitBytes = 1000 });
        yield return Machine("machine: clock", facts => facts with { IsClockKept = false });
        yield return Machine("machine: processors", facts => facts with { Processors = 1 });
        yield return Machine("agent: answers", facts => facts with { Status = null, AgentFailure = "no such socket" });
        yield return Agent("agent: version", """ "version": "2" """);
        yield return Agent("agent: datapath", """ "datapath": "none" """);
        yield return Agent("agent: journal", """ "journal": "away" """);
        yield return Agent("agent: own copy", """ "copy": "disk full" """);
        yield return Agent("agent: snapshots", """ "snapshots": "refused" """);
        yield return Agent("agent: collector", """ "otlp": "Connection refused" """);
        yield return Agent("agent: last alarm", """ "alarm": "something" """);
        yield return Agent("agent: ports", """ "problems": ["t/p: no such interface"] """);
        yield return Agent("agent: in force", """ "in_force": 8 """);
        yield return Agent("agent: decisions", """ "revalidation_surprise": 1 """);
        yield return Agent("agent: flows refused", """ "flows_failed": 1 """);
        yield return Agent("agent: flow table", """ "flows": 95 """);
        yield return Agent("agent: flows not made", """ "flows_not_installed_full": 1 """);
        yield return Agent("agent: lost upcalls", """ "datapath_upcalls_lost": 1 """);
        yield return Agent("agent: learned facts", """ "learned_refused": 1 """);
        yield return Agent("agent: connections", """ "connections_refused": 1 """);
        yield return Agent("agent: frames suppressed", """ "frames_suppressed": 1 """);
        yield return Agent("hive: members", """ "members": [ { "name": "c", "state": "unreachable", "lag": 0 } ] """);
        yield return Agent("hive: lag", """ "members": [ { "name": "c", "state": "live", "lag": 5000 } ] """);
        yield return Agent("hive: messages", """ "peer_drops": { "Forged": 3 } """);
        yield return Agent("tunnels: state", """ "tunnels": [ { "host": "b", "state": "down" } ] """);
        yield return Agent("tunnels: long packets", """ "tunnels": [ { "host": "b", "state": "black-hole" } ] """);
        yield return Agent("tunnels: MTU", """ "tunnel_mtu": 1200 """);
    }

    [Test]
    public void WhereAllIsGoodEveryCheckIs()
    {
        DoctorCommand.Checks.Length.ShouldBeGreaterThanOrEqualTo(20);
        DoctorCommand.Checks.Select(check => check.Name).ShouldBeUnique();
        foreach (var check in DoctorCommand.Checks)
            check.Run(s_good).Result.ShouldBe(CheckResult.Ok, check.Name);
    }

    [TestCaseSource(nameof(Bad))]
    public void ACheckFindsWhatItIsThereForAndNoOtherDoes(string name, object spoilt)
    {
        var facts = (MachineFacts)spoilt;
        var found = DoctorCommand
            .Checks.Select(check => check.Run(facts))
            .Where(outcome => outcome.Result is not (CheckResult.Ok or CheckResult.Skipped));

        var outcome = found.ShouldHaveSingleItem();
        outcome.Check.Name.ShouldBe(name);
        outcome.Found.ShouldNotBeEmpty();
        outcome.Check.Fix.ShouldEndWith(".");
    }

    [Test]
    public void EveryCheckHasItsCase() =>
        Bad().Select(data => (string)data.Arguments[0]!).ShouldBe(DoctorCommand.Checks.Select(check => check.Name), ignoreOrder: true);

    [Test]
    public async Task WithoutAnAgentTheMachineIsLookedAtAndTheEndSaysSo()
    {
        var result = await Shell.RunAsync("doctor --socket /nowhere/agent.sock -o json");

        result.Exit.ShouldBe(1, result.Error);
        var checks = JsonNode.Parse(result.Out)!["items"]!.AsArray();
        checks.Count.ShouldBe(DoctorCommand.Checks.Length);
        ((string)checks.Single(check => (string)check!["check"]! == "agent: answers")!["result"]!).ShouldBe("failed");
        result.Error.ShouldContain($"{DoctorCommand.Checks.Length} checks: ");
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task AnAgentIsLookedAtByItsStatus()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-doctor-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            var result = await agent.AskAsync("doctor -o json");
            var told = (await agent.StatusAsync()).Select(pair => pair.Key);
            Status("").Select(pair => pair.Key).ShouldBeSubsetOf(told, "a key that there is not is never found wrong");
            var checks = JsonNode.Parse(result.Out)!["items"]!.AsArray();
            string ResultOf(string name) => (string)checks.Single(check => (string)check!["check"]! == name)!["result"]!;
            ResultOf("agent: answers").ShouldBe("ok");
            ResultOf("agent: version").ShouldBe("ok");
            ResultOf("agent: journal").ShouldBe("ok");
            ResultOf("agent: datapath").ShouldBe("warning", "this agent has none");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TestCaseData Machine(string name, Func<MachineFacts, MachineFacts> spoil) =>
        new(name, spoil(s_good)) { TestName = $"{{m}}({name})" };

    private static TestCaseData Agent(string name, string change) =>
        new(name, s_good with { Status = Status(change) }) { TestName = $"{{m}}({name})" };

    private static JsonObject Status(string change)
    {
        var status = JsonNode.Parse(GoodStatus)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse($"{{{change}}}")!.AsObject())
            status[key] = value?.DeepClone();
        return status;
    }
}
