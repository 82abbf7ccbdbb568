using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Where the fields of a flow key lie in the structs of the kernel's key: once for keys, masks and the setting of fields.</summary>
/// <remarks>
/// linux/openvswitch.h, struct ovs_key_*. Parts stand in the order in which rewrites are planned, so that actions come
/// back from the kernel as they were given. Metadata are not here: they are numbers in the host's order, or nested.
/// </remarks>
internal sealed class OvsKeyLayout
{
    /// <summary>The size of the largest struct.</summary>
    public const int MaxBytes = 40;

    private static readonly OvsKeyLayout?[] s_byType = new OvsKeyLayout?[KeyAttribute.TcpFlags + 1];

    private readonly OvsKeyPart[] _parts;

    static OvsKeyLayout()
    {
        Add(KeyAttribute.Ethernet, 12, new(FlowField.EthSrc, 0, 6), new(FlowField.EthDst, 6, 6));
        Add(
            KeyAttribute.Ipv4,
            12,
            new(FlowField.IpTos, 9, 1),
            new(FlowField.IpTtl, 10, 1),
            new(FlowField.NwSrc, 0, 4),
            new(FlowField.NwDst, 4, 4),
            new(FlowField.IpProto, 8, 1),
            new(FlowField.IpFrag, 11, 1)
        );
        Add(
            KeyAttribute.Ipv6,
            40,
            new(FlowField.IpTos, 37, 1),
            new(FlowField.IpTtl, 38, 1),
            new(FlowField.Ipv6Label, 32, 4, 20),
            new(FlowField.NwSrc, 0, 16),
            new(FlowField.NwDst, 16, 16),
            new(FlowField.IpProto, 36, 1),
            new(FlowField.IpFrag, 39, 1)
        );
        // The kernel pads this one to 24.
        Add(
            KeyAttribute.Arp,
            24,
            new(FlowField.NwSrc, 0, 4),
            new(FlowField.NwDst, 4, 4),
            new(FlowField.ArpOp, 8, 2, 8),
            new(FlowField.ArpSha, 10, 6),
            new(FlowField.ArpTha, 16, 6)
        );
        Add(KeyAttribute.Nd, 28, new(FlowField.ArpSha, 16, 6), new(FlowField.ArpTha, 22, 6), new(FlowField.NdTarget, 0, 16));
        Add(KeyAttribute.Tcp, 4, new(FlowField.TpSrc, 0, 2), new(FlowField.TpDst, 2, 2));
        Add(KeyAttribute.Udp, 4, new(FlowField.TpSrc, 0, 2), new(FlowField.TpDst, 2, 2));
        Add(KeyAttribute.Icmp, 2, new(FlowField.TpSrc, 0, 1), new(FlowField.TpDst, 1, 1));
        Add(KeyAttribute.Icmpv6, 2, new(FlowField.TpSrc, 0, 1), new(FlowField.TpDst, 1, 1));
        Add(KeyAttribute.TcpFlags, 2, new OvsKeyPart(FlowField.TcpFlags, 0, 2, 12));
        // The ports of SCTP are not told apart here; the kernel wants the attribute all the same.
        Add(KeyAttribute.Sctp, 4);
    }

    private OvsKeyLayout(ushort type, int bytes, OvsKeyPart[] parts)
    {
        Type = type;
        Bytes = bytes;
        _parts = parts;
    }

    /// <summary>The attribute that holds the struct.</summary>
    public ushort Type { get; }

    /// <summary>The struct's size.</summary>
    public int Bytes { get; }

    /// <summary>Its fields.</summary>
    public ReadOnlySpan<OvsKeyPart> Parts => _parts;

    /// <summary>The layout of an attribute, or null if it is not a struct of fields.</summary>
    public static OvsKeyLayout? Of(ushort type) => type < s_byType.Length ? s_byType[type] : null;

    /// <summary>The network header that packets of a key have, or null.</summary>
    public static OvsKeyLayout? NetworkOf(in FlowKey key) =>
        key.EthType switch
        {
            EtherType.Ipv4 => Of(KeyAttribute.Ipv4),
            EtherType.Ipv6 => Of(KeyAttribute.Ipv6),
            EtherType.Arp or EtherType.Rarp => Of(KeyAttribute.Arp),
            _ => null,
        };

    /// <summary>The transport header that packets of a key have, or null.</summary>
    public static OvsKeyLayout? TransportOf(in FlowKey key)
    {
        if (!FlowFieldUse.IsIp(key) || key.IpFrag == FragmentKind.Later)
        {
            return null;
        }
        return key.IpProto switch
        {
            IpProtocol.Tcp => Of(KeyAttribute.Tcp),
            IpProtocol.Udp => Of(KeyAttribute.Udp),
            IpProtocol.Sctp => Of(KeyAttribute.Sctp),
            IpProtocol.Icmp when key.EthType == EtherType.Ipv4 => Of(KeyAttribute.Icmp),
            IpProtocol.Icmpv6 when key.EthType == EtherType.Ipv6 => Of(KeyAttribute.Icmpv6),
            _ => null,
        };
    }

    /// <summary>What stands beside the transport header in the kernel's key, or null: TCP flags, or neighbor discovery by its type alone.</summary>
    public static OvsKeyLayout? TransportExtraOf(in FlowKey key) =>
        TransportOf(key)?.Type switch
        {
            KeyAttribute.Tcp => Of(KeyAttribute.TcpFlags),
            KeyAttribute.Icmpv6 when key.TpSrc is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement => Of(
                KeyAttribute.Nd
            ),
            _ => null,
        };

    /// <summary>The kernel can set the field, in packets that have it.</summary>
    public static bool IsSettable(FlowField field) =>
        field
            is FlowField.EthSrc
                or FlowField.EthDst
                or FlowField.IpTos
                or FlowField.IpTtl
                or FlowField.Ipv6Label
                or FlowField.NwSrc
                or FlowField.NwDst
                or FlowField.TpSrc
                or FlowField.TpDst;

    /// <summary>The header in which the kernel sets a field of packets of a key, or null if it cannot.</summary>
    public static OvsKeyLayout? SettableOf(FlowField field, in FlowKey key)
    {
        var layout = field switch
        {
            FlowField.EthSrc or FlowField.EthDst => Of(KeyAttribute.Ethernet),
            FlowField.TpSrc or FlowField.TpDst => FlowFieldUse.HasPorts(key) ? TransportOf(key) : null,
            _ => FlowFieldUse.IsIp(key) ? NetworkOf(key) : null,
        };
        return layout is not null && IsSettable(field) && layout.TryFind(field, out _) ? layout : null;
    }

    /// <summary>Where a field is, if it is here.</summary>
    public bool TryFind(FlowField field, out OvsKeyPart part)
    {
        foreach (ref readonly var candidate in Parts)
        {
            if (candidate.Field == field)
            {
                part = candidate;
                return true;
            }
        }
        part = default;
        return false;
    }

    /// <summary>Takes the fields of a key, or of a mask, out of the struct.</summary>
    /// <param name="value">At least <see cref="Bytes"/> long.</param>
    /// <param name="words">The key, or the mask as one.</param>
    public void Read(ReadOnlySpan<byte> value, ref FlowKey words)
    {
        foreach (ref readonly var part in Parts)
        {
            words.SetAny(part.Field, part.Get(value));
        }
    }

    /// <summary>Puts the fields of a key, or of a mask, into the struct.</summary>
    /// <param name="value">At least <see cref="Bytes"/> long.</param>
    /// <param name="words">The key, or the mask as one.</param>
    public void Write(Span<byte> value, in FlowKey words)
    {
        foreach (ref readonly var part in Parts)
        {
            part.Put(value, words.GetAny(part.Field));
        }
    }

    private static void Add(ushort type, int bytes, params OvsKeyPart[] parts) => s_byType[type] = new OvsKeyLayout(type, bytes, parts);
}
