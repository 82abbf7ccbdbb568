using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>A name that the packet notation gives to a field or to some bits of one.</summary>
/// <param name="Names">The name it is written by, then others that are read as well.</param>
/// <param name="Field">The field.</param>
/// <param name="Shift">How far its lowest bit lies from the field's.</param>
/// <param name="Width">How many bits.</param>
/// <param name="Notation">How values are written.</param>
/// <param name="Needs">Which words make a packet that has it, for error messages.</param>
/// <param name="IsOf">Tells whether a packet has it.</param>
internal sealed record PacketWord(
    string[] Names,
    FlowField Field,
    int Shift,
    int Width,
    FieldNotation Notation,
    string Needs,
    Func<FlowKey, bool> IsOf
)
{
    private const string NeedsIp = "ip, ipv6, or a protocol over them";
    private const string NeedsV4 = "ip, tcp, udp, icmp or arp";
    private const string NeedsV6 = "ipv6, tcp6, udp6 or icmp6";
    private const string NeedsTag = "dl_vlan";

    /// <summary>The differentiated services code point in its byte (RFC 2474, section 3).</summary>
    private const byte DscpBits = 0xfc;

    /// <summary>Every name, in the order of writing.</summary>
    public static PacketWord[] All { get; } =
    [
        Any(["dl_src", "eth_src"], FlowField.EthSrc, 48, FieldNotation.Mac),
        Any(["dl_dst", "eth_dst"], FlowField.EthDst, 48, FieldNotation.Mac),
        Any(["dl_type", "eth_type"], FlowField.EthType, 16, FieldNotation.EtherType),
        Tag(["dl_vlan", "vlan_vid"], FlowField.VlanTci, 0, TciParts.IdWidth),
        Tag(["dl_vlan_pcp", "vlan_pcp"], FlowField.VlanTci, TciParts.PriorityShift, TciParts.PriorityWidth),
        Tag(["vlan_dei"], FlowField.VlanTci, TciParts.DropEligibleShift, 1),
        Any(["vlan_tpid"], FlowField.VlanTpid, 16, FieldNotation.EtherType),
        Tag(["cvlan_vid"], FlowField.CvlanTci, 0, TciParts.IdWidth),
        Tag(["cvlan_pcp"], FlowField.CvlanTci, TciParts.PriorityShift, TciParts.PriorityWidth),
        Tag(["cvlan_dei"], FlowField.CvlanTci, TciParts.DropEligibleShift, 1),
        new(["cvlan_tpid"], FlowField.CvlanTpid, 0, 16, FieldNotation.EtherType, NeedsTag, HasTag),
        Arp("arp_op", FlowField.ArpOp, 8, FieldNotation.Decimal),
        Arp("arp_spa", FlowField.NwSrc, 32, FieldNotation.Ipv4),
        Arp("arp_tpa", FlowField.NwDst, 32, FieldNotation.Ipv4),
        Arp("arp_sha", FlowField.ArpSha, 48, FieldNotation.Mac),
        Arp("arp_tha", FlowField.ArpTha, 48, FieldNotation.Mac),
        V4(["nw_src", "ip_src"], FlowField.NwSrc),
        V4(["nw_dst", "ip_dst"], FlowField.NwDst),
        V6(["ipv6_src"], FlowField.NwSrc, 128, FieldNotation.Ipv6),
        V6(["ipv6_dst"], FlowField.NwDst, 128, FieldNotation.Ipv6),
        V6(["ipv6_label"], FlowField.Ipv6Label, 20, FieldNotation.Hex),
        Ip(["nw_proto", "ip_proto"], FlowField.IpProto, 0, 8, FieldNotation.Decimal),
        Ip(["nw_tos"], FlowField.IpTos, 0, 8, FieldNotation.Decimal),
        Ip(["ip_dscp"], FlowField.IpTos, 2, 6, FieldNotation.Decimal),
        Ip(["nw_ecn", "ip_ecn"], FlowField.IpTos, 0, 2, FieldNotation.Decimal),
        Ip(["nw_ttl", "ip_ttl", "ipv6_hlimit"], FlowField.IpTtl, 0, 8, FieldNotation.Decimal),
        Ip(["nw_frag", "ip_frag"], FlowField.IpFrag, 0, 8, FieldNotation.Fragment),
        Ports(["tp_src"], FlowField.TpSrc, 0),
        Ports(["tp_dst"], FlowField.TpDst, 0),
        Ports(["tcp_src"], FlowField.TpSrc, IpProtocol.Tcp),
        Ports(["tcp_dst"], FlowField.TpDst, IpProtocol.Tcp),
        Ports(["udp_src"], FlowField.TpSrc, IpProtocol.Udp),
        Ports(["udp_dst"], FlowField.TpDst, IpProtocol.Udp),
        new(
            ["tcp_flags"],
            FlowField.TcpFlags,
            0,
            12,
            FieldNotation.TcpFlags,
            "tcp or tcp6, not a later fragment",
            k => FlowFieldUse.HasTcpFlags(k)
        ),
        Icmp("icmp_type", FlowField.TpSrc, EtherType.Ipv4),
        Icmp("icmp_code", FlowField.TpDst, EtherType.Ipv4),
        Icmp("icmpv6_type", FlowField.TpSrc, EtherType.Ipv6),
        Icmp("icmpv6_code", FlowField.TpDst, EtherType.Ipv6),
        Neighbor("nd_target", FlowField.NdTarget, 128, FieldNotation.Ipv6),
        Neighbor("nd_sll", FlowField.ArpSha, 48, FieldNotation.Mac),
        Neighbor("nd_tll", FlowField.ArpTha, 48, FieldNotation.Mac),
    ];

    /// <summary>Words that stand alone and tell the ethertype and perhaps the protocol; the first of its kind is written.</summary>
    public static (string Name, ushort EthType, byte? Protocol)[] Kinds { get; } =
    [
        ("tcp", EtherType.Ipv4, IpProtocol.Tcp),
        ("udp", EtherType.Ipv4, IpProtocol.Udp),
        ("icmp", EtherType.Ipv4, IpProtocol.Icmp),
        ("tcp6", EtherType.Ipv6, IpProtocol.Tcp),
        ("udp6", EtherType.Ipv6, IpProtocol.Udp),
        ("icmp6", EtherType.Ipv6, IpProtocol.Icmpv6),
        ("icmpv6", EtherType.Ipv6, IpProtocol.Icmpv6),
        ("ip", EtherType.Ipv4, null),
        ("ipv4", EtherType.Ipv4, null),
        ("ipv6", EtherType.Ipv6, null),
        ("ip6", EtherType.Ipv6, null),
        ("arp", EtherType.Arp, null),
        ("rarp", EtherType.Rarp, null),
    ];

    /// <summary>The name it is written by.</summary>
    public string Name => Names[0];

    /// <summary>The field's bits that it names; those of nw_tos are the upper six, though its value is that of the whole byte.</summary>
    public UInt128 Bits => Field == FlowField.IpTos && Width == 8 ? DscpBits : (UInt128.MaxValue >> (128 - Width)) << Shift;

    /// <summary>Finds what a name stands for.</summary>
    public static PacketWord? Find(ReadOnlySpan<char> name)
    {
        foreach (var word in All)
        {
            foreach (var known in word.Names)
            {
                if (name.SequenceEqual(known))
                    return word;
            }
        }
        return null;
    }

    private static bool HasTag(FlowKey key) => key.Get(FlowField.VlanTpid) != 0;

    private static PacketWord Any(string[] names, FlowField field, int width, FieldNotation notation) =>
        new(names, field, 0, width, notation, "", _ => true);

    private static PacketWord Tag(string[] names, FlowField field, int shift, int width) =>
        new(names, field, shift, width, FieldNotation.Decimal, NeedsTag, HasTag);

    private static PacketWord Ip(string[] names, FlowField field, int shift, int width, FieldNotation notation) =>
        new(names, field, shift, width, notation, NeedsIp, k => FlowFieldUse.IsIp(k));

    private static PacketWord V4(string[] names, FlowField field) =>
        new(names, field, 0, 32, FieldNotation.Ipv4, NeedsV4, k => k.EthType == EtherType.Ipv4 || FlowFieldUse.IsArp(k));

    private static PacketWord V6(string[] names, FlowField field, int width, FieldNotation notation) =>
        new(names, field, 0, width, notation, NeedsV6, k => k.EthType == EtherType.Ipv6);

    /// <summary>A port of a protocol; of either, and of ICMP as its type and code, if the protocol is 0.</summary>
    private static PacketWord Ports(string[] names, FlowField field, byte protocol)
    {
        var needs = protocol switch
        {
            IpProtocol.Tcp => "tcp or tcp6, not a later fragment",
            IpProtocol.Udp => "udp or udp6, not a later fragment",
            _ => "tcp, udp, tcp6 or udp6, not a later fragment",
        };
        return new(
            names,
            field,
            0,
            16,
            FieldNotation.Decimal,
            needs,
            k => FlowFieldUse.HasPorts(k) && (protocol == 0 || k.IpProto == protocol)
        );
    }

    private static PacketWord Icmp(string name, FlowField field, ushort etherType)
    {
        var needs = etherType == EtherType.Ipv4 ? "icmp, not a later fragment" : "icmp6, not a later fragment";
        return new([name], field, 0, 8, FieldNotation.Decimal, needs, k => k.EthType == etherType && FlowFieldUse.HasIcmp(k));
    }

    private static PacketWord Arp(string name, FlowField field, int width, FieldNotation notation) =>
        new([name], field, 0, width, notation, "arp or rarp", k => FlowFieldUse.IsArp(k));

    private static PacketWord Neighbor(string name, FlowField field, int width, FieldNotation notation) =>
        new([name], field, 0, width, notation, "icmp6 with icmpv6_type 135 or 136 and icmpv6_code 0", k => FlowFieldUse.IsNeighbor(k));
}
