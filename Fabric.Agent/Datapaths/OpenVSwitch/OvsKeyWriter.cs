using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Writes keys and masks as the kernel's attributes, without the nest around them.</summary>
/// <remarks>
/// The kernel wants exactly the attributes that packets of the key have, and refuses a mask's attribute that the key lacks. What a
/// <see cref="FlowKey"/> does not hold (packet priority, connection state, recirculation) is left out of both, which wildcards it.
/// <code>
/// untagged:  IN_PORT SKB_MARK [TUNNEL] ETHERNET ETHERTYPE [network] [transport] [TCP_FLAGS | ND]
/// tagged:    IN_PORT SKB_MARK [TUNNEL] ETHERNET ETHERTYPE(tpid) VLAN(tci) ENCAP { ETHERTYPE ... }    twice for two tags
/// 802.2:     ETHERTYPE is left out of the key, and stands in the mask
/// </code>
/// Masks are to be completed before (<see cref="MaskPrerequisites"/>): in_port, ethertype and the tags' protocol are exact whatever the
/// mask says. Keys may have their wildcarded bits cleared. Allocates nothing.
/// </remarks>
internal static class OvsKeyWriter
{
    /// <summary>In the place of the drop eligible bit the kernel keeps that there is a tag (VLAN_CFI_MASK).</summary>
    public const ushort TagPresent = 0x1000;

    /// <summary>Writes the attributes of a key.</summary>
    public static void Write(NetlinkWriter writer, in FlowKey key) => Write(writer, key, key, isMask: false);

    /// <summary>Writes the attributes of a mask.</summary>
    /// <param name="writer">The place.</param>
    /// <param name="key">The key that it belongs to: the very value that was written as key.</param>
    /// <param name="mask">The mask.</param>
    public static void WriteMask(NetlinkWriter writer, in FlowKey key, in FlowMask mask) =>
        Write(writer, key, Unsafe.BitCast<FlowMask, FlowKey>(mask), isMask: true);

    /// <param name="writer">The place.</param>
    /// <param name="key">Which attributes there are.</param>
    /// <param name="words">What is in them: the key, or the mask as one.</param>
    /// <param name="isMask">Which of the two.</param>
    private static void Write(NetlinkWriter writer, in FlowKey key, in FlowKey words, bool isMask)
    {
        if (key.InPort < MaxPorts)
        {
            writer.Write(KeyAttribute.InPort, isMask ? uint.MaxValue : key.InPort);
        }
        writer.Write(KeyAttribute.SkbMark, (uint)words.Get(FlowField.SkbMark));
        if (OvsTunnelWriter.IsTunnel(key))
        {
            WriteTunnel(writer, key, words, isMask);
        }
        Write(writer, OvsKeyLayout.Of(KeyAttribute.Ethernet), words);
        var hasTag = key.Get(FlowField.VlanTpid) != 0;
        var hasInnerTag = hasTag && key.Get(FlowField.CvlanTpid) != 0;
        var outer = hasTag ? BeginTag(writer, words, FlowField.VlanTpid, FlowField.VlanTci, isMask) : default;
        var inner = hasInnerTag ? BeginTag(writer, words, FlowField.CvlanTpid, FlowField.CvlanTci, isMask) : default;
        WritePayload(writer, key, words, isMask);
        if (hasInnerTag)
        {
            writer.EndNested(inner);
        }
        if (hasTag)
        {
            writer.EndNested(outer);
        }
    }

    private static void WriteTunnel(NetlinkWriter writer, in FlowKey key, in FlowKey words, bool isMask)
    {
        if (isMask)
        {
            OvsTunnelWriter.WriteMask(writer, key, words);
        }
        else
        {
            OvsTunnelWriter.Write(writer, key);
        }
    }

    private static NetlinkMark BeginTag(NetlinkWriter writer, in FlowKey words, FlowField tpid, FlowField tci, bool isMask)
    {
        WriteType(writer, isMask ? ushort.MaxValue : (ushort)words.Get(tpid));
        var place = writer.Add(KeyAttribute.Vlan, sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)(words.Get(tci) | TagPresent));
        return writer.BeginNested(KeyAttribute.Encap);
    }

    private static void WritePayload(NetlinkWriter writer, in FlowKey key, in FlowKey words, bool isMask)
    {
        if (isMask)
        {
            WriteType(writer, ushort.MaxValue);
        }
        else if (key.EthType >= EtherType.Min)
        {
            WriteType(writer, key.EthType);
        }
        Write(writer, OvsKeyLayout.NetworkOf(key), words);
        Write(writer, OvsKeyLayout.TransportOf(key), words);
        var extra = OvsKeyLayout.TransportExtraOf(key);
        // Of a code that is not 0 the kernel's fields are stale, and must not be compared.
        var isStale = isMask && extra?.Type == KeyAttribute.Nd && !FlowFieldUse.IsNeighbor(key);
        Write(writer, isStale ? null : extra, words);
    }

    private static void WriteType(NetlinkWriter writer, ushort type) =>
        BinaryPrimitives.WriteUInt16BigEndian(writer.Add(KeyAttribute.Ethertype, sizeof(ushort)), type);

    private static void Write(NetlinkWriter writer, OvsKeyLayout? layout, in FlowKey words)
    {
        if (layout is not null)
        {
            layout.Write(writer.Add(layout.Type, layout.Bytes), words);
        }
    }
}
