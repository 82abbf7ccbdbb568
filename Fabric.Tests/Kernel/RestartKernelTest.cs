using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Fabric.Agent;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>The kernel goes on forwarding without the agent, and the next agent takes over what it finds.</summary>
public class RestartKernelTest : KernelTest
{
    // More than are sent before the next agent answers; the runs are ended then.
    private const int Many = 100_000;

    private LabName _name = null!;
    private RunningLab _lab = null!;

    [SetUp]
    public async Task BringUp()
    {
        LabName.TryParse($"r{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        _name = name!;
        _lab = await LabUpHost.RunAsync(new LabPlan(_name), DatapathKind.Kernel, CancellationToken.None);
        using var pings = new ReachHost(_lab.Guests);
        Eventually(() => pings.WaitForFirst(CancellationToken.None), "a first ping");
    }

    [TearDown]
    public void TakeDown() => LabDownHost.Run(_name);

    /// <summary>Through the router, both versions, at 10 ms spacing: none may be lost when the agent is killed, nor while it is away, nor when it is back.</summary>
    [Test]
    public async Task NoPingIsLostWhenTheAgentIsKilledAndStartedAgain()
    {
        var started = Stopwatch.GetTimestamp();
        using var four = Ping("10.2.0.11");
        using var six = Ping("fd00:2::11");
        await FlowsCarryAsync("0x0800", "0x86dd");
        var killed = Stopwatch.GetElapsedTime(started);
        Kill();
        var log = RestartAgent();
        await using var agent = AgentSession.Open(_name.Socket);
        await AnswersAsync(agent, log);
        var when = $"killed after {killed.TotalSeconds:0.00} s, back after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s";
        // A flow is admitted first and counted then.
        await AnswersAsync(agent, log, "flows_adopted");

        four.End().ShouldBeEmpty(when);
        six.End().ShouldBeEmpty(when);
        Number(await agent.StatusAsync(CancellationToken.None), "revalidation_surprise").ShouldBe(0);
    }

    /// <summary>Through `snat`, `dnat` and a balancer, at 5 ms spacing and more: the next agent goes on with translations that it did not begin.</summary>
    [Test]
    public async Task NoDatagramThroughATranslationIsLostWhenTheAgentIsKilledAndStartedAgain()
    {
        const int port = 7001;
        const string nat = """
            r1:
                    nat: { out: { snat: r1.db }, in: { dnat: 192.0.2.60, to: 10.1.0.11 } }
                    pools: { web: { members: { one: { to: 10.1.0.11 } } } }
                    balancers: { web: { vip: 192.0.2.70, ports: 7001, pool: web } }
            """;
        var description = LabDescription.Text(new LabPlan(_name)).Text.Replace("r1: {}", nat, StringComparison.Ordinal);
        var path = Path.Combine(_name.Folder, "nat.yaml");
        await File.WriteAllTextAsync(path, description);
        Fabric("apply", "--socket", _name.Socket, "-f", path).ExitCode.ShouldBe(0);
        var (web, db) = (Namespace("web1"), Namespace("db1"));
        using var pulses = new PulseRun(
            [Line("snat", web, "10.2.0.11"), Line("dnat", db, "192.0.2.60"), Line("balancer", db, "192.0.2.70")],
            [PulseRun.SocketIn(web, IPAddress.Any, port), PulseRun.SocketIn(db, IPAddress.Any, port)]
        );
        pulses.ShouldBeAnswered();
        await FlowsCarryAsync("0x0800");
        Kill();
        var log = RestartAgent();
        await using var agent = AgentSession.Open(_name.Socket);
        await AnswersAsync(agent, log);
        pulses.ShouldBeAnswered();

        var figures = pulses.End();
        figures.ShouldAllBe(line => line.Lost == 0, string.Join("; ", figures));

        PulseLine Line(string name, string space, string to) =>
            new(name, PulseRun.SocketIn(space, IPAddress.Any, 0), new IPEndPoint(IPAddress.Parse(to), port));
    }

    [Test]
    public async Task ConnectionsGoOn()
    {
        using var server = HostProcess.Start(Namespace("db1"), "iperf3", "--server", "--one-off");
        Eventually(() => ListeningPort.Exists(Namespace("db1"), ListeningPort.Iperf), "the server of iperf3");
        using var client = HostProcess.Start(
            Namespace("web1"),
            "iperf3",
            "--client",
            "10.2.0.11",
            "--time",
            "6",
            "--json",
            "--connect-timeout",
            "30000"
        );
        await FlowsCarryAsync("0x0800");
        Kill();
        RestartAgent();
        var result = client.WaitForExit(Patience);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        var seconds = JsonNode.Parse(result.Output)!["intervals"]!.AsArray();
        // The last interval is what is left, which may be a moment.
        seconds
            .Where(second => (double)second!["sum"]!["seconds"]! > 0.5)
            .ShouldAllBe(second => (double)second!["sum"]!["bits_per_second"]! > 0, "every second carried something");
    }

    [Test]
    public async Task AnInterfaceThatWasDetachedInBetweenIsDetachedAndItsFlowsGo()
    {
        Kill();
        GuestHost.Disconnect(_lab.Guest("web2").HostInterface);
        RestartAgent();
        await using var agent = AgentSession.Open(_name.Socket);
        await AnswersAsync(agent, _name.Log);
        using var pings = new ReachHost([_lab.Guest("web1"), _lab.Guest("db1")]);
        Eventually(() => pings.Measure(CancellationToken.None).All(reach => reach.RoundTrip != null), "both reach each other");
        await AnswersAsync(agent, _name.Log, "attached_ports", least: 3);
        Number(await agent.StatusAsync(CancellationToken.None), "attached_ports").ShouldBe(3);
    }

    [Test]
    public void AnInterfaceThatAnotherProgramTakesOffIsAttachedAgain()
    {
        var taken = _lab.Guest("web1").HostInterface;
        HostProcess.Run(Patience, null, "ovs-dpctl", ["del-if", _name.Datapath, taken]).ExitCode.ShouldBe(0);
        using var pings = new ReachHost([_lab.Guest("web1"), _lab.Guest("db1")]);

        Eventually(() => pings.Measure(CancellationToken.None).All(reach => reach.RoundTrip != null), "the interface is attached again");
    }

    [Test]
    public void TeardownRemovesTheDatapathAndNothingElse()
    {
        using var routes = RouteSocket.Open();
        routes.FindLink(_name.Datapath).ShouldNotBeNull();
        var inUse = Fabric("agent", "--teardown", "--datapath-name", _name.Datapath);
        inUse.ExitCode.ShouldNotBe(0);
        inUse.Error.ShouldContain("another agent has it");
        Kill();
        Fabric("agent", "--teardown", "--datapath-name", _name.Datapath).ExitCode.ShouldBe(0);

        routes.FindLink(_name.Datapath).ShouldBeNull();
        routes.FindLink(_lab.Guest("web1").HostInterface).ShouldNotBeNull();
        Fabric("agent", "--teardown", "--datapath-name", _name.Datapath).Error.ShouldContain("there is no datapath");
    }

    private static HostProcessResult Fabric(params string[] arguments) =>
        HostProcess.Run(Patience, null, Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"), arguments);

    private static long Number(JsonObject status, string name) => (long)status[name]!;

    private static async Task AnswersAsync(IAgentClient agent, string log, string figure = "attached_ports", int least = 1)
    {
        for (var patience = Patience; patience > TimeSpan.Zero; patience -= TimeSpan.FromMilliseconds(50))
        {
            try
            {
                if (Number(await agent.StatusAsync(CancellationToken.None), figure) >= least)
                    return;
            }
            catch (Fabric.Agent.Errors.FabricException) { }
            await Task.Delay(50);
        }
        Assert.Fail($"the agent does not tell {least} of {figure}:\n{File.ReadAllText(log)}");
    }

    /// <summary>Waits until flows of an Ethernet type carry, both ways, what the test has sent: those of the lab's own trial carry a few packets only.</summary>
    private async Task FlowsCarryAsync(params string[] types)
    {
        await using var agent = AgentSession.Open(_name.Socket);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(20))
        {
            try
            {
                var flows = (await agent.ReadAsync("/v1/flows", CancellationToken.None))["items"]!.AsArray();
                if (types.All(type => flows.Count(flow => IsBusy(flow!, type)) >= 2))
                    return;
            }
            catch (Fabric.Agent.Errors.FabricException) { }
        }
        Assert.Fail("no flows carry the packets");
    }

    private static bool IsBusy(JsonNode flow, string type) =>
        ((string)flow["flow"]!).Contains($"eth_type({type})", StringComparison.Ordinal) && (long)flow["packets"]! >= 20;

    private PingRun Ping(string to) => PingRun.Start(Namespace("web1"), to, Many);

    private string Namespace(string guest) => _lab.Guest(guest).HostInterface;

    private void Kill() => LabAgent.Kill(_name);

    private string RestartAgent() => LabAgent.StartAgain(_name, DatapathKind.Kernel);
}
