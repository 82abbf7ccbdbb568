using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class PacketEditorTest
{
    private const int Seed = 1624;

    private static readonly PacketAddresses _newV4 = Frames.V4 with
    {
        Source = IpAddress.Parse("192.0.2.77"),
        Destination = IpAddress.Parse("198.51.100.3"),
    };
    private static readonly PacketAddresses _newV6 = Frames.V6 with
    {
        Source = IpAddress.Parse("2001:db8::77"),
        Destination = IpAddress.Parse("2001:db8:ff::3"),
    };

    [Test]
    public void A_rewritten_datagram_equals_one_built_so()
    {
        foreach (var (frame, addresses) in new[] { (Frames.Udp4, _newV4), (Frames.Udp6, _newV6) })
        {
            var layout = LayoutOf(frame);
            Rewrite(frame, layout, addresses);
            PacketEditor.SetSourcePort(frame, layout, 9999);
            PacketEditor.SetDestinationPort(frame, layout, 1);
            PacketEditor.SetTtl(frame, layout, 9);
            var expected = Wire.Dirty(frame.Length);
            PacketBuilder.Udp(expected, addresses, 9999, 1, "hello"u8, ttl: 9);
            frame.ShouldBe(expected);
        }
    }

    [Test]
    public void A_rewritten_segment_equals_one_built_so()
    {
        var header = new TcpHeader(1, 2, 3, 4, TcpFlags.Ack);
        foreach (var (old, addresses) in new[] { (Frames.V4, _newV4), (Frames.V6, _newV6) })
        {
            var bytes = Wire.Dirty(200);
            var frame = bytes[..PacketBuilder.Tcp(bytes, old, header, "data"u8)];
            var layout = LayoutOf(frame);
            Rewrite(frame, layout, addresses);
            PacketEditor.SetSourcePort(frame, layout, 0xfffe);
            PacketEditor.SetDestinationPort(frame, layout, 0);
            var expected = Wire.Dirty(frame.Length);
            PacketBuilder.Tcp(expected, addresses, header with { SourcePort = 0xfffe, DestinationPort = 0 }, "data"u8);
            frame.ShouldBe(expected);
        }
    }

    [Test]
    public void A_rewritten_echo_equals_one_built_so()
    {
        var (v4, v6) = (Frames.Echo4, Frames.Echo6);
        Rewrite(v4, LayoutOf(v4), _newV4);
        Rewrite(v6, LayoutOf(v6), _newV6);
        var expected = Wire.Dirty(200);
        var length = PacketBuilder.Icmp(expected, _newV4, IcmpHeader.Echo(IcmpType.EchoRequest, 0x1234, 1), "abcdefg"u8);
        v4.ShouldBe(expected[..length]);
        length = PacketBuilder.Icmpv6(expected, _newV6, Icmpv6Header.Echo(Icmpv6Type.EchoRequest, 0x1234, 1), "abcdefg"u8);
        v6.ShouldBe(expected[..length]);
    }

    [Test]
    public void Class_and_flow_label_change()
    {
        var frame = Frames.Udp4;
        PacketEditor.SetTos(frame, LayoutOf(frame), 0xb8);
        Ipv4View.TryParse(frame.AsSpan(14), out var v4);
        Ipv4Header.TryParse(v4, out var v4Header, out _).ShouldBeTrue();
        v4Header.Tos.ShouldBe((byte)0xb8);

        frame = Frames.Udp6;
        PacketEditor.SetTos(frame, LayoutOf(frame), 0xb8);
        PacketEditor.SetFlowLabel(frame, LayoutOf(frame), 0x12345);
        frame[14..18].ShouldBe(Wire.Hex("6b812345"));
        TransportChecksum.Holds(frame, LayoutOf(frame)).ShouldBeTrue();
    }

    [Test]
    public void An_absent_udp_checksum_stays_absent()
    {
        var frame = Frames.Udp4;
        frame[40] = frame[41] = 0;
        var layout = LayoutOf(frame);
        Rewrite(frame, layout, _newV4);
        PacketEditor.SetDestinationPort(frame, layout, 1);
        frame[40..42].ShouldBe([0, 0]);
    }

    [Test]
    public void A_udp_checksum_never_becomes_absent()
    {
        // Every destination port, one of which makes the sum all ones.
        var frame = Frames.Udp4;
        var layout = LayoutOf(frame);
        var hasAllOnes = false;
        for (var port = 0; port <= ushort.MaxValue; port++)
        {
            PacketEditor.SetDestinationPort(frame, layout, (ushort)port);
            var checksum = frame[40] << 8 | frame[41];
            hasAllOnes |= checksum == ushort.MaxValue;
            if (checksum == 0 || !TransportChecksum.Holds(frame, layout))
                Assert.Fail($"port {port}, checksum {checksum:x4}");
        }
        hasAllOnes.ShouldBeTrue();
    }

    [Test]
    public void A_later_fragment_keeps_its_data()
    {
        byte[] frame = [.. Frames.Udp4[..14], .. Frames.Fragment4];
        var layout = LayoutOf(frame);
        Rewrite(frame, layout, _newV4);
        PacketEditor.SetSourcePort(frame, layout, 1);
        frame[42..].ShouldBe(Frames.Fragment4[28..]);
        Checksum.Of(frame.AsSpan(14, 28)).ShouldBe((ushort)0);
    }

    [Test]
    public void A_first_fragment_changes_as_the_whole_would()
    {
        var (whole, first) = (Frames.Udp4, Frames.Udp4);
        first[20] = 0x20;
        Rewrite(whole, LayoutOf(whole), _newV4);
        Rewrite(first, LayoutOf(first), _newV4);
        first[34..].ShouldBe(whole[34..]);
    }

    [Test]
    public void A_destination_that_is_not_the_final_one_is_not_covered()
    {
        byte[] frame = [.. Frames.Udp6[..54], .. Wire.Hex("1100 0001 00000000"), .. Frames.Udp6[54..]];
        frame[20] = IpProtocol.Routing;
        PacketEditor.SetDestination(frame, LayoutOf(frame), _newV6.Destination.AsV6);
        frame[62..].ShouldBe(Frames.Udp6[54..]);
    }

    [Test]
    public void An_unfinished_checksum_follows_the_pseudo_header_alone()
    {
        foreach (
            var (finished, addresses) in new[]
            {
                (Frames.Udp4, _newV4),
                (Frames.Udp6, _newV6),
                (Frames.Tcp4, _newV4),
                (Frames.Tcp6, _newV6),
            }
        )
        {
            var frame = finished.ToArray();
            var layout = LayoutOf(frame);
            layout.HasPartialChecksum = true;
            Unfinish(frame, layout, addresses == _newV4 ? Frames.V4 : Frames.V6);
            Rewrite(frame, layout, addresses);
            PacketEditor.SetSourcePort(frame, layout, 1);
            TransportChecksum.Finish(frame, ref layout);

            var complete = LayoutOf(finished);
            Rewrite(finished, complete, addresses);
            PacketEditor.SetSourcePort(finished, complete, 1);
            frame.ShouldBe(finished);
            layout.HasPartialChecksum.ShouldBeFalse();
        }
    }

    [Test]
    public void A_wrong_checksum_stays_wrong()
    {
        var frame = Frames.Tcp4;
        frame[50] ^= 0x40;
        var layout = LayoutOf(frame);
        Rewrite(frame, layout, _newV4);
        TransportChecksum.Holds(frame, layout).ShouldBeFalse();
    }

    [Test]
    public void Checksums_hold_after_any_run_of_changes()
    {
        var random = new Random(Seed);
        foreach (var frame in new[] { Frames.Udp4, Frames.Udp6, Frames.Tcp4, Frames.Tcp6, Frames.Echo4, Frames.Echo6 })
        {
            var layout = LayoutOf(frame);
            for (var i = 0; i < 5000; i++)
            {
                Change(frame, layout, random);
                if (!TransportChecksum.Holds(frame, layout) || !HeaderHolds(frame, layout))
                    Assert.Fail($"seed {Seed}, change {i}: {PacketText.Describe(frame)}");
            }
        }
    }

    [Test]
    public void Arp_fields_change()
    {
        var frame = Frames.ArpRequest;
        var layout = LayoutOf(frame);
        PacketEditor.SetArpOperation(frame, layout, Arp.Reply);
        PacketEditor.SetArpSender(frame, layout, Frames.MacB);
        PacketEditor.SetSource(frame, layout, Ipv4Address.Parse("10.0.0.2"));
        PacketEditor.SetArpTarget(frame, layout, Frames.MacA);
        PacketEditor.SetDestination(frame, layout, Ipv4Address.Parse("10.0.0.1"));
        frame[14..].ShouldBe(Wire.Hex("0001 0800 06 04 0002  02000000000b 0a000002  02000000000a 0a000001"));
    }

    [TestCase("020405b4 01030307 04020000", 536, 536)]
    [TestCase("01020405 b4010101 04020000", 536, 536, Description = "at an odd offset")]
    [TestCase("020405b4 01030307 04020000", 1460, 1460)]
    [TestCase("020405b4 01030307 04020000", 9000, 1460)]
    [TestCase("01010101 01030307 04020000", 536, null)]
    public void A_segment_size_is_lowered_only(string options, int max, int? expected)
    {
        var bytes = Wire.Dirty(100);
        var header = new TcpHeader(1, 2, 3, 4, TcpFlags.Syn) { Options = new HeaderOptions(Wire.Hex(options)) };
        var frame = bytes[..PacketBuilder.Tcp(bytes, Frames.V4, header, [])];
        var layout = LayoutOf(frame);
        PacketEditor.ClampMaxSegmentSize(frame, layout, (ushort)max).ShouldBe(expected == max && max != 1460);
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        Tcp.TryFindMaxSegmentSize(frame.AsSpan(34), out var at).ShouldBe(expected is not null);
        if (expected is not null)
            (frame[34 + at] << 8 | frame[35 + at]).ShouldBe(expected.Value);
    }

    private static void Rewrite(Span<byte> frame, in PacketLayout layout, PacketAddresses addresses)
    {
        if (addresses.Source.Family == IpFamily.V4)
        {
            PacketEditor.SetSource(frame, layout, addresses.Source.AsV4);
            PacketEditor.SetDestination(frame, layout, addresses.Destination.AsV4);
            return;
        }
        PacketEditor.SetSource(frame, layout, addresses.Source.AsV6);
        PacketEditor.SetDestination(frame, layout, addresses.Destination.AsV6);
    }

    private static void Change(Span<byte> frame, in PacketLayout layout, Random random)
    {
        var wide = new Ipv6Address(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
        switch (random.Next(6))
        {
            case 0:
                PacketEditor.SetSource(frame, layout, new Ipv4Address((uint)wide.Bits));
                PacketEditor.SetSource(frame, layout, wide);
                break;
            case 1:
                PacketEditor.SetDestination(frame, layout, new Ipv4Address((uint)wide.Bits));
                PacketEditor.SetDestination(frame, layout, wide);
                break;
            case 2:
                PacketEditor.SetSourcePort(frame, layout, (ushort)wide.Bits);
                break;
            case 3:
                PacketEditor.SetDestinationPort(frame, layout, (ushort)wide.Bits);
                break;
            case 4:
                PacketEditor.SetTtl(frame, layout, (byte)wide.Bits);
                break;
            default:
                PacketEditor.SetTos(frame, layout, (byte)wide.Bits);
                break;
        }
    }

    private static bool HeaderHolds(ReadOnlySpan<byte> frame, in PacketLayout layout) =>
        layout.Network != NetworkKind.Ipv4 || Checksum.Of(frame[layout.NetworkOffset..layout.TransportOffset]) == 0;

    private static void Unfinish(Span<byte> frame, in PacketLayout layout, PacketAddresses addresses)
    {
        var at = layout.TransportOffset + (layout.Transport == TransportKind.Udp ? 6 : 16);
        var sum = (ushort)
            ~Checksum.Finish(Checksum.Pseudo(addresses.Source, addresses.Destination, layout.Protocol, layout.TransportLength));
        (frame[at], frame[at + 1]) = ((byte)(sum >> 8), (byte)sum);
    }

    private static PacketLayout LayoutOf(ReadOnlySpan<byte> frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return layout;
    }
}
