using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Flows;

public class FlowKeyReaderTest
{
    [Test]
    public void A_tcp_segment_over_ipv4()
    {
        var key = Read(Frames.Tcp4);
        key.InPort.ShouldBe(7u);
        key.EthSrc.ShouldBe(Frames.MacA);
        key.EthDst.ShouldBe(Frames.MacB);
        key.EthType.ShouldBe(EtherType.Ipv4);
        key.NwSrc.ShouldBe(Frames.V4.Source);
        key.NwDst.ShouldBe(Frames.V4.Destination);
        key.IpProto.ShouldBe(IpProtocol.Tcp);
        key.IpTtl.ShouldBe((byte)64);
        key.IpFrag.ShouldBe(FragmentKind.None);
        key.TpSrc.ShouldBe((ushort)40000);
        key.TpDst.ShouldBe((ushort)80);
        key.Get(FlowField.TcpFlags).ShouldBe((ulong)TcpFlags.Syn);
    }

    [Test]
    public void A_datagram_over_ipv6()
    {
        var key = Read(Frames.Udp6);
        key.EthType.ShouldBe(EtherType.Ipv6);
        key.NwSrc.ShouldBe(Frames.V6.Source);
        key.NwDst.ShouldBe(Frames.V6.Destination);
        key.IpProto.ShouldBe(IpProtocol.Udp);
        key.TpSrc.ShouldBe((ushort)0x1234);
        key.TpDst.ShouldBe((ushort)53);
        key.Get(FlowField.TcpFlags).ShouldBe(0ul);
    }

    [Test]
    public void An_arp_request()
    {
        var key = Read(Frames.ArpRequest);
        key.EthDst.ShouldBe(MacAddress.Broadcast);
        key.Get(FlowField.ArpOp).ShouldBe(1ul);
        key.Get(FlowField.ArpSha).ShouldBe(Frames.MacA.Bits);
        key.Get(FlowField.ArpTha).ShouldBe(0ul);
        key.NwSrc.ShouldBe(Frames.V4.Source);
        key.NwDst.ShouldBe(Frames.V4.Destination);
    }

    [Test]
    public void An_arp_operation_above_255_is_zero()
    {
        var frame = Frames.ArpRequest;
        frame[20] = 1;
        Read(frame).Get(FlowField.ArpOp).ShouldBe(0ul);
    }

    [Test]
    public void Arp_for_other_addresses_has_no_fields()
    {
        var frame = Frames.ArpRequest;
        frame[15] = 6;
        var key = Read(frame);
        key.EthType.ShouldBe(EtherType.Arp);
        key.Get(FlowField.ArpSha).ShouldBe(0ul);
        key.NwSrc.Bits.ShouldBe(UInt128.Zero);
    }

    [Test]
    public void Echo_type_and_code_stand_in_the_ports()
    {
        var v4 = Read(Frames.Echo4);
        v4.TpSrc.ShouldBe((ushort)IcmpType.EchoRequest);
        v4.TpDst.ShouldBe((ushort)0);
        Read(Frames.Echo6).TpSrc.ShouldBe((ushort)Icmpv6Type.EchoRequest);
    }

    [Test]
    public void A_length_in_place_of_the_type_is_802_2()
    {
        var key = Read(Wire.Hex("0180c2000000 02000000000a 0026 424203 0000000000"));
        key.EthType.ShouldBe(EtherType.Llc);
    }

    [Test]
    public void Snap_carries_a_type()
    {
        var packet = Frames.Udp4[14..];
        byte[] frame = [.. Frames.Udp4[..12], 0, (byte)(packet.Length + 8), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, .. packet];
        var expected = Read(Frames.Udp4);
        Read(frame).ShouldBe(expected);
    }

    [Test]
    public void Two_tags_are_read_and_a_third_is_the_type()
    {
        byte[] frame = [.. Frames.Udp4[..12], .. Wire.Hex("88a8 6064 8100 00c8"), .. Frames.Udp4[12..]];
        var key = Read(frame);
        key.Get(FlowField.VlanTpid).ShouldBe(0x88a8ul);
        key.Get(FlowField.VlanTci).ShouldBe(0x6064ul);
        key.Get(FlowField.CvlanTpid).ShouldBe(0x8100ul);
        key.Get(FlowField.CvlanTci).ShouldBe(200ul);
        key.TpDst.ShouldBe((ushort)53);

        byte[] three = [.. Frames.Udp4[..12], .. Wire.Hex("88a8 6064 8100 00c8 8100 0001"), .. Frames.Udp4[12..]];
        Read(three).EthType.ShouldBe(EtherType.Vlan);
        Read(three).TpDst.ShouldBe((ushort)0);
    }

    [Test]
    public void A_drop_eligible_tag_tells_more_than_the_kernel_knows()
    {
        byte[] frame = [.. Frames.Udp4[..12], .. Wire.Hex("8100 1064"), .. Frames.Udp4[12..]];
        FlowKeyReader.Read(frame, 7, out var key).ShouldBeFalse();
        key.Get(FlowField.VlanTci).ShouldBe(0x1064ul);
    }

    [Test]
    public void A_later_fragment_has_no_ports()
    {
        var frame = Frames.Udp4;
        frame[20] = 0x00;
        frame[21] = 0xb9;
        var key = Read(frame);
        key.IpFrag.ShouldBe(FragmentKind.Later);
        key.IpProto.ShouldBe(IpProtocol.Udp);
        key.TpSrc.ShouldBe((ushort)0);
    }

    [Test]
    public void A_first_fragment_has_ports()
    {
        var frame = Frames.Udp4;
        frame[20] = 0x20;
        var key = Read(frame);
        key.IpFrag.ShouldBe(FragmentKind.First);
        key.TpDst.ShouldBe((ushort)53);
    }

    [Test]
    public void A_later_fragment_over_ipv6_does_not_tell_its_protocol()
    {
        byte[] frame =
        [
            .. Wire.Hex(
                "02000000000b 02000000000a 86dd 60000000 0010 2c 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
            ),
            .. Wire.Hex("11 00 05c8 00000001"),
            .. new byte[8],
        ];
        var key = Read(frame);
        key.IpFrag.ShouldBe(FragmentKind.Later);
        key.IpProto.ShouldBe(IpProtocol.Fragment);
        key.TpSrc.ShouldBe((ushort)0);
    }

    [Test]
    public void A_truncated_ip_header_leaves_zeros()
    {
        var key = Read(Frames.Udp4[..30]);
        key.EthType.ShouldBe(EtherType.Ipv4);
        key.IpProto.ShouldBe((byte)0);
        key.IpTtl.ShouldBe((byte)0);
        key.NwSrc.Bits.ShouldBe(UInt128.Zero);
    }

    [Test]
    public void A_truncated_tcp_header_leaves_the_ports_zero()
    {
        var key = Read(Frames.Tcp4[..50]);
        key.IpProto.ShouldBe(IpProtocol.Tcp);
        key.TpSrc.ShouldBe((ushort)0);
        key.TpDst.ShouldBe((ushort)0);
    }

    [Test]
    public void A_solicitation_with_its_option()
    {
        var key = Read(Solicitation("01 01 02000000000a"));
        key.GetWide(FlowField.NdTarget).ShouldBe(Frames.V6.Destination.Bits);
        key.Get(FlowField.ArpSha).ShouldBe(Frames.MacA.Bits);
        key.Get(FlowField.ArpTha).ShouldBe(0ul);
    }

    [Test]
    public void A_repeated_option_makes_the_target_unknown()
    {
        var key = Read(Solicitation("01 01 02000000000a 01 01 02000000000b"));
        key.GetWide(FlowField.NdTarget).ShouldBe(UInt128.Zero);
        key.Get(FlowField.ArpSha).ShouldBe(0ul);
    }

    [Test]
    public void An_option_without_length_ends_the_options()
    {
        var key = Read(Solicitation("01 01 02000000000a 02 00 02000000000b"));
        key.GetWide(FlowField.NdTarget).ShouldBe(Frames.V6.Destination.Bits);
        key.Get(FlowField.ArpSha).ShouldBe(Frames.MacA.Bits);
        key.Get(FlowField.ArpTha).ShouldBe(0ul);
    }

    [Test]
    public void A_solicitation_of_another_code_has_no_target()
    {
        var frame = Solicitation("");
        frame[55] = 1;
        Read(frame).GetWide(FlowField.NdTarget).ShouldBe(UInt128.Zero);
    }

    [Test]
    public void Any_bytes_have_a_key()
    {
        for (var seed = 0; seed < 50_000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(128)];
            random.NextBytes(bytes);
            FlowKeyReader.Read(bytes, 1, out _);
        }
    }

    [Test]
    public void Damaged_frames_have_a_key()
    {
        for (var seed = 0; seed < 50_000; seed++)
        {
            var keys = new RandomKeys(seed);
            var frame = PacketSynthesizer.Build(keys.Next(), new byte[8]);
            for (var i = keys.Random.Next(4); i >= 0; i--)
                frame[keys.Random.Next(frame.Length)] = (byte)keys.Random.Next(256);
            FlowKeyReader.Read(frame.AsSpan(0, keys.Random.Next(frame.Length + 1)), 1, out _);
        }
    }

    [Test]
    public void Reading_allocates_nothing()
    {
        byte[][] frames =
        [
            Frames.Tcp4,
            Frames.Tcp6,
            Frames.Udp4,
            Frames.ArpRequest,
            Frames.Echo6,
            Solicitation("01 01 02000000000a"),
            [1, 2, 3],
        ];
        ReadAll(frames);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(frames);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void ReadAll(byte[][] frames)
    {
        foreach (var frame in frames)
            FlowKeyReader.Read(frame, 1, out _);
    }

    private static FlowKey Read(ReadOnlySpan<byte> frame)
    {
        FlowKeyReader.Read(frame, 7, out var key).ShouldBeTrue();
        return key;
    }

    /// <summary>A neighbor solicitation for fd00::2 with some options; checksum left zero.</summary>
    internal static byte[] Solicitation(string options)
    {
        var bytes = Wire.Hex(options);
        return
        [
            .. Wire.Hex("3333ff000002 02000000000a 86dd 60000000"),
            0,
            (byte)(24 + bytes.Length),
            .. Wire.Hex("3a ff fd000000000000000000000000000001 ff0200000000000000000001ff000002"),
            .. Wire.Hex("87 00 0000 00000000 fd000000000000000000000000000002"),
            .. bytes,
        ];
    }
}
