using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Three hosts with an agent each, while things happen to one of them.</summary>
[Category("HereOnly")]
public class HostsLiveTest : LiveTest
{
    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    /// <summary>web1 is at the first host, web2 at the second, db1 at the third. An agent that is away takes only its own host's stations along.</summary>
    [TestCase(Libc.SIGKILL)]
    [TestCase(Libc.SIGSTOP)]
    public void OtherHostsLoseNothingWhenAnAgentIsGone(int signal)
    {
        using var four = _hosts.Ping("web1", "10.1.0.12", count: 300);
        using var six = _hosts.Ping("web2", "fd00:1::11", count: 300);
        _hosts.Signal("h3", signal);

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
        using var asking = EchoSocket.Open(_hosts.Guest("web1").HostInterface, target.Family);
        AddAddress("db1");
        Eventually(() => asking.Send(target, TimeSpan.FromSeconds(1)).IsReply, "an answer of the station behind db1");

        Ip("addr", "del", $"{address}/{length}", "db1");
        AddAddress("db2");
        Run("db2", "ip", "neigh", "flush", "dev", "eth0");
        string[] words = ["-c", "1", "-W", "5", "-I", address, gateway];
        Eventually(
            () => HostProcess.Run(Patience, _hosts.Guest("db2").HostInterface, "ping", words).ExitCode == 0,
            "an answer of the router at db2"
        );
        Eventually(() => asking.Send(target, TimeSpan.FromSeconds(1)).IsReply, "an answer of the station behind db2");

        void AddAddress(string guest) => Ip("addr", "add", $"{address}/{length}", guest);

        void Ip(string first, string second, string what, string guest)
        {
            string[] unchecked6 = second == "add" && target.Family == IpFamily.V6 ? ["nodad"] : [];
            Run(guest, "ip", [first, second, what, "dev", "eth0", .. unchecked6]);
        }

        void Run(string guest, string program, params string[] arguments)
        {
            var result = HostProcess.Run(Patience, _hosts.Guest(guest).HostInterface, program, arguments);
            result.ExitCode.ShouldBe(0, result.Output + result.Error);
        }
    }

    /// <summary>The command goes to the second host's agent, the ping is decided at the first, its answer at the third.</summary>
    [Test]
    public async Task TheFirstPacketAfterAChangeThatWasWaitedForIsDecidedByIt()
    {
        var target = IpAddress.Parse("10.2.0.11");
        using var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, target.Family);
        for (var round = 0; round < 10; round++)
        {
            ping.Send(target, Patience).IsReply.ShouldBeTrue();
            (await _hosts.DropAsync("h2", "icmp", "--wait")).Error.ShouldContain("in force at 3 hosts after ");
            ping.Send(target, TimeSpan.FromMilliseconds(300)).IsReply.ShouldBeFalse($"round {round}");
            (await _hosts.DropAsync("h2", "igmp", "--wait")).Error.ShouldContain("in force at 3 hosts after ");
        }
    }

    [Test]
    public async Task AHostThatDoesNotFollowIsNamedByTheWaitAndFollowsWhenItCan()
    {
        _hosts.Signal("h3", Libc.SIGSTOP);
        var late = await _hosts.DropAsync("h2", "icmp", "--wait --timeout 5");
        late.Exit.ShouldBe(65);
        late.Error.ShouldContain("not in force at 1 host");
        late.Error.ShouldContain("why: h3 (");

        _hosts.Signal("h3", Libc.SIGCONT);
        var again = await _hosts.DropAsync("h2", "icmp", "--wait");
        again.Exit.ShouldBe(0, again.Error);
        again.Error.ShouldContain("in force at 3 hosts after ");
    }

    /// <summary>The agent is in a namespace of its own, and so must the host's end of the cable be.</summary>
    [Test]
    public async Task ANamespaceIsAttachedWhereTheAgentOfTheSocketIs()
    {
        using var station = new TestNamespace();
        (await _hosts.AskAsync("h2", "attach --detach --port db2")).Exit.ShouldNotBe(0, "it is at the first host");
        (await _hosts.AskAsync("h1", "attach --detach --port db2 --wait")).Exit.ShouldBe(0);
        // What it concerns is the first host, which is waited for; the second is told a moment later.
        var position = (long)_hosts.StatusOf("h1")!["position"]!;
        Eventually(() => (long)_hosts.StatusOf("h2")!["position"]! >= position, "the second host knows");

        var attached = await _hosts.AskAsync("h2", $"attach --netns {station.Name} --port db2 --wait");

        attached.Exit.ShouldBe(0, attached.Error);
        using var asking = EchoSocket.Open(_hosts.Guest("web1").HostInterface, IpFamily.V4);
        Eventually(() => asking.Send(IpAddress.Parse("10.2.0.12"), TimeSpan.FromSeconds(1)).IsReply, "an answer of the station at h2");
        (await _hosts.AskAsync("h2", "attach --detach --port db2")).Exit.ShouldBe(0);
    }

    /// <summary>The next agent finds its host's ports described and attaches them again.</summary>
    [Test]
    public void AHostIsBackWhenItsAgentIs()
    {
        _hosts.Signal("h3", Libc.SIGKILL);
        _hosts.Start("h3");
        using var pings = new ReachHost([_hosts.Guest("web1"), _hosts.Guest("db1")]);

        Eventually(() => pings.WaitForFirst(CancellationToken.None), "a first ping");
        Eventually(() => pings.Measure(CancellationToken.None).All(reach => reach.RoundTrip != null), "each station reaches the other");
    }
}
