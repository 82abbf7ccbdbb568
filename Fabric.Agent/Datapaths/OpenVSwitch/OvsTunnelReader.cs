using System.Buffers.Binary;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the tunnel fields of a key, a mask or an action.</summary>
internal static class OvsTunnelReader
{
    /// <summary>Reads what is in OVS_KEY_ATTR_TUNNEL.</summary>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="words">The key, or the mask as one; its tunnel fields are set.</param>
    /// <param name="isWhole">Cleared if something is there that a key cannot hold: options of Geneve, VXLAN or ERSPAN.</param>
    /// <returns>False if the bytes are malformed.</returns>
    public static bool TryRead(ref NetlinkReader attributes, ref FlowKey words, ref bool isWhole)
    {
        var flags = TunnelFlags.None;
        while (attributes.Next())
        {
            var value = attributes.Value;
            if (value.Length < BytesOf(attributes.Type))
            {
                return false;
            }
            switch (attributes.Type)
            {
                case TunnelKeyAttribute.Id:
                    words.Set(FlowField.TunnelId, BinaryPrimitives.ReadUInt64BigEndian(value));
                    flags |= TunnelFlags.Key;
                    break;
                case TunnelKeyAttribute.Ipv4Src:
                    words.SetWide(FlowField.TunnelSrc, BinaryPrimitives.ReadUInt32BigEndian(value));
                    break;
                case TunnelKeyAttribute.Ipv4Dst:
                    words.SetWide(FlowField.TunnelDst, BinaryPrimitives.ReadUInt32BigEndian(value));
                    break;
                case TunnelKeyAttribute.Ipv6Src:
                    words.SetWide(FlowField.TunnelSrc, BinaryPrimitives.ReadUInt128BigEndian(value));
                    flags |= TunnelFlags.Ipv6;
                    break;
                case TunnelKeyAttribute.Ipv6Dst:
                    words.SetWide(FlowField.TunnelDst, BinaryPrimitives.ReadUInt128BigEndian(value));
                    flags |= TunnelFlags.Ipv6;
                    break;
                case TunnelKeyAttribute.Tos:
                    words.Set(FlowField.TunnelTos, value[0]);
                    break;
                case TunnelKeyAttribute.Ttl:
                    words.Set(FlowField.TunnelTtl, value[0]);
                    break;
                case TunnelKeyAttribute.TpSrc:
                    words.Set(FlowField.TunnelTpSrc, BinaryPrimitives.ReadUInt16BigEndian(value));
                    break;
                case TunnelKeyAttribute.TpDst:
                    words.Set(FlowField.TunnelTpDst, BinaryPrimitives.ReadUInt16BigEndian(value));
                    break;
                case TunnelKeyAttribute.DontFragment:
                    flags |= TunnelFlags.DontFragment;
                    break;
                case TunnelKeyAttribute.Csum:
                    flags |= TunnelFlags.Checksum;
                    break;
                case TunnelKeyAttribute.Oam:
                    flags |= TunnelFlags.Oam;
                    break;
                case TunnelKeyAttribute.Pad:
                    break;
                default:
                    isWhole = false;
                    break;
            }
        }
        words.Set(FlowField.TunnelFlags, (ulong)flags);
        return attributes.Problem == NetlinkProblem.None;
    }

    private static int BytesOf(ushort type) =>
        type switch
        {
            TunnelKeyAttribute.Id => 8,
            TunnelKeyAttribute.Ipv4Src or TunnelKeyAttribute.Ipv4Dst => 4,
            TunnelKeyAttribute.Ipv6Src or TunnelKeyAttribute.Ipv6Dst => 16,
            TunnelKeyAttribute.Tos or TunnelKeyAttribute.Ttl => 1,
            TunnelKeyAttribute.TpSrc or TunnelKeyAttribute.TpDst => 2,
            _ => 0,
        };
}
