using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Flows;

public class MaskPrerequisitesTest
{
    private const int Cases = 20_000;

    [Test]
    public void What_nobody_looked_at_stays_a_wildcard()
    {
        var mask = Complete(Frames.Tcp4);
        Exact(mask).ShouldBe([FlowField.InPort, FlowField.EthType, FlowField.VlanTpid]);
    }

    [Test]
    public void An_address_needs_the_fragment_kind() =>
        Exact(Complete(Frames.Tcp4, FlowField.NwDst))
            .ShouldBe([FlowField.InPort, FlowField.EthType, FlowField.VlanTpid, FlowField.IpFrag, FlowField.NwDst]);

    [TestCase(FlowField.TpDst)]
    [TestCase(FlowField.TcpFlags)]
    public void A_transport_field_needs_protocol_and_fragment_kind(FlowField field) =>
        Exact(Complete(Frames.Tcp4, field))
            .ShouldBe([FlowField.InPort, FlowField.EthType, FlowField.IpProto, FlowField.VlanTpid, .. Sorted(field, FlowField.IpFrag)]);

    [Test]
    public void A_port_of_a_packet_without_ports_needs_what_says_so() =>
        Exact(Complete(Frames.Echo4, FlowField.TcpFlags)).ShouldContain(FlowField.IpProto);

    [Test]
    public void A_neighbor_field_needs_type_and_code()
    {
        var mask = Complete(FlowKeyReaderTest.Solicitation("01 01 02000000000a"), FlowField.NdTarget);
        mask.IsExact(FlowField.IpProto).ShouldBeTrue();
        mask.IsExact(FlowField.TpSrc).ShouldBeTrue();
        mask.IsExact(FlowField.TpDst).ShouldBeTrue();
    }

    [Test]
    public void An_arp_address_needs_the_operation() =>
        Complete(Frames.ArpRequest, FlowField.NwDst).IsExact(FlowField.ArpOp).ShouldBeTrue();

    [Test]
    public void A_tagged_frame_needs_to_know_of_a_second_tag()
    {
        byte[] frame = [.. Frames.Udp4[..12], .. Wire.Hex("8100 0064"), .. Frames.Udp4[12..]];
        Complete(frame).IsExact(FlowField.CvlanTpid).ShouldBeTrue();
    }

    [Test]
    public void A_tunnel_field_needs_to_know_the_kind_of_tunnel_but_not_its_checksum() =>
        Complete(Frames.Tcp4, FlowField.TunnelId).Get(FlowField.TunnelFlags).ShouldBe((ulong)TunnelFlags.Kind);

    [Test]
    public void An_ipv4_prefix_is_a_prefix_of_the_wide_field()
    {
        FlowKeyReader.Read(Frames.Udp4, 1, out var key);
        var mask = default(FlowMask);
        mask.Add(FlowField.NwDst, IpPrefix.MaskOf(IpFamily.V4, 24));
        MaskPrerequisites.Complete(key, ref mask);
        mask.GetAny(FlowField.NwDst).ShouldBe(UInt128.MaxValue << 8);
    }

    [Test]
    public void No_bit_is_cleared_and_completing_twice_is_completing_once()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, seen) = Random(seed);
            var mask = seen;
            MaskPrerequisites.Complete(key, ref mask);
            mask.Covers(seen).ShouldBeTrue($"seed {seed}");
            var again = mask;
            MaskPrerequisites.Complete(key, ref again);
            again.ShouldBe(mask, $"seed {seed}");
        }
    }

    [Test]
    public void A_field_that_is_compared_is_there_in_every_admitted_packet_or_in_none()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = Random(seed);
            MaskPrerequisites.Complete(key, ref mask);
            var other = new RandomKeys(seed + Cases).Next();
            for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
                other.SetAny(field, other.GetAny(field) & ~mask.GetAny(field) | key.GetAny(field) & mask.GetAny(field));
            for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
            {
                if (!mask.IsWildcard(field) && FlowFieldUse.WidthOf(field, key) != FlowFieldUse.WidthOf(field, other))
                    Assert.Fail($"seed {seed}: {field}");
            }
        }
    }

    [Test]
    public void What_a_key_does_not_have_is_zero()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var key = new RandomKeys(seed).Next();
            for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
                (key.GetAny(field) & ~FlowFieldUse.BitsOf(field, key)).ShouldBe(UInt128.Zero);
        }
    }

    /// <summary>A key, and a mask of some bits of some fields.</summary>
    internal static (FlowKey Key, FlowMask Mask) Random(int seed)
    {
        var random = new RandomKeys(seed);
        var mask = default(FlowMask);
        for (var i = random.Random.Next(5); i > 0; i--)
        {
            var field = (FlowField)random.Random.Next(FlowFieldLayout.Count);
            mask.Add(field, random.Random.Next(2) == 0 ? FlowFieldLayout.AllOf(field) : random.Wide() & FlowFieldLayout.AllOf(field));
        }
        return (random.Next(), mask);
    }

    private static FlowMask Complete(ReadOnlySpan<byte> frame, params ReadOnlySpan<FlowField> seen)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        var mask = default(FlowMask);
        foreach (var field in seen)
            mask.AddWhole(field);
        MaskPrerequisites.Complete(key, ref mask);
        return mask;
    }

    private static FlowField[] Exact(FlowMask mask) => [.. Enum.GetValues<FlowField>().Where(f => mask.IsExact(f))];

    private static FlowField[] Sorted(params FlowField[] fields) => [.. fields.Order()];
}
