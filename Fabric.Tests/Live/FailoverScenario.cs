using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>A station that may move between h1 and h3, and its connections through `snat`, `dnat` and a balancer while something happens to its network.</summary>
/// <remarks>docs/resilience.md has the figures.</remarks>
internal sealed class FailoverScenario : IDisposable
{
    private const int PulsePort = 7001;
    private const int TransferMegabytes = 1;

    private readonly MovingStation _station;

    private readonly DatapathKind _datapath;

    private FailoverScenario(RedundantGateways gateways, DatapathKind datapath)
    {
        (Gateways, _datapath) = (gateways, datapath);
        _station = new MovingStation(gateways.Hosts.Plan, ("h1", "left"), ("h3", "right"));
    }

    private RedundantGateways Gateways { get; }

    private ThreeHosts Hosts => Gateways.Hosts;

    /// <summary>Brings it up; the station is at h1, and the machine outside sends by h2.</summary>
    public static async Task<FailoverScenario> UpAsync(DatapathKind datapath)
    {
        var scenario = new FailoverScenario(await RedundantGateways.UpAsync(MovingStation.Address, datapath: datapath), datapath);
        try
        {
            // Routers answer by their agents, which in the guest kernel take longer to start than stations wait before they ask.
            ThreeHosts.RememberNeighbors(scenario._station.Space.Name, "eth0");
            foreach (var cable in (string[])["two", "three"])
                ThreeHosts.RememberNeighbors(scenario.Gateways.Machine.Name, cable);
            await scenario.SettleAsync("h1");
            scenario.Gateways.AnswerBy("two");
            foreach (
                var space in (string[])[scenario.Gateways.Machine.Name, scenario._station.Space.Name, scenario.Gateways.SpaceOf("db2")]
            )
                scenario.Gateways.Listen(space);
            return scenario;
        }
        catch
        {
            scenario.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _station.Dispose();
        Gateways.Dispose();
    }

    /// <summary>Has the station's port at a host; it is in force when this returns.</summary>
    private Task<string> PlaceAsync(string host) => Gateways.ApplyAsync(MovingStation.PortAt(host));

    /// <summary>The same, and waits until the station has heard from the router there, so that it speaks by that cable.</summary>
    private async Task SettleAsync(string host)
    {
        await PlaceAsync(host);
        using var ping = EchoSocket.Open(Gateways.SpaceOf("db1"), IpFamily.V4);
        LiveTest.Eventually(
            () => ping.Send(IpAddress.Parse(MovingStation.Address), TimeSpan.FromSeconds(1)).IsReply,
            $"an answer of the station at {host}"
        );
    }

    /// <summary>The underlay swallows all of a gateway's host, and the machine outside sends by the other.</summary>
    public async Task LoseGatewayAsync(int each, int seconds)
    {
        using var link = FaultyLink.Open(Hosts.Plan, "h2");
        await MeasureAsync("a gateway's host is lost", each, seconds, Lose, Recover);

        Task Lose()
        {
            link.Fault = LinkFault.Loss(1);
            Gateways.AnswerBy("three");
            return Task.CompletedTask;
        }

        void Recover()
        {
            link.Fault = LinkFault.None;
            LiveTest.Eventually(
                () => Gateways.StateOf("h1", "h2") == "up" && Gateways.StateOf("h2", "h1") == "up",
                "that the way is up again"
            );
            Gateways.AnswerBy("two");
        }
    }

    /// <summary>The agent of the gateway by which packets come in is killed, and another started.</summary>
    public Task<IReadOnlyList<PulseFigures>> KillGatewaysAgentAsync(int each, int seconds) =>
        RestartAsync("a gateway's agent is killed and started again", "h2", each, seconds, () => Hosts.Signal("h2", Libc.SIGKILL));

    /// <summary>The agent of the station's host is ended as a service manager does, and started again.</summary>
    public Task<IReadOnlyList<PulseFigures>> RestartStationsAgentAsync(int each, int seconds) =>
        RestartAsync("the agent of the station's host is restarted", "h1", each, seconds, () => Hosts.Stop("h1"));

    /// <summary>The station's port moves to a host that has no uplink and has seen none of the connections.</summary>
    public async Task MovePortAsync(int each, int seconds)
    {
        const string begin = "h3";
        await SettleAsync(begin);
        await WithIdleAsync("the port moves", each, () => PlaceAsync("h1"), () => { });
        if (seconds == 0)
            return;
        await SettleAsync(begin);
        await WithTransfersAsync("the port moves", seconds, () => PlaceAsync("h1"));
    }

    private Task<IReadOnlyList<PulseFigures>> RestartAsync(string what, string host, int each, int seconds, Action end)
    {
        return MeasureAsync(what, each, seconds, Happen, Settle);

        Task Happen()
        {
            end();
            Hosts.Start(host);
            return Task.CompletedTask;
        }

        void Settle()
        {
            // One that takes flows over has done so when it tells of them.
            var figure = _datapath == DatapathKind.Kernel ? "flows_adopted" : "attached_ports";
            LiveTest.Eventually(() => (long?)Hosts.StatusOf(host)?[figure] > 0, $"an agent at {host}");
            Hosts.ShouldAllLive();
        }
    }

    private async Task<IReadOnlyList<PulseFigures>> MeasureAsync(string what, int each, int seconds, Func<Task> happen, Action settle)
    {
        var figures = await WithIdleAsync(what, each, happen, settle);
        if (seconds > 0)
        {
            await WithTransfersAsync(what, seconds, happen);
            settle();
        }
        return figures;
    }

    /// <summary>Opens connections that then are silent, and has something happen. Fails if one of them does not speak afterwards, in both directions.</summary>
    /// <returns>What became of datagrams that went through the same translations meanwhile.</returns>
    private async Task<IReadOnlyList<PulseFigures>> WithIdleAsync(string what, int each, Func<Task> happen, Action settle)
    {
        using var pairs = await Gateways.OpenAsync(_station.Space.Name, each);
        using var pulses = StartPulses();
        // So that each has been under way for a while in both directions.
        for (var i = 0; i < 20; i++)
            pulses.ShouldBeAnswered();
        var started = Stopwatch.GetTimestamp();
        await happen();
        var happened = Stopwatch.GetElapsedTime(started);
        await pairs.ExchangeAsync();
        var took = Stopwatch.GetElapsedTime(started);
        pulses.ShouldBeAnswered();
        settle();
        pulses.ShouldBeAnswered();
        await pairs.ExchangeAsync();
        var figures = pulses.End();
        Tell(
            what,
            $"0 of {pairs.Count} connections lost; it took {happened.TotalSeconds:0.00} s, and all had spoken after {took.TotalSeconds:0.00} s",
            figures
        );
        return figures;
    }

    /// <summary>Has something happen during transfers at full speed. Fails if one does not come to its end, whole.</summary>
    private async Task WithTransfersAsync(string what, int seconds, Func<Task> happen)
    {
        using var pairs = new ConnectionPairs(Gateways.Listeners);
        var inside = _station.Space.Name;
        var (outside, from) = (Gateways.Machine.Name, RedundantGateways.Outside);
        var (one, other) = await pairs.AddAsync(Gateways.Connect(inside, IPAddress.Any, from));
        List<LongTransfer> transfers = [new("snat", one, other)];
        (one, other) = await pairs.AddAsync(Gateways.Connect(outside, IPAddress.Parse(from), RedundantGateways.Redirected));
        transfers.Add(new LongTransfer("dnat", one, other));
        // What is fetched from a balancer.
        (one, other) = await pairs.AddAsync(Gateways.Connect(outside, IPAddress.Parse(from), RedundantGateways.BalancedToOne));
        transfers.Add(new LongTransfer("balancer", other, one));
        using var first = new IperfRun("snat", outside, ListeningPort.Iperf, inside, from, seconds);
        using var second = new IperfRun("dnat", inside, ListeningPort.Iperf, outside, RedundantGateways.Redirected, seconds, from);
        using var third = new IperfRun(
            "balancer",
            inside,
            ListeningPort.Iperf + 1,
            outside,
            RedundantGateways.BalancedToOne,
            seconds,
            from
        );
        IperfRun[] runs = [first, second, third];
        LiveTest.Eventually(() => runs.All(run => run.IsUnderWay), "iperf3 under way");
        LiveTest.Eventually(
            () => transfers.TrueForAll(transfer => transfer.Bytes > TransferMegabytes << 20),
            "transfers that are under way"
        );

        await happen();
        var told = runs.Select(run => $"iperf3 {run.End()}").ToList();
        foreach (var transfer in transfers)
        {
            var pause = transfer.End();
            told.Add($"transfer {transfer.Name} {transfer.Bytes >> 20} MB, all of it, {pause.TotalMilliseconds:0} ms at most without data");
        }
        Tell(what, "0 of 6 transfers broken off", told);
    }

    private PulseRun StartPulses()
    {
        var (inside, outside) = (_station.Space.Name, Gateways.Machine.Name);
        var (from, server) = (IPAddress.Parse(RedundantGateways.Outside), IPAddress.Any);
        return new PulseRun(
            [
                new PulseLine("snat", PulseRun.SocketIn(inside, IPAddress.Any, 0), new IPEndPoint(from, PulsePort)),
                new PulseLine(
                    "dnat",
                    PulseRun.SocketIn(outside, from, 0),
                    new IPEndPoint(IPAddress.Parse(RedundantGateways.Redirected), PulsePort)
                ),
                new PulseLine(
                    "balancer",
                    PulseRun.SocketIn(outside, from, 0),
                    new IPEndPoint(IPAddress.Parse(RedundantGateways.BalancedToOne), PulsePort)
                ),
            ],
            [PulseRun.SocketIn(outside, from, PulsePort), PulseRun.SocketIn(inside, server, PulsePort)]
        );
    }

    private static void Tell(string what, string result, IEnumerable<object> details)
    {
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        TestContext.Progress.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"# {what}: {result}; load {load}\n#   {string.Join("\n#   ", details)}")
        );
    }
}
