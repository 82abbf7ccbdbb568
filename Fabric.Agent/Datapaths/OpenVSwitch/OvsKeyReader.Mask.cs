using System.Runtime.CompilerServices;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Masks.</content>
internal static partial class OvsKeyReader
{
    // The version of the outer addresses has no flag of its own, and is exact always.
    private const TunnelFlags ReadableKind = TunnelFlags.Kind & ~TunnelFlags.Ipv6;

    /// <summary>Reads a mask.</summary>
    /// <param name="attributes">What is in the kernel's mask.</param>
    /// <param name="key">The key that it belongs to, as read from the same flow.</param>
    /// <param name="mask">
    /// The mask as the kernel obeys it: the port, the ethertype and the tags' protocols are exact always, and so is a field that no packet of the
    /// flow has.
    /// </param>
    /// <returns>False if the bytes are malformed, or something is exact that a mask cannot hold.</returns>
    public static bool TryReadMask(ReadOnlySpan<byte> attributes, in FlowKey key, out FlowMask mask)
    {
        var words = default(FlowKey);
        var isWhole = true;
        var reader = new NetlinkReader(attributes);
        var tags =
            key.Get(FlowField.VlanTpid) == 0 ? 0
            : key.Get(FlowField.CvlanTpid) == 0 ? 1
            : PacketLayout.MaxVlans;
        mask = default;
        for (var depth = 0; ; depth++)
        {
            var level = new Level();
            if (!TryReadLevel(ref reader, ref words, ref level, ref isWhole))
            {
                return false;
            }
            if (depth == tags)
            {
                break;
            }
            words.Set(depth == 0 ? FlowField.VlanTci : FlowField.CvlanTci, ReadTci(level.Tci));
            reader = new NetlinkReader(level.Encapsulated);
        }
        if (!isWhole)
        {
            return false;
        }
        mask = Unsafe.BitCast<FlowKey, FlowMask>(words);
        Complete(key, ref mask);
        return true;
    }

    /// <summary>The drop eligible bit is exact with all others, since the kernel's keys cannot say it.</summary>
    private static ulong ReadTci(ushort tci) => (tci | OvsKeyWriter.TagPresent) == ushort.MaxValue ? tci | 0x1000u : tci & 0xefffu;

    private static void Complete(in FlowKey key, ref FlowMask mask)
    {
        mask.AddWhole(FlowField.InPort);
        mask.AddWhole(FlowField.EthType);
        mask.AddWhole(FlowField.VlanTpid);
        if (key.Get(FlowField.VlanTpid) != 0)
        {
            mask.AddWhole(FlowField.CvlanTpid);
        }
        var flags = (TunnelFlags)mask.Get(FlowField.TunnelFlags);
        if (flags.HasFlag(ReadableKind | TunnelFlags.Checksum))
        {
            mask.AddWhole(FlowField.TunnelFlags);
        }
        else if (flags.HasFlag(ReadableKind))
        {
            mask.Add(FlowField.TunnelFlags, (ulong)TunnelFlags.Kind);
        }
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            var used = FlowFieldUse.BitsOf(field, key);
            if (used == UInt128.Zero ? IsAbsentFromAll(field, key, mask) : !mask.IsWildcard(field))
            {
                mask.Add(field, FlowFieldLayout.AllOf(field) & ~used);
            }
        }
    }

    /// <summary>What says that the key lacks the field is exact, so that every packet of the flow lacks it.</summary>
    private static bool IsAbsentFromAll(FlowField field, in FlowKey key, in FlowMask mask)
    {
        if (!FlowFieldUse.IsIp(key))
        {
            return true;
        }
        var isTransportExact = mask.IsExact(FlowField.IpProto) && mask.IsExact(FlowField.IpFrag);
        return field switch
        {
            FlowField.TpSrc or FlowField.TpDst or FlowField.TcpFlags => isTransportExact,
            FlowField.NdTarget or FlowField.ArpSha or FlowField.ArpTha when key.EthType == EtherType.Ipv6 => isTransportExact
                && (!FlowFieldUse.HasIcmp(key) || (mask.Get(FlowField.TpSrc) & mask.Get(FlowField.TpDst) & 0xff) == 0xff),
            _ => true,
        };
    }
}
