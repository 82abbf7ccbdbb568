using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class PacketTextTest
{
    private const string Macs = "02:00:00:00:00:0a > 02:00:00:00:00:0b ";

    [Test]
    public void Each_protocol_is_told_in_one_line()
    {
        PacketText
            .Describe(Frames.ArpRequest)
            .ShouldBe("02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff arp who has 10.0.0.2 tell 10.0.0.1 at 02:00:00:00:00:0a");
        PacketText.Describe(Frames.Udp4).ShouldBe(Macs + "ipv4 10.0.0.1 > 10.0.0.2 ttl 64 df: udp 4660 > 53, length 5");
        PacketText.Describe(Frames.Udp6).ShouldBe(Macs + "ipv6 fd00::1 > fd00::2 hop limit 64: udp 4660 > 53, length 5");
        PacketText
            .Describe(Frames.Tcp4)
            .ShouldBe(Macs + "ipv4 10.0.0.1 > 10.0.0.2 ttl 64 df: tcp 40000 > 80 Syn seq 16909060 window 64240 mss 1460, length 0");
        PacketText.Describe(Frames.Echo4).ShouldBe(Macs + "ipv4 10.0.0.1 > 10.0.0.2 ttl 64 df: icmp echo request id 4660 seq 1, length 7");
        PacketText
            .Describe(Frames.Echo6)
            .ShouldBe(Macs + "ipv6 fd00::1 > fd00::2 hop limit 64: icmpv6 echo request id 4660 seq 1, length 7");
    }

    [Test]
    public void Tags_are_told() =>
        PacketText
            .Describe([.. Frames.ArpRequest[..12], .. Wire.Hex("88a8 b064 8100 000a"), .. Frames.ArpRequest[12..]])
            .ShouldStartWith("02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff svlan 100 priority 5 dei vlan 10 arp who has");

    [Test]
    public void A_solicitation_is_told()
    {
        var frame = Wire.Dirty(86);
        PacketBuilder.NeighborSolicitation(frame, Frames.MacA, Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6);
        PacketText.Describe(frame).ShouldEndWith("icmpv6 who has fd00::2 tell fd00::1 at 02:00:00:00:00:0a, length 24");
    }

    [Test]
    public void An_error_tells_what_it_is_about()
    {
        var frame = Wire.Dirty(PacketBuilder.MaxLength);
        PacketLayout.TryParse(Frames.Udp4, out var layout);
        var header = new IcmpHeader(IcmpType.TimeExceeded, 0, 0);
        var length = PacketBuilder.IcmpError(frame, Frames.Udp4, layout, Frames.MacB, Frames.MacA, Frames.V4.Destination.AsV4, header);
        PacketText
            .Describe(frame.AsSpan(0, length))
            .ShouldEndWith(
                "icmp type 11 code 0 rest 0x00000000, length 33, about ipv4 10.0.0.1 > 10.0.0.2 ttl 64 df: udp 4660 > 53, length 5"
            );
    }

    [Test]
    public void A_tunnel_tells_what_is_inside()
    {
        var frame = Wire.Dirty(200);
        var length = PacketBuilder.Udp(frame, Frames.V4, 1, Vxlan.Port, [.. Wire.Hex("08000000 00000700"), .. Frames.Echo6]);
        PacketText.Describe(frame.AsSpan(0, length)).ShouldContain("vxlan 7: " + PacketText.Describe(Frames.Echo6));
    }

    [Test]
    public void What_is_broken_is_named()
    {
        PacketText.Describe(Frames.Udp4.AsSpan(0, 13)).ShouldBe("ethernet [13 bytes]");
        PacketText.Describe(Frames.Udp4.AsSpan(0, 20)).ShouldBe(Macs + "ipv4 [6 bytes]");
        var frame = Frames.Udp4;
        frame[^1] ^= 1;
        PacketText.Describe(frame).ShouldEndWith("udp 4660 > 53 [Checksum], length 5");
        frame = Frames.Udp4;
        frame[22]--;
        PacketText.Describe(frame).ShouldEndWith("ttl 63 df [Checksum]: udp 4660 > 53, length 5");
    }
}
