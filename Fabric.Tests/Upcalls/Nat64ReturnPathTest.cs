using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Upcalls;

/// <summary>Answers of IPv4 that leave through a tunnel as IPv6, which is 20 bytes longer: what may not be cut and is too long is told as what came.</summary>
[TestFixture]
public sealed class Nat64ReturnPathTest
{
    private const string Station = "02:00:00:00:00:01";
    private const string Server = "02:00:00:00:00:07";
    private const string Inside = "02:00:00:00:01:01";
    private const string Outside = "02:00:00:00:01:02";
    private const int TunnelMtu = 1450;
    private static readonly IpAddress s_own = IpAddress.Parse("192.0.2.1");
    private static readonly IpAddress s_server = IpAddress.Parse("203.0.113.7");
    private static readonly EmbeddingPrefix s_prefix = new(IpPrefix.Parse("2001:db8:64::/96"));

    private TopologyBuilder _net = null!;
    private AgentBench _agent = null!;
    private ushort _port;

    /// <summary>The station speaks to the server while both are here, and moves to another host.</summary>
    [SetUp]
    public void BringUp()
    {
        _net = new TopologyBuilder()
            .Host("one", "192.0.2.1")
            .Host("two", "192.0.2.2")
            .Bridge("lan")
            .Bridge("out")
            .Port("six", "lan", Station, "fd00:a::1/64", host: "one")
            .Port("four", "out", Server, "203.0.113.7/24", host: "one")
            .Router("edge")
            .Connect("lan", "edge", Inside, "fd00:a::fe/64")
            .Connect("out", "edge", Outside, "203.0.113.1/24");
        _net.Nat(
            "edge",
            new NatRule
            {
                Name = "six",
                Kind = NatKind.Nat64,
                Embedding = s_prefix,
                Outside = AddressRange.Only(IpAddress.Parse("203.0.113.50")),
            }
        );
        _agent = new AgentBench(_net, self: _net.HostId("one"));
        _agent.Parts.Ports.Underlay.TunnelPort = _agent.Datapath.AddTunnel(4789, [s_own]);
        _agent.Parts.Ports.Underlay.LinkMtus = new Dictionary<IpAddress, int> { [s_own] = TunnelMtu + 50 };

        var asked = new byte[200];
        var addresses = new PacketAddresses(
            MacAddress.Parse(Station),
            MacAddress.Parse(Inside),
            IpAddress.Parse("fd00:a::1"),
            s_prefix.Embed(Ipv4Address.Parse("203.0.113.7"))
        );
        var question = asked[..PacketBuilder.Udp(asked, addresses, 4000, 53, "question"u8)];
        var came = Send("six", question);
        PacketLayout.TryParse(came, out var layout).ShouldBeTrue();
        (layout.Network, layout.Transport).ShouldBe((NetworkKind.Ipv4, TransportKind.Udp));
        _port = BinaryPrimitives.ReadUInt16BigEndian(came.AsSpan(layout.TransportOffset));

        _net.ChangePort("six", port => port with { Binding = port.Binding!.Value with { Host = _net.HostId("two") } });
        _agent.Update();
        // As its host does: the port is no longer attached here.
        _agent.Parts.Ports.Remove(_net.PortId("six"));
    }

    [TearDown]
    public void TakeDown() => _agent.Dispose();

    [Test]
    public void AnAnswerMayBeAsLongAsTheTunnelTakesWithWhatItGains()
    {
        var sent = Send("four", Answer(TunnelMtu - 20));
        sent.Length.ShouldBe(14 + TunnelMtu);
        PacketLayout.TryParse(sent, out var layout).ShouldBeTrue();
        (layout.Network, layout.Fragment).ShouldBe((NetworkKind.Ipv6, FragmentPart.Whole));
    }

    [Test]
    public void TheSourceOfALongerOneIsToldByTheLengthThatItSends()
    {
        var told = Send("four", Answer(TunnelMtu - 19));
        PacketLayout.TryParse(told, out var layout).ShouldBeTrue();
        layout.Network.ShouldBe(NetworkKind.Ipv4);
        (told[layout.TransportOffset], told[layout.TransportOffset + 1]).ShouldBe((IcmpType.DestinationUnreachable, (byte)4));
        BinaryPrimitives.ReadUInt16BigEndian(told.AsSpan(layout.TransportOffset + 6)).ShouldBe((ushort)(TunnelMtu - 20));
        InnerPacket.TryParse(told.AsSpan(layout.TransportOffset + 8), IpFamily.V4, out var inner).ShouldBeTrue();
        (inner.Source, inner.DestinationPort).ShouldBe((s_server, _port));
        _agent.Parts.Path.Counters.DropsOf(DropReason.PacketTooLong).ShouldBe(1);
    }

    [Test]
    public void OneThatMayBeCutIsCut()
    {
        var sent = SendAll("four", Answer(TunnelMtu, mayCut: true));
        sent.Count.ShouldBe(2);
        foreach (var frame in sent)
        {
            frame.Length.ShouldBeLessThanOrEqualTo(14 + 1280);
            PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
            layout.Fragment.ShouldNotBe(FragmentPart.Whole);
        }
    }

    private byte[] Send(string port, byte[] frame) => SendAll(port, frame).ShouldHaveSingleItem();

    private List<byte[]> SendAll(string port, byte[] frame)
    {
        _agent.Datapath.Receive(_agent.Parts.Ports.Attached[_net.PortId(port)], frame);
        return [.. _agent.TurnRaw().Select(sent => sent.Frame)];
    }

    private byte[] Answer(int packetBytes, bool mayCut = false)
    {
        var frame = new byte[14 + packetBytes];
        var addresses = new PacketAddresses(MacAddress.Parse(Server), MacAddress.Parse(Outside), s_server, IpAddress.Parse("203.0.113.50"));
        PacketBuilder.Udp(frame, addresses, 53, _port, new byte[packetBytes - 28]).ShouldBe(frame.Length);
        var header = frame.AsSpan(14, 20);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)(mayCut ? 0 : 0x4000));
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum.Of(header));
        return frame;
    }
}
