using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>Three hosts while the underlay or an agent misbehaves; docs/resilience.md has the figures.</summary>
[Category("HereOnly")]
[Category("Faults")]
public class FaultsLiveTest : LiveTest
{
    private const string Web2 = "10.1.0.12";
    private const string Db1 = "10.2.0.11";

    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    /// <summary>h1 and h2 do not reach each other any more, and both reach h3.</summary>
    [Test]
    public void APartitionOfTwoHostsHarmsNoOtherPairAndHealsWithoutAFlush()
    {
        _hosts.ShouldAllLive();
        using var link = FaultyLink.Open(_hosts.Plan, "h1");
        using var first = _hosts.Ping("web1", Db1, count: 600);
        using var second = _hosts.Ping("web2", Db1, count: 600);
        link.Fault = new LinkFault { Parted = [.. LabPlan.UnderlayOf(1).Select(address => address.Address)] };

        using var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, IpFamily.V4);
        ping.Send(IpAddress.Parse(Web2), TimeSpan.FromMilliseconds(300)).IsReply.ShouldBeFalse();
        Eventually(() => _hosts.Seen("h1") == "h1 live, h2 unreachable, h3 live", "that h1 misses h2");
        Eventually(() => _hosts.Seen("h2") == "h1 unreachable, h2 live, h3 live", "that h2 misses h1");
        Eventually(() => _hosts.Seen("h3") == "h1 live, h2 live, h3 live", "that h3 misses nobody");
        $"{first.Lost()}; {second.Lost()}".ShouldBe("; ");

        var revalidated = (long)_hosts.StatusOf("h3")!["flows_revalidated"]!;
        link.Fault = LinkFault.None;
        Eventually(() => ping.Send(IpAddress.Parse(Web2), TimeSpan.FromSeconds(1)).IsReply, "an answer after the healing");
        _hosts.ShouldAllLive();
        using var healed = _hosts.Ping("web1", Web2, count: 100);
        using var back = _hosts.Ping("web2", "10.1.0.11", count: 100);
        $"{healed.Lost()}; {back.Lost()}".ShouldBe("; ");
        ((long)_hosts.StatusOf("h3")!["flows_revalidated"]!).ShouldBe(revalidated, "h3 had no part in it");
    }

    /// <summary>Everything that h1 sends or is sent: packets of stations, facts, heartbeats, answers to who waits.</summary>
    [Test]
    public async Task OverALinkThatLosesDelaysDoublesAndReordersAllStillComesAbout()
    {
        using var link = FaultyLink.Open(_hosts.Plan, "h1", seed: 11);
        link.Fault = LinkFault.Loss(0.05) with
        {
            Doubled = 0.05,
            Delay = TimeSpan.FromMilliseconds(5),
            Jitter = TimeSpan.FromMilliseconds(10),
        };
        using var hurt = _hosts.Ping("web1", Db1, count: 400);
        using var whole = _hosts.Ping("web2", Db1, count: 400);

        // A station that the description does not name, found by a question that may be lost, as may the fact that tells of it.
        Run("db1", "ip", "addr", "add", "10.2.0.200/24", "dev", "eth0");
        using var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, IpFamily.V4);
        Eventually(
            () => ping.Send(IpAddress.Parse("10.2.0.200"), TimeSpan.FromSeconds(1)).IsReply,
            "an answer of a station nobody described"
        );
        var applied = await _hosts.DropAsync("h1", "igmp", "--wait");
        TestContext.Out.WriteLine(applied.Error);
        applied.Error.ShouldContain("in force at 3 hosts after ");
        var (sent, received) = Transfer.Run(
            _hosts.Guest("web1").HostInterface,
            _hosts.Guest("db1").HostInterface,
            IpAddress.Parse(Db1),
            lengthBytes: 200_000
        );
        received.ShouldBe(sent);

        var lost = hurt.Lost();
        TestContext.Out.WriteLine($"lost {lost}");
        // Each way through the link takes its share: about one in ten.
        PingRun.CountOf(lost).ShouldBeInRange(8, 100);
        whole.Lost().ShouldBeEmpty();
        link.Fault = LinkFault.None;
        using var after = _hosts.Ping("web1", Db1, count: 100);
        after.Lost().ShouldBeEmpty();
        _hosts.ShouldAllLive();
    }

    [TestCase(6)]
    [TestCase(30, Explicit = true, Reason = "takes half a minute")]
    public async Task AnAgentThatStoodStillGoesOnWhereItWas(int seconds)
    {
        _hosts.ShouldAllLive();
        using var others = _hosts.Ping("web1", Web2, count: seconds * 100);
        _hosts.Signal("h3", Libc.SIGSTOP);
        Eventually(() => _hosts.Seen("h1") == "h1 live, h2 live, h3 unreachable", "that it is missed");
        (await _hosts.DropAsync("h1", "igmp", "")).Exit.ShouldBe(0);
        others.Lost(seconds * 100).ShouldBeEmpty();

        _hosts.Signal("h3", Libc.SIGCONT);
        using var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, IpFamily.V4);
        Eventually(() => ping.Send(IpAddress.Parse(Db1), TimeSpan.FromSeconds(1)).IsReply, "an answer of its station");
        (await _hosts.DropAsync("h1", "igmp", "--wait")).Error.ShouldContain("in force at 3 hosts after ");
        _hosts.ShouldAllLive();
        Eventually(() => (long)_hosts.MemberOf("h1", "h3")["lag"]! == 0, "that h3 has caught up, as h1 hears from it");
        using var after = _hosts.Ping("web1", Db1, count: 100);
        after.Lost().ShouldBeEmpty();
    }

    /// <summary>A station with a cable to two hosts, as a machine that is migrated has for a moment.</summary>
    [Test]
    public async Task APortMovesFromHostToHostWhileItTalksAndTheOldPlaceForwardsNothing()
    {
        using var moving = new MovingStation(_hosts.Plan, ("h2", "left"), ("h3", "right"));
        var station = moving.Space;
        var bound = await BindAsync("h2");
        bound.Exit.ShouldBe(0, bound.Error);
        using (var ping = EchoSocket.Open(_hosts.Guest("web1").HostInterface, IpFamily.V4))
            Eventually(
                () => ping.Send(IpAddress.Parse(MovingStation.Address), TimeSpan.FromSeconds(1)).IsReply,
                "an answer of the new station"
            );

        using var pings = _hosts.Ping("web1", MovingStation.Address, count: 400);
        using var left = Watch(station, "left");
        Eventually(() => left.CountFrom(_hosts.Guest("web1").Mac!.Value) > 20, "pings at the old place");
        var started = Stopwatch.GetTimestamp();
        var moved = await BindAsync("h3");
        var took = Stopwatch.GetElapsedTime(started);
        moved.Error.ShouldContain("in force at 3 hosts after ");
        var before = left.CountFrom(_hosts.Guest("web1").Mac!.Value);

        var lost = pings.Lost();
        TestContext.Out.WriteLine($"{moved.Error} lost {lost}");
        left.CountFrom(_hosts.Guest("web1").Mac!.Value).ShouldBe(before, "the old place forwards nothing");
        // At 10 to 20 ms spacing; a busy machine gets some more, but only of those that were sent until the change was in force.
        PingRun.CountOf(lost).ShouldBeLessThan(Math.Max(50, PingRun.MostWithin(took)));
    }

    /// <summary>The lab's description with one port more, at a host.</summary>
    private Task<Cli.ShellResult> BindAsync(string host)
    {
        const string ports = "    ports:\n";
        var description = LabDescription
            .Text(_hosts.Plan)
            .Text.Replace(ports, ports + MovingStation.PortAt(host), StringComparison.Ordinal);
        return _hosts.AskAsync("h1", "apply -f - --wait", description);
    }

    private static FrameWatch Watch(TestNamespace station, string interfaceName) =>
        new(station.Run(() => PacketSocket.Open(interfaceName, new PacketSocketOptions())));

    private void Run(string guest, string program, params string[] arguments)
    {
        var result = HostProcess.Run(Patience, _hosts.Guest(guest).HostInterface, program, arguments);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }
}
