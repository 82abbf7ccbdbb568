using System.Buffers.Binary;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the kernel's attributes of a key or mask.</summary>
/// <remarks>
/// Total: any bytes give an answer. What is read of a packet's key is what <see cref="FlowKeyReader"/> reads of the packet. Allocates
/// nothing. <see cref="OvsKeyWriter"/> has the layout.
/// </remarks>
internal static partial class OvsKeyReader
{
    /// <summary>Reads a key.</summary>
    /// <param name="attributes">What is in the kernel's key.</param>
    /// <param name="key">The key; in_port is the highest number if the packet has none.</param>
    /// <param name="isWhole">
    /// The key says all that matters of the packet. False if there is what a key cannot hold: MPLS, NSH, a state of connection tracking,
    /// recirculation, options of a tunnel, a truncated tag, no Ethernet header, or an unknown attribute that is not zero. Packet priority, the
    /// ports of SCTP and the list of IPv6 extension headers are not held either, but nothing is decided by them.
    /// </param>
    /// <returns>False if the bytes are malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> attributes, out FlowKey key, out bool isWhole)
    {
        key = new FlowKey { InPort = uint.MaxValue };
        isWhole = true;
        var level = new Level();
        var reader = new NetlinkReader(attributes);
        if (!TryReadLevel(ref reader, ref key, ref level, ref isWhole))
        {
            return false;
        }
        isWhole &= level.HasEthernet && key.InPort != uint.MaxValue;
        for (var depth = 0; level.IsTag; depth++)
        {
            if (depth == PacketLayout.MaxVlans || (level.Tci & OvsKeyWriter.TagPresent) == 0)
            {
                // The frame ends within a tag; of which kind the kernel does not say.
                isWhole = false;
                key.EthType = EtherType.Vlan;
                return true;
            }
            key.Set(depth == 0 ? FlowField.VlanTpid : FlowField.CvlanTpid, level.Type);
            key.Set(depth == 0 ? FlowField.VlanTci : FlowField.CvlanTci, level.Tci & ~(ulong)OvsKeyWriter.TagPresent);
            reader = new NetlinkReader(level.Encapsulated);
            level = default;
            if (!TryReadLevel(ref reader, ref key, ref level, ref isWhole))
            {
                return false;
            }
        }
        key.EthType = level.HasType ? level.Type : EtherType.Llc;
        ClearStaleNeighbor(ref key);
        return true;
    }

    /// <summary>Of a solicitation or advertisement whose code is not 0 the kernel sends what its memory held before (seen in 6.1).</summary>
    private static void ClearStaleNeighbor(ref FlowKey key)
    {
        if (FlowFieldUse.HasIcmp(key) && key.EthType == EtherType.Ipv6 && !FlowFieldUse.IsNeighbor(key))
        {
            key.SetWide(FlowField.NdTarget, UInt128.Zero);
            key.Set(FlowField.ArpSha, 0);
            key.Set(FlowField.ArpTha, 0);
        }
    }

    /// <summary>Reads the attributes down to the next tag.</summary>
    private static bool TryReadLevel(ref NetlinkReader reader, ref FlowKey words, ref Level level, ref bool isWhole)
    {
        while (reader.Next())
        {
            var value = reader.Value;
            if (OvsKeyLayout.Of(reader.Type) is { } layout)
            {
                if (value.Length < layout.Bytes)
                {
                    return false;
                }
                layout.Read(value, ref words);
                level.HasEthernet |= layout.Type == KeyAttribute.Ethernet;
                continue;
            }
            switch (reader.Type)
            {
                case KeyAttribute.InPort:
                    words.InPort = reader.Read<uint>();
                    break;
                case KeyAttribute.SkbMark:
                    words.Set(FlowField.SkbMark, reader.Read<uint>());
                    break;
                case KeyAttribute.Tunnel:
                    var tunnel = reader.Enter();
                    if (!OvsTunnelReader.TryRead(ref tunnel, ref words, ref isWhole))
                    {
                        return false;
                    }
                    break;
                case KeyAttribute.Ethertype when value.Length >= sizeof(ushort):
                    level.Type = BinaryPrimitives.ReadUInt16BigEndian(value);
                    level.HasType = true;
                    break;
                case KeyAttribute.Vlan when value.Length >= sizeof(ushort):
                    level.Tci = BinaryPrimitives.ReadUInt16BigEndian(value);
                    level.IsTag = true;
                    break;
                case KeyAttribute.Ethertype or KeyAttribute.Vlan:
                    return false;
                case KeyAttribute.Encap:
                    level.Encapsulated = value;
                    level.IsTag = true;
                    break;
                case KeyAttribute.Priority or KeyAttribute.Ipv6Exthdrs:
                    break;
                default:
                    isWhole &= !value.ContainsAnyExcept((byte)0);
                    break;
            }
        }
        return reader.Problem == NetlinkProblem.None;
    }

    /// <summary>What stands between two tags, or around them, and is not a field of the key yet.</summary>
    private ref struct Level
    {
        public bool HasEthernet;
        public bool HasType;
        public ushort Type;
        public bool IsTag;
        public ushort Tci;
        public ReadOnlySpan<byte> Encapsulated;
    }
}
