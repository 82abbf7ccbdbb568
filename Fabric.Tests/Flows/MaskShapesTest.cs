using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Flows;

public class MaskShapesTest
{
    private const int Cases = 20_000;

    [TestCase(1, 8)]
    [TestCase(8, 8)]
    [TestCase(23, 24)]
    [TestCase(24, 24)]
    [TestCase(25, 32)]
    public void An_ipv4_prefix_ends_at_a_byte(int length, int rounded) =>
        Round(Frames.Udp4, FlowField.NwDst, IpPrefix.MaskOf(IpFamily.V4, length)).ShouldBe(UInt128.MaxValue << (32 - rounded));

    [TestCase(1, 16)]
    [TestCase(64, 64)]
    [TestCase(65, 80)]
    [TestCase(128, 128)]
    public void An_ipv6_prefix_ends_at_a_group(int length, int rounded) =>
        Round(Frames.Udp6, FlowField.NwDst, IpPrefix.MaskOf(IpFamily.V6, length)).ShouldBe(IpPrefix.MaskOf(IpFamily.V6, rounded));

    [Test]
    public void Bits_that_are_no_prefix_become_one() => Round(Frames.Udp4, FlowField.NwDst, 0x100).ShouldBe(UInt128.MaxValue << 8);

    [TestCase(0x8000, 0xff00)]
    [TestCase(0xfc00, 0xff00)]
    [TestCase(0xffc0, 0xffff)]
    public void A_port_is_a_prefix_of_a_byte_or_whole(int bits, int rounded) =>
        Round(Frames.Tcp4, FlowField.TpSrc, (UInt128)bits).ShouldBe((UInt128)rounded);

    [Test]
    public void Flags_are_those_of_connections_or_all()
    {
        Round(Frames.Tcp4, FlowField.TcpFlags, (ulong)TcpFlags.Syn).ShouldBe((UInt128)0xf017);
        Round(Frames.Tcp4, FlowField.TcpFlags, (ulong)TcpFlags.Urg).ShouldBe((UInt128)0xffff);
    }

    [Test]
    public void Other_fields_are_whole() =>
        Round(Frames.Tcp4, FlowField.EthDst, 1UL << 40).ShouldBe(FlowFieldLayout.AllOf(FlowField.EthDst));

    [Test]
    public void A_wildcard_stays_one() => Round(Frames.Tcp4, FlowField.EthDst, 0).ShouldBe(UInt128.Zero);

    [Test]
    public void No_bit_is_cleared_and_rounding_twice_is_rounding_once()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = MaskPrerequisitesTest.Random(seed);
            MaskPrerequisites.Complete(key, ref mask);
            var rounded = mask;
            MaskShapes.RoundUp(key, ref rounded);
            rounded.Covers(mask).ShouldBeTrue($"seed {seed}");
            var again = rounded;
            MaskPrerequisites.Complete(key, ref again);
            MaskShapes.RoundUp(key, ref again);
            again.ShouldBe(rounded, $"seed {seed}");
        }
    }

    private static UInt128 Round(ReadOnlySpan<byte> frame, FlowField field, UInt128 bits)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        var mask = default(FlowMask);
        mask.Add(field, bits);
        MaskPrerequisites.Complete(key, ref mask);
        MaskShapes.RoundUp(key, ref mask);
        return mask.GetAny(field);
    }
}
