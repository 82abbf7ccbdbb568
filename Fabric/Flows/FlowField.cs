namespace Fabric.Flows;

/// <summary>A field of a flow key: what the Open vSwitch kernel module matches on for the protocols known here.</summary>
/// <remarks>
/// Values are in host order. Fields that protocols share as they do in the kernel's and ovs-vswitchd's keys:
/// <see cref="NwSrc"/> and <see cref="NwDst"/> hold IPv4, ARP (sender, target) or IPv6 addresses by <see cref="EthType"/>, IPv4 in the low 32 bits;
/// <see cref="TpSrc"/> and <see cref="TpDst"/> hold ports, or ICMP type and code; <see cref="ArpSha"/> and <see cref="ArpTha"/> hold
/// the ND source and target link-layer options for ICMPv6. A field that the packet lacks is zero.
/// </remarks>
public enum FlowField : byte
{
    /// <summary>Datapath port the packet came in by, 32 bits.</summary>
    InPort,

    /// <summary>The kernel's packet mark, 32 bits.</summary>
    SkbMark,

    /// <summary>Tunnel key, 64 bits; 24 are used by VXLAN and Geneve.</summary>
    TunnelId,

    /// <summary>Outer source address, 128 bits, IPv4 in the low 32.</summary>
    TunnelSrc,

    /// <summary>Outer destination address, 128 bits, IPv4 in the low 32.</summary>
    TunnelDst,

    /// <summary>Outer type of service, 8 bits.</summary>
    TunnelTos,

    /// <summary>Outer time to live, 8 bits.</summary>
    TunnelTtl,

    /// <summary>Bits of <see cref="TunnelFlags"/>, 16 bits.</summary>
    TunnelFlags,

    /// <summary>Outer UDP source port, 16 bits.</summary>
    TunnelTpSrc,

    /// <summary>Outer UDP destination port, 16 bits.</summary>
    TunnelTpDst,

    /// <summary>Ethernet source, 48 bits.</summary>
    EthSrc,

    /// <summary>Ethertype behind all VLAN tags, 16 bits; 0x0004 for a frame that carries a length instead (802.2).</summary>
    EthType,

    /// <summary>Ethernet destination, 48 bits.</summary>
    EthDst,

    /// <summary>IP protocol or last IPv6 next header, 8 bits.</summary>
    IpProto,

    /// <summary>IPv4 type of service or IPv6 traffic class, 8 bits: DSCP and ECN.</summary>
    IpTos,

    /// <summary>Protocol identifier of the outer VLAN tag, 16 bits: 0x8100, 0x88a8, or 0 without a tag.</summary>
    VlanTpid,

    /// <summary>Control information of the outer VLAN tag, 16 bits: priority 3, drop eligible 1, identifier 12.</summary>
    VlanTci,

    /// <summary>Protocol identifier of the second VLAN tag, 16 bits, or 0.</summary>
    CvlanTpid,

    /// <summary>Control information of the second VLAN tag, 16 bits.</summary>
    CvlanTci,

    /// <summary>TCP or UDP source port, or ICMP or ICMPv6 type, 16 bits.</summary>
    TpSrc,

    /// <summary>TCP or UDP destination port, or ICMP or ICMPv6 code, 16 bits.</summary>
    TpDst,

    /// <summary>TCP flags with the data offset cleared, 16 bits of which 12 are used.</summary>
    TcpFlags,

    /// <summary>IPv4 time to live or IPv6 hop limit, 8 bits.</summary>
    IpTtl,

    /// <summary>A value of <see cref="FragmentKind"/>, 8 bits.</summary>
    IpFrag,

    /// <summary>IPv4 or IPv6 source, or ARP sender address, 128 bits.</summary>
    NwSrc,

    /// <summary>IPv4 or IPv6 destination, or ARP target address, 128 bits.</summary>
    NwDst,

    /// <summary>IPv6 flow label, 20 bits in 32.</summary>
    Ipv6Label,

    /// <summary>ARP operation, 16 bits; 0 if above 255 as in the kernel.</summary>
    ArpOp,

    /// <summary>ND target address, 128 bits.</summary>
    NdTarget,

    /// <summary>ARP sender hardware address, or ND source link-layer option, 48 bits.</summary>
    ArpSha,

    /// <summary>ARP target hardware address, or ND target link-layer option, 48 bits.</summary>
    ArpTha,
}
