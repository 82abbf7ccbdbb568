using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Liveness;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Simulation;

namespace Fabric.Tests.Live;

/// <summary>Two hosts that find out whether the way between them is up, while it is cut and mended.</summary>
[TestFixture(IpFamily.V4)]
[TestFixture(IpFamily.V6)]
public class LivenessLiveTest(IpFamily underlay) : LiveTest
{
    private TwoHosts _net = null!;

    [SetUp]
    public async Task BringUp()
    {
        _net = await TwoHosts.StartAsync(underlay);
        _net.Ping("a1", "b1", IpFamily.V4);
        Eventually(() => StateAt(0) == TunnelState.Up, $"the way is up: {_net.Describe()}");
    }

    [TearDown]
    public async Task TakeDown() => await _net.DisposeAsync();

    [Test]
    public void A_way_that_is_cut_is_found_down_by_silence_alone_and_up_again_when_it_is_mended()
    {
        Eventually(() => Read(0).RoundTrip > TimeSpan.Zero, "a round trip");
        Cut();
        var started = Stopwatch.GetTimestamp();
        Eventually(() => StateAt(0) == TunnelState.Down, "the way is down");
        TestContext.Out.WriteLine($"found down after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        Eventually(() => _net.Agents[0].View.Learned.UnreachedHosts.SequenceEqual([new HostId(2)]), "the view of it");
        using (var socket = EchoSocket.Open(_net.Station("a1").Name, IpFamily.V4))
        {
            Eventually(
                () =>
                {
                    socket.Send(TwoHosts.AddressOf("b1", IpFamily.V4), TimeSpan.FromMilliseconds(100));
                    return Drops(0) > 0;
                },
                "a drop for want of a way"
            );
        }
        Mend();
        started = Stopwatch.GetTimestamp();
        Eventually(() => StateAt(0) == TunnelState.Up, "the way is up again");
        TestContext.Out.WriteLine($"found up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        _net.Ping("a1", "b1", IpFamily.V4);
        _net.Agents[0].Shards.Sum(shard => shard.Parts.Path.Counters.Surprises).ShouldBe(0);
    }

    /// <summary>The other datapath answers, so a killed or stopped agent takes nothing along on the kernel's datapath.</summary>
    [Test]
    public async Task The_other_agent_is_not_needed()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("in user space the agent is the datapath");
        await _net.StopAsync(1);
        var sent = Sent();
        Eventually(() => Sent() > sent + 10, "ten echoes");
        StateAt(0).ShouldBe(TunnelState.Up);
        // By the flows that stand; another packet would wait for an agent.
        _net.Ping("a1", "b1", IpFamily.V4);
    }

    [Test]
    public async Task In_user_space_the_way_goes_down_with_the_agent()
    {
        if (LiveDatapath.Kind == DatapathKind.Kernel)
            Assert.Ignore("the kernel's datapath answers for itself");
        await _net.StopAsync(1);
        Eventually(() => StateAt(0) == TunnelState.Down, "the way is down");
        _net.StartAgain(1);
        Eventually(() => StateAt(0) == TunnelState.Up, "the way is up again");
        _net.Ping("a1", "b1", IpFamily.V6);
    }

    /// <summary>The other host's link takes less than this one's: short packets pass, long ones do not come back.</summary>
    [Test]
    public void A_black_hole_for_long_packets_is_told_and_short_ones_go_on()
    {
        Eventually(() => _net.Agents[0].Ports.TunnelMtu is not null, "the MTU of the tunnel");
        var routes = _net.Host(1).Routes;
        routes.SetMtu(routes.ReadLink(TwoHosts.Cable), 1400);
        Eventually(() => StateAt(0) == TunnelState.BlackHole, "the black hole is found");
        _net.Ping("a1", "b1", IpFamily.V4);
        routes.SetMtu(routes.ReadLink(TwoHosts.Cable), 1500);
        Eventually(() => StateAt(0) == TunnelState.Up, "the black hole is gone");
    }

    /// <summary>What host 1 sends host 0 is lost on the way: one-way loss, for all the other can tell.</summary>
    private void Cut() => Route("add");

    private void Mend() => Route("del");

    private void Route(string verb)
    {
        var target = $"{_net.Underlay(0)}/{(underlay == IpFamily.V4 ? 32 : 128)}";
        var version = underlay == IpFamily.V4 ? "-4" : "-6";
        var result = HostProcess.Run(Patience, _net.Host(1).Name, "ip", version, "route", verb, "blackhole", target);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }

    private long Drops(int host) => _net.Agents[host].Shards.Sum(shard => shard.Parts.Path.Counters.DropsOf(DropReason.PeerUnreachable));

    private long Sent() => _net.Agents[0].OnEachThreadAsync(shard => shard.Parts.Liveness?.Sent ?? 0).GetAwaiter().GetResult().Sum();

    private TunnelState StateAt(int host) => Read(host).State;

    private TunnelReading Read(int host) =>
        _net.Agents[host]
            .OnEachThreadAsync(shard => shard.Parts.Liveness?.Read() ?? [])
            .GetAwaiter()
            .GetResult()
            .SelectMany(readings => readings)
            .FirstOrDefault();
}
