using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Tests.Flows;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

public class OvsKeyTest
{
    private const int Cases = 20_000;

    [Test]
    public void A_key_comes_back_as_it_was_written()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var key = new RandomKeys(seed).Next();
            OvsKeyReader.TryRead(Write(key), out var read, out var isWhole).ShouldBeTrue($"seed {seed}");
            read.ShouldBe(key, $"seed {seed}");
            isWhole.ShouldBeTrue($"seed {seed}");
        }
    }

    [Test]
    public void A_completed_mask_comes_back_as_it_was_written()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = RandomFlow(seed);
            OvsKeyReader.TryReadMask(WriteMask(key, mask), key, out var read).ShouldBeTrue($"seed {seed}");
            Difference(read, read | mask).ShouldBeEmpty($"seed {seed}: {key}");
            Difference(Present(key, mask), Present(key, read)).ShouldBeEmpty($"seed {seed}: {key}");
        }
    }

    /// <summary>A key, and a mask such as flows are installed with.</summary>
    internal static (FlowKey Key, FlowMask Mask) RandomFlow(int seed)
    {
        var (key, mask) = MaskPrerequisitesTest.Random(seed);
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            var used = FlowFieldUse.BitsOf(field, key);
            // The kernel cannot be told that a packet has no tunnel; the port tells it.
            if (field is >= FlowField.TunnelId and <= FlowField.TunnelTpDst)
            {
                used = OvsTunnelWriter.IsTunnel(key) ? used : UInt128.Zero;
                mask.SetAny(field, mask.GetAny(field) & used);
            }
            else if (used != UInt128.Zero)
            {
                mask.SetAny(field, mask.GetAny(field) & used);
            }
        }
        MaskPrerequisites.Complete(key, ref mask);
        MaskShapes.RoundUp(key, ref mask);
        return (key, mask);
    }

    internal static byte[] Write(in FlowKey key)
    {
        using var buffer = new NetlinkBuffer();
        OvsKeyWriter.Write(new NetlinkWriter(buffer), key);
        return buffer.Written.ToArray();
    }

    internal static byte[] WriteMask(in FlowKey key, in FlowMask mask)
    {
        using var buffer = new NetlinkBuffer();
        OvsKeyWriter.WriteMask(new NetlinkWriter(buffer), key, mask);
        return buffer.Written.ToArray();
    }

    /// <summary>The fields in which two masks differ, with both values.</summary>
    internal static IEnumerable<string> Difference(FlowMask left, FlowMask right) =>
        from field in Enum.GetValues<FlowField>()
        where left.GetAny(field) != right.GetAny(field)
        select $"{field} {left.GetAny(field):x} {right.GetAny(field):x}";

    /// <summary>The mask without the fields that packets of the key lack.</summary>
    internal static FlowMask Present(in FlowKey key, in FlowMask mask)
    {
        var present = default(FlowMask);
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            if (FlowFieldUse.WidthOf(field, key) > 0)
            {
                present.SetAny(field, mask.GetAny(field));
            }
        }
        return present;
    }
}
