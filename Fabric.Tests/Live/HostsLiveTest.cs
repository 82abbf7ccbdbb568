using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Live;

/// <summary>Three hosts with an agent each, while things happen to one of them.</summary>
/// <remarks>Not in the guest kernel, where three agents take minutes to start.</remarks>
[Category("HereOnly")]
public class HostsLiveTest : LiveTest
{
    private LabPlan _plan = null!;
    private RunningLab _lab = null!;

    [SetUp]
    public async Task BringUp()
    {
        LabName.TryParse($"h{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        _plan = new LabPlan(name!, hosts: 3);
        _lab = await LabUpHost.RunAsync(_plan, DatapathKind.User, CancellationToken.None);
        using var pings = new ReachHost(_lab.Guests);
        pings.WaitForFirst(CancellationToken.None).ShouldBeTrue();
        pings.Measure(CancellationToken.None).ShouldAllBe(reach => reach.RoundTrip != null, "every station reaches every other");
    }

    [TearDown]
    public void TakeDown() => LabDownHost.Run(_plan.Name);

    /// <summary>web1 is at the first host, web2 at the second, db1 at the third. An agent that is away takes only its own host's stations along.</summary>
    [TestCase(Libc.SIGKILL)]
    [TestCase(Libc.SIGSTOP)]
    public void OtherHostsLoseNothingWhenAnAgentIsGone(int signal)
    {
        using var four = PingRun.Start(_lab.Guest("web1").HostInterface, "10.1.0.12", count: 300);
        using var six = PingRun.Start(_lab.Guest("web2").HostInterface, "fd00:1::11", count: 300);
        var third = DaemonHost.FindByArgument(_plan.SocketOf("h3")).ShouldHaveSingleItem();
        Libc.kill(third.Id, signal).ShouldBe(0);

        four.Lost().ShouldBeEmpty();
        six.Lost().ShouldBeEmpty();
    }

    /// <summary>
    /// web1's host asks for it on the way of a packet; the answer comes in at db1's host, which had asked nothing. Then the station leaves, and
    /// comes back behind db2, at another host, where it speaks to its router: nothing is asked, and all hosts must hear of it.
    /// </summary>
    [TestCase("10.2.0.200", 24, "10.2.0.1")]
    [TestCase("fd00:2::200", 64, "fd00:2::1")]
    public void AStationThatNobodyDescribedIsFoundAcrossHostsAndFoundAgainWhenItMoves(string address, int length, string gateway)
    {
        var target = IpAddress.Parse(address);
        using var asking = EchoSocket.Open(_lab.Guest("web1").HostInterface, target.Family);
        AddAddress("db1");
        Eventually(() => asking.Send(target, TimeSpan.FromSeconds(1)).IsReply, "an answer of the station behind db1");

        Ip("addr", "del", $"{address}/{length}", "db1");
        AddAddress("db2");
        Run("db2", "ip", "neigh", "flush", "dev", "eth0");
        Run("db2", "ping", "-c", "1", "-W", "5", "-I", address, gateway);
        Eventually(() => asking.Send(target, TimeSpan.FromSeconds(1)).IsReply, "an answer of the station behind db2");

        void AddAddress(string guest) => Ip("addr", "add", $"{address}/{length}", guest);

        void Ip(string first, string second, string what, string guest)
        {
            string[] unchecked6 = second == "add" && target.Family == IpFamily.V6 ? ["nodad"] : [];
            Run(guest, "ip", [first, second, what, "dev", "eth0", .. unchecked6]);
        }

        void Run(string guest, string program, params string[] arguments)
        {
            var result = HostProcess.Run(Patience, _lab.Guest(guest).HostInterface, program, arguments);
            result.ExitCode.ShouldBe(0, result.Output + result.Error);
        }
    }

    /// <summary>The command goes to the second host's agent, the ping is decided at the first, its answer at the third.</summary>
    [Test]
    public async Task TheFirstPacketAfterAChangeThatWasWaitedForIsDecidedByIt()
    {
        var target = IpAddress.Parse("10.2.0.11");
        using var ping = EchoSocket.Open(_lab.Guest("web1").HostInterface, target.Family);
        for (var round = 0; round < 10; round++)
        {
            ping.Send(target, Patience).IsReply.ShouldBeTrue();
            (await ApplyAsync("icmp", "--wait")).Error.ShouldContain("in force at 3 hosts after ");
            ping.Send(target, TimeSpan.FromMilliseconds(300)).IsReply.ShouldBeFalse($"round {round}");
            (await ApplyAsync("igmp", "--wait")).Error.ShouldContain("in force at 3 hosts after ");
        }
    }

    [Test]
    public async Task AHostThatDoesNotFollowIsNamedByTheWaitAndFollowsWhenItCan()
    {
        var third = DaemonHost.FindByArgument(_plan.SocketOf("h3")).ShouldHaveSingleItem();
        Libc.kill(third.Id, Libc.SIGSTOP).ShouldBe(0);
        var late = await ApplyAsync("icmp", "--wait --timeout 0.5");
        late.Exit.ShouldBe(65);
        late.Error.ShouldContain("not in force at 1 host");
        late.Error.ShouldContain("why: h3 (");

        Libc.kill(third.Id, Libc.SIGCONT).ShouldBe(0);
        var again = await ApplyAsync("icmp", "--wait");
        again.Exit.ShouldBe(0, again.Error);
        again.Error.ShouldContain("in force at 3 hosts after ");
    }

    private Task<ShellResult> ApplyAsync(string dropped, string options)
    {
        var rules = $"[{{ name: no-more, proto: {dropped}, do: drop }}]";
        var description = $"fabric: v1\ntenants: {{ lab: {{ chains: {{ db-in: {rules} }} }} }}\n";
        return Shell.RunAsync($"apply -f - {options} --socket {_plan.SocketOf("h2")}", description);
    }

    /// <summary>The next agent finds its host's ports described and attaches them again.</summary>
    [Test]
    public void AHostIsBackWhenItsAgentIs()
    {
        var third = DaemonHost.FindByArgument(_plan.SocketOf("h3")).ShouldHaveSingleItem();
        Libc.kill(third.Id, Libc.SIGKILL);
        Eventually(() => !DaemonHost.IsAlive(third), "the end of the agent");
        string[] arguments =
        [
            .. (string[])["agent", "--socket", _plan.SocketOf("h3"), "--journal", _plan.Name.Journal, "--host", "h3"],
            .. (string[])["--state", _plan.StateOf("h3")],
        ];
        var program = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
        NetworkNamespace.Run(_plan.NamespaceOf("h3")!, () => DaemonHost.Start(program, arguments, _plan.LogOf("h3")));
        using var pings = new ReachHost([_lab.Guest("web1"), _lab.Guest("db1")]);

        pings.WaitForFirst(CancellationToken.None).ShouldBeTrue();
        pings.Measure(CancellationToken.None).ShouldAllBe(reach => reach.RoundTrip != null);
    }
}
