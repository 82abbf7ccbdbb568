using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Flows;
using Fabric.Tests.Netlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

public class OvsKeyTest
{
    private const int Cases = 20_000;

    private const string Metadata = "08000300 07000000 08000f00 00000000";
    private const string Ethernet = "10000400 02000000000a 02000000000b";
    private const string Ipv4 = "10000700 0a000001 0a000002 11 00 40 00";
    private const string Udp = "08000a00 1234 0035";

    [Test]
    public void A_key_is_written_as_the_kernel_takes_it()
    {
        FlowKeyReader.Read(Packets.Frames.Udp4, 7, out var key);
        OvsBytes.Key(key).ShouldBe(Hex($"{Metadata} {Ethernet} 06000600 0800 0000 {Ipv4} {Udp}"));
    }

    [Test]
    public void A_tag_encloses_what_it_tags_and_says_in_its_place_that_it_is_there()
    {
        byte[] frame = [.. Packets.Frames.Udp4[..12], .. Hex("8100 6064"), .. Packets.Frames.Udp4[12..]];
        FlowKeyReader.Read(frame, 7, out var key);
        OvsBytes
            .Key(key)
            .ShouldBe(Hex($"{Metadata} {Ethernet} 06000600 8100 0000 06000500 7064 0000 24000180 06000600 0800 0000 {Ipv4} {Udp}"));
    }

    [Test]
    public void A_frame_of_802_2_has_no_type_but_its_mask_has()
    {
        var key = new FlowKey { InPort = 7, EthType = EtherType.Llc };
        OvsBytes.Key(key).Length.ShouldBe(32);
        var mask = default(FlowMask);
        OvsBytes.Mask(key, mask)[32..].ShouldBe(Hex("06000600 ffff 0000"));
    }

    [Test]
    public void A_key_comes_back_as_it_was_written()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var key = OvsBytes.RandomKey(new RandomKeys(seed));
            OvsKeyReader.TryRead(OvsBytes.Key(key), out var read, out var isWhole).ShouldBeTrue($"seed {seed}");
            read.ShouldBe(key, $"seed {seed}");
            isWhole.ShouldBeTrue($"seed {seed}");
        }
    }

    [Test]
    public void A_mask_comes_back_as_it_was_written_and_with_it_what_no_packet_has()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = OvsBytes.RandomFlow(seed);
            OvsKeyReader.TryReadMask(OvsBytes.Mask(key, mask), key, out var read).ShouldBeTrue($"seed {seed}");
            read.Covers(mask).ShouldBeTrue($"seed {seed}: {key}");
            OvsBytes.Difference(key, mask, read).ShouldBeEmpty($"seed {seed}: {key}");
        }
    }

    [Test]
    public void A_key_without_its_wildcards_has_the_same_mask()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = OvsBytes.RandomFlow(seed);
            var masked = key.Masked(mask);
            OvsKeyReader.TryRead(OvsBytes.Key(masked), out var read, out _).ShouldBeTrue($"seed {seed}");
            read.Masked(mask).ShouldBe(masked, $"seed {seed}: {key}");
            OvsKeyReader.TryReadMask(OvsBytes.Mask(masked, mask), read, out var readMask).ShouldBeTrue($"seed {seed}");
            readMask.Covers(mask).ShouldBeTrue($"seed {seed}: {key} {string.Join(',', OvsBytes.Difference(masked, mask, readMask))}");
        }
    }

    [Test]
    public void A_neighbor_message_of_another_code_has_no_fields_that_could_be_compared()
    {
        var key = new FlowKey
        {
            EthType = EtherType.Ipv6,
            IpProto = IpProtocol.Icmpv6,
            TpSrc = Icmpv6Type.NeighborSolicitation,
            TpDst = 1,
        };
        Attributes.Read(OvsBytes.Key(key)).ShouldContainKey(OvsFormat.KeyAttribute.Nd);
        Attributes.Read(OvsBytes.Mask(key, FlowMask.Exact)).ShouldNotContainKey(OvsFormat.KeyAttribute.Nd);
        var stale = OvsBytes.Key(key);
        stale.AsSpan(^28).Fill(0xa5);
        OvsKeyReader.TryRead(stale, out var read, out _).ShouldBeTrue();
        read.ShouldBe(key);
    }

    [Test]
    public void A_tunnel_has_a_destination_even_where_the_mask_ignores_it()
    {
        var key = new FlowKey { InPort = 7, EthType = EtherType.Lldp };
        key.Set(FlowField.TunnelId, 9);
        var tunnel = Attributes.Read(Attributes.Read(OvsBytes.Key(key))[16]);
        tunnel[0].ShouldBe(Hex("00000000 00000009"));
        tunnel[2].ShouldNotBe(new byte[4]);
        tunnel.ShouldContainKey(4);
    }

    [TestCase("08001300 01000000", TestName = "dp_hash is foreign")]
    [TestCase("08001400 01000000", TestName = "recirc_id is foreign")]
    [TestCase("08001500 00064140", TestName = "MPLS is foreign")]
    [TestCase("08001600 21000000", TestName = "ct_state is foreign")]
    [TestCase("08001c00 04000100", TestName = "NSH is foreign")]
    [TestCase("08006300 00000001", TestName = "an unknown attribute is foreign")]
    [TestCase("18001080 08000200 0a000001 05000400 40000000 04000800", TestName = "Geneve options are foreign")]
    [TestCase("06000600 8100 0000 06000500 0000 0000 04000100", TestName = "a truncated tag is foreign")]
    public void What_a_key_cannot_hold_makes_it_less_than_whole(string more)
    {
        OvsKeyReader.TryRead(Hex($"{Metadata} {Ethernet} {more}"), out var key, out var isWhole).ShouldBeTrue();
        isWhole.ShouldBeFalse();
        key.InPort.ShouldBe(7u);
    }

    [TestCase("08001300 00000000", TestName = "dp_hash of zero says nothing")]
    [TestCase("08001600 00000000", TestName = "ct_state of zero says nothing")]
    [TestCase("08000200 06000000", TestName = "priority decides nothing")]
    [TestCase("06002000 0100 0000", TestName = "the list of IPv6 extensions decides nothing")]
    [TestCase("08001100 1234 5678", TestName = "ports of SCTP decide nothing")]
    [TestCase("08006300 00000000", TestName = "an unknown attribute of zero says nothing")]
    public void What_nothing_is_decided_by_leaves_it_whole(string more)
    {
        OvsKeyReader.TryRead(Hex($"{Metadata} {Ethernet} 06000600 0800 0000 {more}"), out _, out var isWhole).ShouldBeTrue();
        isWhole.ShouldBeTrue();
    }

    [TestCase(Ethernet + "06000600 0800 0000", TestName = "a packet from nowhere")]
    [TestCase(Metadata + "06000600 0800 0000", TestName = "a packet without Ethernet")]
    public void A_packet_that_no_interface_sends_is_less_than_whole(string attributes)
    {
        OvsKeyReader.TryRead(Hex(attributes), out _, out var isWhole).ShouldBeTrue();
        isWhole.ShouldBeFalse();
    }

    [TestCase("0600 0300 0700 0000", TestName = "a port of two bytes")]
    [TestCase("0800 0700 0a000001", TestName = "an IPv4 header of four bytes")]
    [TestCase("0500 0600 08000000", TestName = "a type of one byte")]
    [TestCase("0500 0500 10000000", TestName = "a tag of one byte")]
    [TestCase("0800 1000 05000400", TestName = "a tunnel cut")]
    [TestCase("0c00 1080 06000000 00000000", TestName = "a tunnel key of two bytes")]
    [TestCase("0600 0600 8100 0000 0600 0500 1001 0000 0800 0180 09000600", TestName = "an encapsulation cut")]
    [TestCase("0300 0300", TestName = "an attribute shorter than its header")]
    public void Malformed_keys_are_refused(string hex)
    {
        OvsKeyReader.TryRead(Hex(hex), out _, out _).ShouldBeFalse();
    }

    [Test]
    public void An_exact_bit_that_a_mask_cannot_hold_is_refused()
    {
        FlowKeyReader.Read(Packets.Frames.Udp4, 7, out var key);
        OvsKeyReader.TryReadMask(Hex("08001600 ff000000"), key, out _).ShouldBeFalse();
        OvsKeyReader.TryReadMask(Hex("08001600 00000000"), key, out _).ShouldBeTrue();
    }

    [Test]
    public void No_bytes_make_a_reader_throw()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var bytes = OvsBytes.Key(OvsBytes.RandomKey(random));
            for (var i = random.Random.Next(1, 6); i > 0; i--)
            {
                bytes[random.Random.Next(bytes.Length)] = (byte)random.Few(8);
            }
            bytes = bytes[..random.Random.Next(bytes.Length + 1)];
            OvsKeyReader.TryRead(bytes, out var key, out _);
            OvsKeyReader.TryReadMask(bytes, key, out _);
            OvsActionReader.TryRead(bytes, []);
        }
    }
}
