using System.Buffers.Binary;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Writes the tunnel fields of a key, a mask or an action: OVS_KEY_ATTR_TUNNEL with what is in it.</summary>
/// <remarks>
/// The kernel demands a time to live and a destination that is not zero. It knows which version the tunnel has by the addresses'
/// attributes, and that there is a tunnel key by that attribute. Allocates nothing.
/// </remarks>
internal static class OvsTunnelWriter
{
    /// <summary>Stands for a destination that the mask ignores.</summary>
    private const int AnyDestination = 1;

    /// <summary>Packets of the key came out of a tunnel.</summary>
    /// <remarks>Also told of a key whose wildcarded fields were cleared, as long as one field is left.</remarks>
    public static bool IsTunnel(in FlowKey key) =>
        (key.GetWide(FlowField.TunnelDst) | key.GetWide(FlowField.TunnelSrc) | key.Get(FlowField.TunnelId) | key.Get(FlowField.TunnelFlags))
        != UInt128.Zero;

    /// <summary>Writes the tunnel of a key; what an action sets has the same form.</summary>
    public static void Write(NetlinkWriter writer, in FlowKey key)
    {
        var nest = writer.BeginNested(KeyAttribute.Tunnel);
        var destination = key.GetWide(FlowField.TunnelDst);
        WriteId(writer, key);
        WriteAddress(writer, key, FlowField.TunnelSrc, key.GetWide(FlowField.TunnelSrc));
        WriteAddress(writer, key, FlowField.TunnelDst, destination == UInt128.Zero ? AnyDestination : destination);
        writer.Write(TunnelKeyAttribute.Ttl, (byte)key.Get(FlowField.TunnelTtl));
        WriteRest(writer, key);
        writer.EndNested(nest);
    }

    /// <summary>Writes the tunnel of a mask.</summary>
    /// <param name="writer">The place.</param>
    /// <param name="key">The key, which tells the version of the addresses.</param>
    /// <param name="words">The mask as a key.</param>
    public static void WriteMask(NetlinkWriter writer, in FlowKey key, in FlowKey words)
    {
        var nest = writer.BeginNested(KeyAttribute.Tunnel);
        WriteId(writer, words);
        WriteAddress(writer, key, FlowField.TunnelSrc, words.GetWide(FlowField.TunnelSrc));
        WriteAddress(writer, key, FlowField.TunnelDst, words.GetWide(FlowField.TunnelDst));
        if (words.Get(FlowField.TunnelTtl) is var ttl and not 0)
        {
            writer.Write(TunnelKeyAttribute.Ttl, (byte)ttl);
        }
        WriteRest(writer, words);
        writer.EndNested(nest);
    }

    private static void WriteId(NetlinkWriter writer, in FlowKey words)
    {
        var id = words.Get(FlowField.TunnelId);
        if (id != 0 || Has(words, TunnelFlags.Key))
        {
            BinaryPrimitives.WriteUInt64BigEndian(writer.Add(TunnelKeyAttribute.Id, sizeof(ulong)), id);
        }
    }

    private static void WriteAddress(NetlinkWriter writer, in FlowKey key, FlowField field, UInt128 bits)
    {
        if (bits == UInt128.Zero)
        {
            return;
        }
        var isSource = field == FlowField.TunnelSrc;
        if (IsV6(key))
        {
            var type = isSource ? TunnelKeyAttribute.Ipv6Src : TunnelKeyAttribute.Ipv6Dst;
            BinaryPrimitives.WriteUInt128BigEndian(writer.Add(type, 16), bits);
        }
        else
        {
            var type = isSource ? TunnelKeyAttribute.Ipv4Src : TunnelKeyAttribute.Ipv4Dst;
            BinaryPrimitives.WriteUInt32BigEndian(writer.Add(type, sizeof(uint)), (uint)bits);
        }
    }

    private static void WriteRest(NetlinkWriter writer, in FlowKey words)
    {
        if (words.Get(FlowField.TunnelTos) is var tos and not 0)
        {
            writer.Write(TunnelKeyAttribute.Tos, (byte)tos);
        }
        WritePort(writer, TunnelKeyAttribute.TpSrc, words.Get(FlowField.TunnelTpSrc));
        WritePort(writer, TunnelKeyAttribute.TpDst, words.Get(FlowField.TunnelTpDst));
        WriteFlag(writer, words, TunnelFlags.DontFragment, TunnelKeyAttribute.DontFragment);
        WriteFlag(writer, words, TunnelFlags.Checksum, TunnelKeyAttribute.Csum);
        WriteFlag(writer, words, TunnelFlags.Oam, TunnelKeyAttribute.Oam);
    }

    private static void WritePort(NetlinkWriter writer, ushort type, ulong port)
    {
        if (port != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(writer.Add(type, sizeof(ushort)), (ushort)port);
        }
    }

    private static void WriteFlag(NetlinkWriter writer, in FlowKey words, TunnelFlags flag, ushort type)
    {
        if (Has(words, flag))
        {
            writer.WriteFlag(type);
        }
    }

    /// <summary>The flag may have been cleared with other wildcards; then the addresses tell.</summary>
    private static bool IsV6(in FlowKey key) =>
        Has(key, TunnelFlags.Ipv6) || (key.GetWide(FlowField.TunnelSrc) | key.GetWide(FlowField.TunnelDst)) >> 32 != UInt128.Zero;

    private static bool Has(in FlowKey words, TunnelFlags flag) => ((TunnelFlags)words.Get(FlowField.TunnelFlags) & flag) != 0;
}
