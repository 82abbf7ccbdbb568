using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>One field within an attribute of the ovs-dpctl notation.</summary>
/// <param name="Name">Its name there, empty if it is the attribute's only one and stands without a name.</param>
/// <param name="Field">The field.</param>
/// <param name="Width">How many low bits of the field the attribute has: 8..128.</param>
/// <param name="Notation">How values are written.</param>
internal readonly record struct FlowPart(string Name, FlowField Field, int Width, FieldNotation Notation)
{
    /// <summary>The field's bits that the attribute has.</summary>
    public UInt128 Bits => UInt128.MaxValue >> (128 - Width);
}

/// <summary>An attribute of the ovs-dpctl notation, such as <c>ipv4(src=...,dst=...)</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Needs">What a key must be to have it, for error messages.</param>
/// <param name="IsOf">Tells whether a key has it.</param>
/// <param name="Parts">Its fields in the order of the notation.</param>
internal sealed record FlowAttribute(string Name, string Needs, Func<FlowKey, bool> IsOf, params FlowPart[] Parts)
{
    /// <summary>What surrounds the Ethernet frame.</summary>
    public static FlowAttribute[] Metadata { get; } =
    [
        new(
            "tunnel",
            "a tunnel",
            _ => true,
            new("tun_id", FlowField.TunnelId, 64, FieldNotation.Hex),
            new("src", FlowField.TunnelSrc, 32, FieldNotation.Ipv4),
            new("dst", FlowField.TunnelDst, 32, FieldNotation.Ipv4),
            new("ipv6_src", FlowField.TunnelSrc, 128, FieldNotation.Ipv6),
            new("ipv6_dst", FlowField.TunnelDst, 128, FieldNotation.Ipv6),
            new("tos", FlowField.TunnelTos, 8, FieldNotation.Hex),
            new("ttl", FlowField.TunnelTtl, 8, FieldNotation.Decimal),
            new("tp_src", FlowField.TunnelTpSrc, 16, FieldNotation.Decimal),
            new("tp_dst", FlowField.TunnelTpDst, 16, FieldNotation.Decimal),
            new("flags", FlowField.TunnelFlags, 16, FieldNotation.TunnelFlags)
        ),
        new("skb_mark", "", _ => true, new FlowPart("", FlowField.SkbMark, 32, FieldNotation.Hex)),
        new("in_port", "", _ => true, new FlowPart("", FlowField.InPort, 32, FieldNotation.Decimal)),
    ];

    /// <summary>The addresses of the Ethernet frame.</summary>
    public static FlowAttribute Link { get; } =
        new("eth", "", _ => true, new("src", FlowField.EthSrc, 48, FieldNotation.Mac), new("dst", FlowField.EthDst, 48, FieldNotation.Mac));

    /// <summary>The type behind all tags.</summary>
    public static FlowAttribute Type { get; } =
        new("eth_type", "", _ => true, new FlowPart("", FlowField.EthType, 16, FieldNotation.EtherType));

    /// <summary>What the Ethernet frame carries.</summary>
    public static FlowAttribute[] Payload { get; } =
    [
        new(
            "ipv4",
            "eth_type(0x0800)",
            k => k.EthType == EtherType.Ipv4,
            new("src", FlowField.NwSrc, 32, FieldNotation.Ipv4),
            new("dst", FlowField.NwDst, 32, FieldNotation.Ipv4),
            new("proto", FlowField.IpProto, 8, FieldNotation.Decimal),
            new("tos", FlowField.IpTos, 8, FieldNotation.Hex),
            new("ttl", FlowField.IpTtl, 8, FieldNotation.Decimal),
            new("frag", FlowField.IpFrag, 8, FieldNotation.Fragment)
        ),
        new(
            "ipv6",
            "eth_type(0x86dd)",
            k => k.EthType == EtherType.Ipv6,
            new("src", FlowField.NwSrc, 128, FieldNotation.Ipv6),
            new("dst", FlowField.NwDst, 128, FieldNotation.Ipv6),
            new("label", FlowField.Ipv6Label, 20, FieldNotation.Hex),
            new("proto", FlowField.IpProto, 8, FieldNotation.Decimal),
            new("tclass", FlowField.IpTos, 8, FieldNotation.Hex),
            new("hlimit", FlowField.IpTtl, 8, FieldNotation.Decimal),
            new("frag", FlowField.IpFrag, 8, FieldNotation.Fragment)
        ),
        new(
            "arp",
            "eth_type(0x0806) or eth_type(0x8035)",
            k => FlowFieldUse.IsArp(k),
            new("sip", FlowField.NwSrc, 32, FieldNotation.Ipv4),
            new("tip", FlowField.NwDst, 32, FieldNotation.Ipv4),
            new("op", FlowField.ArpOp, 8, FieldNotation.Decimal),
            new("sha", FlowField.ArpSha, 48, FieldNotation.Mac),
            new("tha", FlowField.ArpTha, 48, FieldNotation.Mac)
        ),
        Ports("tcp", "ipv4(proto=6) or ipv6(proto=6)", IpProtocol.Tcp),
        Ports("udp", "ipv4(proto=17) or ipv6(proto=17)", IpProtocol.Udp),
        Icmp("icmp", "ipv4(proto=1)", EtherType.Ipv4),
        Icmp("icmpv6", "ipv6(proto=58)", EtherType.Ipv6),
        new(
            "nd",
            "icmpv6(type=135,code=0) or icmpv6(type=136,code=0)",
            k => FlowFieldUse.IsNeighbor(k),
            new("target", FlowField.NdTarget, 128, FieldNotation.Ipv6),
            new("sll", FlowField.ArpSha, 48, FieldNotation.Mac),
            new("tll", FlowField.ArpTha, 48, FieldNotation.Mac)
        ),
        new(
            "tcp_flags",
            "ipv4(proto=6) or ipv6(proto=6)",
            k => FlowFieldUse.HasTcpFlags(k),
            new FlowPart("", FlowField.TcpFlags, 12, FieldNotation.TcpFlags)
        ),
    ];

    /// <summary>Finds an attribute by its name.</summary>
    public static FlowAttribute? Find(ReadOnlySpan<char> name)
    {
        foreach (var attribute in All)
        {
            if (name.SequenceEqual(attribute.Name))
                return attribute;
        }
        return null;
    }

    /// <summary>Every attribute but those of tags, which nest.</summary>
    public static IEnumerable<FlowAttribute> All { get; } = [.. Metadata, Link, Type, .. Payload];

    /// <summary>Finds one of the parts by its name.</summary>
    public FlowPart? FindPart(ReadOnlySpan<char> name)
    {
        foreach (var part in Parts)
        {
            if (name.SequenceEqual(part.Name))
                return part;
        }
        return null;
    }

    private static FlowAttribute Ports(string name, string needs, byte protocol) =>
        new(
            name,
            needs,
            k => FlowFieldUse.HasPorts(k) && k.IpProto == protocol,
            new("src", FlowField.TpSrc, 16, FieldNotation.Decimal),
            new("dst", FlowField.TpDst, 16, FieldNotation.Decimal)
        );

    private static FlowAttribute Icmp(string name, string needs, ushort etherType) =>
        new(
            name,
            needs,
            k => k.EthType == etherType && FlowFieldUse.HasIcmp(k),
            new("type", FlowField.TpSrc, 8, FieldNotation.Decimal),
            new("code", FlowField.TpDst, 8, FieldNotation.Decimal)
        );
}
