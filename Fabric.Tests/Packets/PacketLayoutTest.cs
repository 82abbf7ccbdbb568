using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class PacketLayoutTest
{
    [Test]
    public void A_tcp_segment_is_found()
    {
        var layout = Of(Frames.Tcp4);
        layout.FrameLength.ShouldBe(66);
        layout.VlanCount.ShouldBe(0);
        layout.EtherType.ShouldBe(EtherType.Ipv4);
        (layout.Network, layout.NetworkOffset, layout.NetworkEnd).ShouldBe((NetworkKind.Ipv4, 14, 66));
        (layout.Protocol, layout.Fragment).ShouldBe((IpProtocol.Tcp, FragmentPart.Whole));
        (layout.Transport, layout.TransportOffset, layout.TransportLength).ShouldBe((TransportKind.Tcp, 34, 32));
        layout.HasPartialChecksum.ShouldBeFalse();
    }

    [Test]
    public void Each_kind_of_packet_is_found()
    {
        Kinds(Frames.ArpRequest).ShouldBe((NetworkKind.Arp, TransportKind.None));
        Kinds(Frames.Udp4).ShouldBe((NetworkKind.Ipv4, TransportKind.Udp));
        Kinds(Frames.Udp6).ShouldBe((NetworkKind.Ipv6, TransportKind.Udp));
        Kinds(Frames.Tcp6).ShouldBe((NetworkKind.Ipv6, TransportKind.Tcp));
        Kinds(Frames.Echo4).ShouldBe((NetworkKind.Ipv4, TransportKind.Icmp));
        Kinds(Frames.Echo6).ShouldBe((NetworkKind.Ipv6, TransportKind.Icmpv6));
    }

    [Test]
    public void Two_tags_are_passed_and_a_third_is_the_type()
    {
        foreach (
            var (tags, count, type) in new[]
            {
                ("8100 000a", 1, EtherType.Ipv4),
                ("88a8 0001 8100 000a", 2, EtherType.Ipv4),
                ("88a8 0001 8100 000a 8100 000b", 2, EtherType.Vlan),
            }
        )
        {
            var tag = Wire.Hex(tags);
            var layout = Of([.. Frames.Udp4[..12], .. tag, .. Frames.Udp4[12..]]);
            (layout.VlanCount, layout.EtherType).ShouldBe((count, type));
            layout.NetworkOffset.ShouldBe(14 + 4 * count);
            layout.Transport.ShouldBe(type == EtherType.Ipv4 ? TransportKind.Udp : TransportKind.None);
        }
    }

    [Test]
    public void A_tag_that_ends_early_is_the_type()
    {
        var layout = Of([.. Frames.Udp4[..12], .. Wire.Hex("8100 000a 08")]);
        (layout.VlanCount, layout.EtherType).ShouldBe((0, EtherType.Vlan));
    }

    [TestCase("0026 424203 000000", EtherType.Llc, 14, Description = "spanning tree")]
    [TestCase("0010 aaaa03 000000 0800", EtherType.Ipv4, 22, Description = "SNAP")]
    [TestCase("0010 aaaa03 00000c 2000", EtherType.Llc, 14, Description = "a vendor's SNAP")]
    [TestCase("0010 aaaa03 000000 0010", EtherType.Llc, 22, Description = "SNAP with a length")]
    [TestCase("0010 aaaa03 000000 08", EtherType.Llc, 14, Description = "SNAP that ends early")]
    public void Frames_with_a_length_are_told_as_the_kernel_does(string hex, ushort type, int offset)
    {
        var layout = Of([.. Frames.Udp4[..12], .. Wire.Hex(hex)]);
        (layout.EtherType, layout.NetworkOffset, layout.Network).ShouldBe((type, offset, NetworkKind.None));
    }

    [Test]
    public void Padding_does_not_belong_to_the_packet()
    {
        var layout = Of([.. Frames.Udp4, .. new byte[13]]);
        (layout.FrameLength, layout.NetworkEnd, layout.TransportLength).ShouldBe((60, 47, 13));
    }

    [TestCase(0x44, 34, Description = "length below 20")]
    [TestCase(0x4f, 66, Description = "length past the end")]
    [TestCase(0x45, 33, Description = "cut short")]
    public void A_broken_ipv4_header_is_none(byte first, int length)
    {
        var frame = Frames.Tcp4[..length];
        frame[14] = first;
        var layout = Of(frame);
        (layout.EtherType, layout.Network, layout.Protocol).ShouldBe((EtherType.Ipv4, NetworkKind.None, (byte)0));
    }

    [Test]
    public void A_later_fragment_has_no_transport_header()
    {
        var layout = Of([.. Frames.Udp4[..14], .. Frames.Fragment4]);
        (layout.Network, layout.Protocol, layout.Fragment).ShouldBe((NetworkKind.Ipv4, IpProtocol.Udp, FragmentPart.Later));
        (layout.Transport, layout.TransportOffset, layout.TransportLength).ShouldBe((TransportKind.None, 42, 8));
    }

    [Test]
    public void A_first_fragment_has_one()
    {
        var frame = Frames.Udp4;
        frame[20] = 0x20;
        var layout = Of(frame);
        (layout.Fragment, layout.Transport).ShouldBe((FragmentPart.First, TransportKind.Udp));
    }

    [Test]
    public void Extension_headers_are_passed()
    {
        byte[] frame = [.. Frames.Udp6[..54], .. Wire.Hex("1100 000000000000"), .. Frames.Udp6[54..]];
        (frame[19], frame[20]) = (21, IpProtocol.HopByHop);
        var layout = Of(frame);
        (layout.Protocol, layout.Transport, layout.TransportOffset).ShouldBe((IpProtocol.Udp, TransportKind.Udp, 62));
        layout.TransportLength.ShouldBe(13);
    }

    [Test]
    public void Extension_headers_that_end_early_leave_the_addresses()
    {
        var frame = Frames.Udp6[..55];
        frame[20] = IpProtocol.HopByHop;
        var layout = Of(frame);
        (layout.Network, layout.Protocol, layout.Transport).ShouldBe((NetworkKind.Ipv6, IpProtocol.None, TransportKind.None));
    }

    [TestCase(nameof(Frames.Tcp4), 32)]
    [TestCase(nameof(Frames.Udp4), 8)]
    [TestCase(nameof(Frames.Echo4), 8)]
    public void A_transport_header_that_ends_early_is_none(string name, int needed)
    {
        var frame = (byte[])typeof(Frames).GetProperty(name)!.GetValue(null)!;
        Of(frame[..(34 + needed)]).Transport.ShouldNotBe(TransportKind.None);
        Of(frame[..(34 + needed - 1)]).Transport.ShouldBe(TransportKind.None);
    }

    [Test]
    public void Messages_of_the_other_version_are_unknown()
    {
        var v4 = Frames.Echo4;
        v4[23] = IpProtocol.Icmpv6;
        Of(v4).Transport.ShouldBe(TransportKind.None);
        var v6 = Frames.Echo6;
        v6[20] = IpProtocol.Icmp;
        Of(v6).Transport.ShouldBe(TransportKind.None);
    }

    [Test]
    public void Thirteen_bytes_have_no_layout() => PacketLayout.TryParse(new byte[13], out _).ShouldBeFalse();

    private static (NetworkKind, TransportKind) Kinds(byte[] frame)
    {
        var layout = Of(frame);
        return (layout.Network, layout.Transport);
    }

    private static PacketLayout Of(ReadOnlySpan<byte> frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return layout;
    }
}
