using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class PacketBuilderTest
{
    private static readonly IcmpHeader _hostUnreachable = new(IcmpType.DestinationUnreachable, IcmpUnreachableCode.Host, 0);
    private static readonly Icmpv6Header _noRoute = new(Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.NoRoute, 0);
    private static readonly Ipv4Address _routerV4 = Ipv4Address.Parse("10.0.0.254");
    private static readonly Ipv6Address _routerV6 = Ipv6Address.Parse("fd00::fe");

    [Test]
    public void An_error_quotes_the_packet()
    {
        var expected = Wire.Hex(
            """
            02000000000a 02000000000b 0800
            45 c0 003d 0000 4000 40 01 2502 0a0000fe 0a000001
            03 01 1120 00000000
            """
        );
        Error4(Frames.Udp4).ShouldBe([.. expected, .. Frames.Udp4[14..]]);
    }

    [Test]
    public void An_icmpv6_error_quotes_the_packet()
    {
        var expected = Wire.Hex(
            """
            02000000000a 02000000000b 86dd
            60000000 003d 3a 40 fd0000000000000000000000000000fe fd000000000000000000000000000001
            01 00 9258 00000000
            """
        );
        Error6(Frames.Udp6).ShouldBe([.. expected, .. Frames.Udp6[14..]]);
    }

    [TestCase(519, 575)]
    [TestCase(520, 576)]
    [TestCase(521, 576)]
    [TestCase(1480, 576)]
    public void An_error_quotes_as_far_as_576_bytes_go(int payload, int expected)
    {
        // 28 bytes of the error's headers, 28 of the quoted ones.
        var error = Error4(Datagram(Frames.V4, payload));
        error.Length.ShouldBe(14 + Math.Min(expected, 56 + payload));
        PacketText.Describe(error).ShouldNotContain("[Checksum]", Case.Sensitive, PacketText.Describe(error));
    }

    [TestCase(1183, 1279)]
    [TestCase(1184, 1280)]
    [TestCase(1185, 1280)]
    public void An_icmpv6_error_quotes_as_far_as_1280_bytes_go(int payload, int expected) =>
        Error6(Datagram(Frames.V6, payload)).Length.ShouldBe(14 + expected);

    [Test]
    public void Padding_and_tags_are_not_quoted()
    {
        byte[] frame = [.. Frames.Udp4[..12], .. Wire.Hex("8100 000a"), .. Frames.Udp4[12..], .. new byte[9]];
        Error4(frame).ShouldBe(Error4(Frames.Udp4));
    }

    [Test]
    public void An_error_has_the_class_of_the_packet_with_control_precedence()
    {
        var frame = Frames.Udp4;
        Ipv4.SetTos(frame.AsSpan(14), 0x3f);
        Error4(frame)[15].ShouldBe((byte)0xde);
    }

    [Test]
    public void An_error_about_the_other_version_is_not_made()
    {
        Error4(Frames.Udp6).ShouldBeEmpty();
        Error6(Frames.Udp4).ShouldBeEmpty();
        Error4(Frames.ArpRequest).ShouldBeEmpty();
    }

    [Test]
    public void An_echo_request_is_replied_to()
    {
        foreach (var (request, addresses) in new[] { (Frames.Echo4, Frames.V4), (Frames.Echo6, Frames.V6) })
        {
            var expected = Wire.Dirty(request.Length);
            if (addresses == Frames.V4)
                PacketBuilder.Icmp(expected, addresses.Reversed, IcmpHeader.Echo(IcmpType.EchoReply, 0x1234, 1), "abcdefg"u8);
            else
                PacketBuilder.Icmpv6(expected, addresses.Reversed, Icmpv6Header.Echo(Icmpv6Type.EchoReply, 0x1234, 1), "abcdefg"u8);
            Reply(request, addresses.Destination).ShouldBe(expected);
        }
    }

    [Test]
    public void Only_a_whole_and_sound_request_is_replied_to()
    {
        var damaged = Frames.Echo4;
        damaged[^1] ^= 1;
        Reply(damaged, Frames.V4.Destination).ShouldBeEmpty();

        var fragment = Frames.Echo4;
        fragment[20] = 0x20;
        Reply(fragment, Frames.V4.Destination).ShouldBeEmpty();

        Reply(Reply(Frames.Echo4, Frames.V4.Destination), Frames.V4.Source).ShouldBeEmpty();
        Reply(Frames.Udp4, Frames.V4.Destination).ShouldBeEmpty();
        Reply(Frames.ArpRequest, Frames.V4.Destination).ShouldBeEmpty();
    }

    [Test]
    public void A_syn_is_reset_from_sequence_zero() =>
        Reset(Frames.Tcp4)
            .ShouldBe(
                Wire.Hex(
                    """
                    02000000000a 02000000000b 0800
                    45 00 0028 0000 4000 40 06 26ce 0a000002 0a000001
                    0050 9c40 00000000 01020305 5014 0000 fb36 0000
                    """
                )
            );

    [TestCase(TcpFlags.Syn, 0u, 0x1000u + 4 + 1, TcpFlags.Rst | TcpFlags.Ack)]
    [TestCase(TcpFlags.Syn | TcpFlags.Fin, 0u, 0x1000u + 4 + 2, TcpFlags.Rst | TcpFlags.Ack)]
    [TestCase(TcpFlags.Psh, 0u, 0x1000u + 4, TcpFlags.Rst | TcpFlags.Ack)]
    [TestCase(TcpFlags.Ack, 0x2000u, 0u, TcpFlags.Rst)]
    [TestCase(TcpFlags.Syn | TcpFlags.Ack, 0x2000u, 0u, TcpFlags.Rst)]
    public void A_reset_has_the_numbers_of_the_standard(TcpFlags flags, uint sequence, uint acknowledgment, TcpFlags expected)
    {
        foreach (var addresses in new[] { Frames.V4, Frames.V6 })
        {
            var frame = Reset(Segment(addresses, flags));
            PacketLayout.TryParse(frame, out var layout);
            TcpView.TryParse(frame.AsSpan(layout.TransportOffset), out var view).ShouldBeTrue();
            TcpHeader.TryParse(view, addresses.Destination, addresses.Source, out var header, out _).ShouldBeTrue();
            header.ShouldBe(new TcpHeader(80, 4000, sequence, acknowledgment, expected));
        }
    }

    [Test]
    public void The_numbers_wrap()
    {
        var bytes = Wire.Dirty(100);
        var length = PacketBuilder.Tcp(bytes, Frames.V4, new(1, 2, uint.MaxValue, 0, TcpFlags.Syn), []);
        Reset(bytes[..length])[42..46].ShouldBe([0, 0, 0, 0]);
    }

    [Test]
    public void Nothing_resets_a_reset_a_damaged_segment_a_fragment_or_a_group()
    {
        Reset(Segment(Frames.V4, TcpFlags.Rst)).ShouldBeEmpty();
        Reset(Segment(Frames.V6, TcpFlags.Rst | TcpFlags.Ack)).ShouldBeEmpty();

        var damaged = Segment(Frames.V4, TcpFlags.Syn);
        damaged[^1] ^= 1;
        Reset(damaged).ShouldBeEmpty();

        var fragment = Segment(Frames.V4, TcpFlags.Syn);
        fragment[20] = 0x20;
        Reset(fragment).ShouldBeEmpty();

        Reset(Segment(Frames.V4 with { Destination = IpAddress.Parse("224.0.0.1") }, TcpFlags.Syn)).ShouldBeEmpty();
        Reset(Segment(Frames.V4 with { Destination = IpAddress.Parse("255.255.255.255") }, TcpFlags.Syn)).ShouldBeEmpty();
        Reset(Segment(Frames.V6 with { Destination = IpAddress.Parse("ff02::1") }, TcpFlags.Syn)).ShouldBeEmpty();
        Reset(Segment(Frames.V4 with { Source = IpAddress.Parse("0.0.0.0") }, TcpFlags.Syn)).ShouldBeEmpty();
        Reset(Frames.Udp4).ShouldBeEmpty();
    }

    private static byte[] Datagram(PacketAddresses addresses, int payload)
    {
        var frame = Wire.Dirty(2000);
        return frame[..PacketBuilder.Udp(frame, addresses, 1, 2, new byte[payload])];
    }

    private static byte[] Segment(PacketAddresses addresses, TcpFlags flags)
    {
        var frame = Wire.Dirty(200);
        return frame[..PacketBuilder.Tcp(frame, addresses, new(4000, 80, 0x1000, 0x2000, flags), "data"u8)];
    }

    private static byte[] Error4(byte[] offending)
    {
        PacketLayout.TryParse(offending, out var layout);
        var frame = Wire.Dirty(PacketBuilder.MaxLength);
        return frame[..PacketBuilder.IcmpError(frame, offending, layout, Frames.MacB, Frames.MacA, _routerV4, _hostUnreachable)];
    }

    private static byte[] Error6(byte[] offending)
    {
        PacketLayout.TryParse(offending, out var layout);
        var frame = Wire.Dirty(PacketBuilder.MaxLength);
        return frame[..PacketBuilder.Icmpv6Error(frame, offending, layout, Frames.MacB, Frames.MacA, _routerV6, _noRoute)];
    }

    private static byte[] Reply(byte[] request, IpAddress source)
    {
        PacketLayout.TryParse(request, out var layout);
        var frame = Wire.Dirty(request.Length);
        return frame[..PacketBuilder.EchoReply(frame, request, layout, Frames.MacB, Frames.MacA, source)];
    }

    private static byte[] Reset(byte[] offending)
    {
        PacketLayout.TryParse(offending, out var layout);
        var frame = Wire.Dirty(PacketBuilder.MaxLength);
        return frame[..PacketBuilder.TcpReset(frame, offending, layout, Frames.MacB, Frames.MacA)];
    }
}
