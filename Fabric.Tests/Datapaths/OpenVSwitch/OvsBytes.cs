using Fabric.Addresses;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Tests.Flows;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>Writes with the codecs into bytes of their own, and draws what is written.</summary>
internal static class OvsBytes
{
    public delegate void Writing(NetlinkWriter writer);

    /// <summary>What a writer writes.</summary>
    public static byte[] Of(Writing write)
    {
        using var buffer = new NetlinkBuffer();
        write(new NetlinkWriter(buffer));
        return buffer.Written.ToArray();
    }

    public static byte[] Key(FlowKey key) => Of(writer => OvsKeyWriter.Write(writer, key));

    public static byte[] Mask(FlowKey key, FlowMask mask) => Of(writer => OvsKeyWriter.WriteMask(writer, key, mask));

    /// <summary>Null if the kernel has no such actions; then nothing may have been written.</summary>
    public static byte[]? Actions(FlowKey key, params FlowAction[] actions)
    {
        var isWritten = false;
        var bytes = Of(writer => isWritten = OvsActionWriter.TryWrite(writer, actions, key));
        if (!isWritten)
        {
            bytes.ShouldBeEmpty();
        }
        return isWritten ? bytes : null;
    }

    /// <summary>The actions in bytes that are known to be good.</summary>
    public static List<FlowAction> ReadActions(byte[] bytes)
    {
        var actions = new List<FlowAction>();
        OvsActionReader.TryRead(bytes, actions).ShouldBeTrue();
        return actions;
    }

    /// <summary>A key that some frame has; of four one came out of a tunnel.</summary>
    public static FlowKey RandomKey(RandomKeys random)
    {
        var key = random.Next();
        if (random.Random.Next(4) == 0)
        {
            AddTunnel(random, ref key);
        }
        return key;
    }

    /// <summary>A key, and a mask such as flows are installed with.</summary>
    public static (FlowKey Key, FlowMask Mask) RandomFlow(int seed)
    {
        var random = new RandomKeys(seed);
        var key = RandomKey(random);
        return (key, Complete(key, MaskPrerequisitesTest.Random(seed).Mask));
    }

    /// <summary>A mask as it is installed: of bits that packets have, completed and rounded up.</summary>
    public static FlowMask Complete(FlowKey key, FlowMask mask)
    {
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            var used = FlowFieldUse.BitsOf(field, key);
            if (IsOfTunnel(field) && !OvsTunnelWriter.IsTunnel(key))
            {
                // The kernel cannot be told that a packet has no tunnel; the port tells it.
                mask.SetAny(field, UInt128.Zero);
            }
            else if (used != UInt128.Zero)
            {
                mask.SetAny(field, mask.GetAny(field) & used);
            }
        }
        MaskPrerequisites.Complete(key, ref mask);
        MaskShapes.RoundUp(key, ref mask);
        return mask;
    }

    /// <summary>The fields in which two masks differ, with both values, among those that packets of a key have.</summary>
    public static IEnumerable<string> Difference(FlowKey key, FlowMask left, FlowMask right) =>
        from field in Enum.GetValues<FlowField>()
        where FlowFieldUse.WidthOf(field, key) > 0 && (!IsOfTunnel(field) || OvsTunnelWriter.IsTunnel(key))
        where left.GetAny(field) != right.GetAny(field)
        select $"{field} {left.GetAny(field):x} {right.GetAny(field):x}";

    private static bool IsOfTunnel(FlowField field) => field is >= FlowField.TunnelId and <= FlowField.TunnelTpDst;

    private static void AddTunnel(RandomKeys random, ref FlowKey key)
    {
        var isV6 = random.Random.Next(2) == 0;
        var flags = (TunnelFlags)random.Random.Next(16) | TunnelFlags.Key | (isV6 ? TunnelFlags.Ipv6 : 0);
        key.Set(FlowField.TunnelId, random.Few(24));
        key.SetWide(FlowField.TunnelSrc, isV6 ? random.Wide() : random.Few(32));
        key.SetWide(FlowField.TunnelDst, (isV6 ? random.Wide() : random.Few(32)) | 1);
        if (isV6)
        {
            key.SetWide(FlowField.TunnelSrc, key.GetWide(FlowField.TunnelSrc) | UInt128.One << 120);
        }
        key.Set(FlowField.TunnelTos, random.Few(8));
        key.Set(FlowField.TunnelTtl, random.Few(8));
        key.Set(FlowField.TunnelTpSrc, random.Few(16));
        key.Set(FlowField.TunnelTpDst, 4789);
        key.Set(FlowField.TunnelFlags, (ulong)flags);
    }

    /// <summary>An encapsulation such as is set for another host.</summary>
    public static FlowAction Tunnel(ulong id, byte ttl = 64, TunnelFlags flags = TunnelFlags.Key | TunnelFlags.DontFragment) =>
        FlowAction.SetTunnel(id, IpAddress.Parse("192.0.2.1"), IpAddress.Parse("192.0.2.2"), new TunnelOptions(flags, 0, ttl));
}
