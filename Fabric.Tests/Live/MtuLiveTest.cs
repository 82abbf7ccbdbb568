using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Live;

/// <summary>Stations that send packets of 1500 bytes, over an underlay that takes no more with its own headers around them.</summary>
[TestFixture(IpFamily.V4)]
[TestFixture(IpFamily.V6)]
public class MtuLiveTest(IpFamily underlay) : LiveTest
{
    private const int Mtu = 1500;
    private static readonly IpFamily[] Families = [IpFamily.V4, IpFamily.V6];

    private TwoHosts _net = null!;

    private int TunnelMtu => Mtu - (underlay == IpFamily.V4 ? 50 : 70);

    [SetUp]
    public async Task BringUp()
    {
        _net = await TwoHosts.StartAsync(underlay, stationMtu: Mtu);
        Eventually(() => _net.Agents.All(agent => agent.Ports.TunnelMtu == TunnelMtu), "the MTU of the tunnel");
    }

    [TearDown]
    public async Task TakeDown() => await _net.DisposeAsync();

    [Test]
    public void TCP_segments_fit_the_tunnel_from_the_first([ValueSource(nameof(Families))] IpFamily family)
    {
        _net.Ping("a1", "b1", family);
        var (sent, received) = Transfer.Run(_net.Station("a1").Name, _net.Station("b1").Name, TwoHosts.AddressOf("b1", family), 4 << 20);
        received.ShouldBe(sent, _net.Describe());
        TooLong(0).ShouldBe(0, "both ends were told how long segments may be");
        TooLong(1).ShouldBe(0);
    }

    [Test]
    public void The_source_of_a_packet_that_is_too_long_is_told_and_sends_shorter_ones([ValueSource(nameof(Families))] IpFamily family)
    {
        _net.Ping("a1", "b1", family);
        using var socket = EchoSocket.Open(_net.Station("a1").Name, family);
        const int icmpHeader = 8;
        var data = Mtu - icmpHeader - (family == IpFamily.V4 ? 20 : 40);
        socket.Send(TwoHosts.AddressOf("b1", family), TimeSpan.FromSeconds(1), data).IsReply.ShouldBeFalse("it does not fit");
        Eventually(() => PathMtu("a1", "b1", family) == TunnelMtu, "a1 knows how long packets to b1 may be");
        // The station cuts what it has to say into pieces that fit.
        Eventually(() => socket.Send(TwoHosts.AddressOf("b1", family), TimeSpan.FromSeconds(1), data).IsReply, "a reply");
        TooLong(0).ShouldBeGreaterThan(0);
    }

    [Test]
    public void Another_MTU_of_the_underlay_is_followed()
    {
        _net.Ping("a1", "b1", IpFamily.V4);
        var routes = _net.Host(0).Routes;
        routes.SetMtu(routes.ReadLink(TwoHosts.Cable), 1400);
        Eventually(() => _net.Agents[0].Ports.TunnelMtu == TunnelMtu - 100, "the MTU of the tunnel");
        _net.Ping("a1", "b1", IpFamily.V4);
        Eventually(() => Limits(0).All(limit => limit == TunnelMtu - 100 + 14), "flows by the new MTU");
        using var socket = EchoSocket.Open(_net.Station("a1").Name, IpFamily.V4);
        Eventually(() => Learns(socket, 1352, TunnelMtu - 100), "a1 knows it");
    }

    [Test]
    public async Task The_next_agent_hears_of_what_is_too_long_for_flows_that_it_took_over()
    {
        if (LiveDatapath.Kind != DatapathKind.Kernel)
            Assert.Ignore("in user space flows end with the agent");
        _net.Ping("a1", "b1", IpFamily.V4);
        await _net.StopAsync(0);
        _net.StartAgain(0);
        // A flow is admitted first and counted then.
        Eventually(
            () => Limits(0).Contains((ushort)(TunnelMtu + 14)) && _net.Agents[0].Shards.Sum(shard => shard.Parts.Path.Counters.Adopted) > 0,
            "adoption"
        );
        using var socket = EchoSocket.Open(_net.Station("a1").Name, IpFamily.V4);
        Eventually(() => Learns(socket, 1472, TunnelMtu), "a1 knows how long packets to b1 may be");
    }

    /// <summary>Sends so much to b1 by IPv4; whether a1 knows after it how long packets may be.</summary>
    private bool Learns(EchoSocket socket, int dataBytes, int mtu)
    {
        socket.Send(TwoHosts.AddressOf("b1", IpFamily.V4), TimeSpan.FromSeconds(1), dataBytes);
        return PathMtu("a1", "b1", IpFamily.V4) == mtu;
    }

    private long TooLong(int host) => _net.Agents[host].Shards.Sum(shard => shard.Parts.Path.Counters.DropsOf(DropReason.PacketTooLong));

    private ushort[] Limits(int host) =>
        [
            .. _net.Agents[host]
                .OnEachThreadAsync(shard => shard.Parts.Flows.Records.SelectMany(record => record.Flow.Actions).ToArray())
                .GetAwaiter()
                .GetResult()
                .SelectMany(actions => actions)
                .Where(action => action.Kind == FlowActionKind.SetTunnel && action.Id != TunnelKeys.LivenessAnswer)
                .Select(action => action.MaxFrameBytes),
        ];

    /// <summary>What a station's own stack has learned, as `ip route get` tells it.</summary>
    private int? PathMtu(string from, string to, IpFamily family)
    {
        var told = HostProcess
            .Run(Patience, _net.Station(from).Name, "ip", "route", "get", TwoHosts.AddressOf(to, family).ToString())
            .Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(told, "mtu");
        return at < 0 ? null : int.Parse(told[at + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
