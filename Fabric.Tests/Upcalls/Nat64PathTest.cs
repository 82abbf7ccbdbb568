using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Upcalls;

/// <summary>Packets of IPv6 that leave through a tunnel as IPv4: what is too long counts as what leaves, and is told as what came.</summary>
[TestFixture]
public sealed class Nat64PathTest
{
    private const string Here = "02:00:00:00:00:01";
    private const string Router = "02:00:00:00:01:01";
    private const int TunnelMtu = 1450;
    private static readonly IpAddress s_own = IpAddress.Parse("192.0.2.1");
    private static readonly EmbeddingPrefix s_prefix = new(IpPrefix.Parse("2001:db8:64::/96"));

    private AgentBench _agent = null!;
    private PortId _here;

    [SetUp]
    public void BringUp()
    {
        var net = new TopologyBuilder()
            .Host("one", "192.0.2.1")
            .Host("two", "192.0.2.2")
            .Bridge("lan")
            .Bridge("out")
            .Port("here", "lan", Here, "fd00:a::1/64", host: "one")
            .Port("far", "out", "02:00:00:00:00:07", "203.0.113.7/24", host: "two")
            .Router("edge")
            .Connect("lan", "edge", Router, "fd00:a::fe/64")
            .Connect("out", "edge", "02:00:00:00:01:02", "203.0.113.1/24");
        var outside = AddressRange.Only(IpAddress.Parse("203.0.113.50"));
        net.Nat(
            "edge",
            new NatRule
            {
                Name = "six",
                Kind = NatKind.Nat64,
                Embedding = s_prefix,
                Outside = outside,
            }
        );
        _agent = new AgentBench(net, self: net.HostId("one"));
        _agent.Parts.Ports.Underlay.TunnelPort = _agent.Datapath.AddTunnel(4789, [s_own]);
        _agent.Parts.Ports.Underlay.LinkMtus = new Dictionary<IpAddress, int> { [s_own] = TunnelMtu + 50 };
        _here = net.PortId("here");
    }

    [TearDown]
    public void TakeDown() => _agent.Dispose();

    [Test]
    public void APacketMayBeLongerThanTheTunnelTakesByWhatItLoses()
    {
        Send(Datagram(TunnelMtu + 20)).Length.ShouldBe(14 + TunnelMtu);
        _agent.Parts.Path.Counters.DropsOf(DropReason.PacketTooLong).ShouldBe(0);
        _agent.Parts.Flows.Count.ShouldBe(0, "each is made anew");
    }

    [Test]
    public void TheSourceOfALongerOneIsToldByTheLengthThatItSends()
    {
        var told = Send(Datagram(TunnelMtu + 21));
        PacketLayout.TryParse(told, out var layout).ShouldBeTrue();
        layout.Network.ShouldBe(NetworkKind.Ipv6);
        told[layout.TransportOffset].ShouldBe(Icmpv6Type.PacketTooBig);
        BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(layout.TransportOffset + 4)).ShouldBe(TunnelMtu + 20u);
        InnerPacket.TryParse(told.AsSpan(layout.TransportOffset + 8), IpFamily.V6, out var inner).ShouldBeTrue();
        ($"{inner.Source}", inner.SourcePort).ShouldBe(("fd00:a::1", (ushort)4000));
        _agent.Parts.Path.Counters.DropsOf(DropReason.PacketTooLong).ShouldBe(1);
    }

    private byte[] Send(byte[] frame)
    {
        _agent.Datapath.Receive(_agent.Parts.Ports.Attached[_here], frame);
        return _agent.TurnRaw().ShouldHaveSingleItem().Frame;
    }

    private static byte[] Datagram(int packetBytes)
    {
        var frame = new byte[14 + packetBytes];
        var addresses = new PacketAddresses(
            MacAddress.Parse(Here),
            MacAddress.Parse(Router),
            IpAddress.Parse("fd00:a::1"),
            s_prefix.Embed(Ipv4Address.Parse("203.0.113.7"))
        );
        PacketBuilder.Udp(frame, addresses, 4000, 53, new byte[packetBytes - 48]).ShouldBe(frame.Length);
        return frame;
    }
}
