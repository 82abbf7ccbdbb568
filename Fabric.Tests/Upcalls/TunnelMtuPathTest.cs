using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Upcalls;

/// <summary>What becomes of packets that open TCP connections through a tunnel, or are too long for it.</summary>
[TestFixture]
public sealed class TunnelMtuPathTest
{
    private const string Here = "02:00:00:00:00:01";
    private const string There = "02:00:00:00:00:02";
    private const string Beside = "02:00:00:00:00:03";
    private static readonly IpAddress s_own = IpAddress.Parse("192.0.2.1");

    private AgentBench _agent = null!;
    private PortId _here;

    private uint Ingress => _agent.Parts.Ports.Attached[_here];

    [SetUp]
    public void BringUp()
    {
        var net = new TopologyBuilder()
            .Host("one", "192.0.2.1")
            .Host("two", "192.0.2.2")
            .Bridge("lan")
            .Port("here", "lan", Here, "10.0.0.1/24", host: "one")
            .Port("beside", "lan", Beside, "10.0.0.3/24", host: "one")
            .Port("there", "lan", There, "10.0.0.2/24", host: "two");
        _agent = new AgentBench(net, self: net.HostId("one"));
        _agent.Parts.Ports.Underlay.TunnelPort = _agent.Datapath.AddTunnel(4789, [s_own]);
        _here = net.PortId("here");
        SetMtu(1500);
    }

    [TearDown]
    public void TakeDown() => _agent.Dispose();

    [Test]
    public void Every_opening_segment_comes_up_and_announces_what_fits()
    {
        for (var i = 0; i < 3; i++)
            Announced(Sent(Opening(There, "10.0.0.2"))).ShouldBe(1410);
        _agent.Parts.Flows.Count.ShouldBe(0, "a flow would keep the next one from coming up");
        Announced(Sent(Opening(Beside, "10.0.0.3"))).ShouldBe(1460, "nothing is in the way to a station of the same host");
    }

    [Test]
    public void The_rest_of_a_connection_passes_by_a_flow()
    {
        Send(Segment(There, "10.0.0.2", TcpFlags.Ack));
        var upcalls = _agent.Parts.Path.Counters.Upcalls;
        for (var i = 0; i < 3; i++)
            Send(Segment(There, "10.0.0.2", TcpFlags.Ack)).ShouldHaveSingleItem();
        _agent.Parts.Path.Counters.Upcalls.ShouldBe(upcalls);
    }

    [Test]
    public void A_packet_that_is_too_long_is_not_sent_and_its_source_is_told_with_a_flow_and_without([Values] bool hasFlow)
    {
        if (hasFlow)
            Send(Datagram(100)).ShouldHaveSingleItem();
        for (var i = 0; i < 2; i++)
        {
            var (port, frame) = Send(Datagram(1500)).ShouldHaveSingleItem();
            port.ShouldBe(Ingress);
            PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
            (frame[layout.TransportOffset], frame[layout.TransportOffset + 1]).ShouldBe(((byte)3, (byte)4));
            (frame[layout.TransportOffset + 6] << 8 | frame[layout.TransportOffset + 7]).ShouldBe(1450);
        }
        _agent.Parts.Path.Counters.DropsOf(DropReason.PacketTooLong).ShouldBe(2);
        Send(Datagram(1450)).ShouldHaveSingleItem().Frame.Length.ShouldBe(1464);
        Send(Datagram(1450)).ShouldHaveSingleItem();
        _agent.Parts.Flows.Count.ShouldBe(1);
    }

    [Test]
    public void Another_MTU_is_in_force_at_once()
    {
        Send(Datagram(1450)).ShouldHaveSingleItem().Frame.Length.ShouldBe(1464);
        SetMtu(1400);
        _agent.Turn();
        Send(Datagram(1450)).ShouldHaveSingleItem().Frame.Length.ShouldBeLessThan(600, "the answer alone");
        Announced(Sent(Opening(There, "10.0.0.2"))).ShouldBe(1310);
        SetMtu(1570);
        _agent.Turn();
        Send(Datagram(1500)).ShouldHaveSingleItem().Frame.Length.ShouldBe(1514);
        Announced(Sent(Opening(There, "10.0.0.2"))).ShouldBe(1460, "it is never raised");
    }

    private void SetMtu(int mtu)
    {
        _agent.Parts.Ports.Underlay.LinkMtus = new Dictionary<IpAddress, int> { [s_own] = mtu };
        _agent.Parts.Keeper.Touch([FlowTag.Of(FlowTagKind.Host, _agent.View.Self.Value)]);
    }

    private IReadOnlyList<(uint Port, byte[] Frame)> Send(byte[] frame)
    {
        _agent.Datapath.Receive(Ingress, frame);
        return _agent.TurnRaw();
    }

    private byte[] Sent(byte[] frame) => Send(frame).ShouldHaveSingleItem().Frame;

    private static byte[] Opening(string to, string address) => Segment(to, address, TcpFlags.Syn, 2, 4, 1460 >> 8, 1460 & 0xff);

    private static byte[] Segment(string to, string address, TcpFlags flags, params byte[] options)
    {
        var frame = new byte[200];
        var header = new TcpHeader(1000, 80, 1, 0, flags) { Options = new HeaderOptions(options) };
        return frame[..PacketBuilder.Tcp(frame, Between(to, address), header, [])];
    }

    private static byte[] Datagram(int packetBytes)
    {
        var frame = new byte[2000];
        return frame[..PacketBuilder.Udp(frame, Between(There, "10.0.0.2"), 4000, 5000, new byte[packetBytes - 28], 64)];
    }

    private static PacketAddresses Between(string to, string address) =>
        new(MacAddress.Parse(Here), MacAddress.Parse(to), IpAddress.Parse("10.0.0.1"), IpAddress.Parse(address));

    private static int Announced(byte[] frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        Tcp.TryFindMaxSegmentSize(frame.AsSpan(layout.TransportOffset), out var at).ShouldBeTrue();
        return frame[layout.TransportOffset + at] << 8 | frame[layout.TransportOffset + at + 1];
    }
}
