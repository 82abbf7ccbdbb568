using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Which fields the packets of a key have, and how many of their bits can differ from zero.</summary>
/// <remarks>
/// Told by the key's ethertype, tags, IP protocol, fragment kind and ICMPv6 type, as in the kernel, whose netlink form of a key has an attribute
/// exactly for what is there. A field that is not there is zero in every key with the same values of those.
/// </remarks>
public static class FlowFieldUse
{
    /// <summary>The key's frame carries IPv4 or IPv6.</summary>
    public static bool IsIp(in FlowKey key) => key.EthType is EtherType.Ipv4 or EtherType.Ipv6;

    /// <summary>The key's frame carries ARP, or RARP, which the kernel treats alike.</summary>
    public static bool IsArp(in FlowKey key) => key.EthType is EtherType.Arp or EtherType.Rarp;

    /// <summary>The packet has ports.</summary>
    public static bool HasPorts(in FlowKey key) => HasTransport(key) && key.IpProto is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>The packet has TCP flags.</summary>
    public static bool HasTcpFlags(in FlowKey key) => HasTransport(key) && key.IpProto == IpProtocol.Tcp;

    /// <summary>The packet has an ICMP or ICMPv6 type and code.</summary>
    public static bool HasIcmp(in FlowKey key) =>
        HasTransport(key) && key.IpProto == (key.EthType == EtherType.Ipv4 ? IpProtocol.Icmp : IpProtocol.Icmpv6);

    /// <summary>The packet is a neighbor solicitation or advertisement.</summary>
    public static bool IsNeighbor(in FlowKey key) =>
        key.EthType == EtherType.Ipv6
        && HasIcmp(key)
        && key.TpSrc is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement
        && key.TpDst == 0;

    /// <summary>The low bits of a field that can differ from zero: 0 if the key's packets do not have it, else 8..128.</summary>
    public static int WidthOf(FlowField field, in FlowKey key) =>
        field switch
        {
            FlowField.VlanTci or FlowField.CvlanTpid => IfAny(key.Get(FlowField.VlanTpid) != 0, 16),
            FlowField.CvlanTci => IfAny(key.Get(FlowField.VlanTpid) != 0 && key.Get(FlowField.CvlanTpid) != 0, 16),
            FlowField.IpProto or FlowField.IpTos or FlowField.IpTtl or FlowField.IpFrag => IfAny(IsIp(key), 8),
            FlowField.Ipv6Label => IfAny(key.EthType == EtherType.Ipv6, 20),
            FlowField.NwSrc or FlowField.NwDst when key.EthType == EtherType.Ipv6 => 128,
            FlowField.NwSrc or FlowField.NwDst => IfAny(IsIp(key) || IsArp(key), 32),
            FlowField.TpSrc or FlowField.TpDst when HasIcmp(key) => 8,
            FlowField.TpSrc or FlowField.TpDst => IfAny(HasPorts(key), 16),
            FlowField.TcpFlags => IfAny(HasTcpFlags(key), 12),
            FlowField.ArpOp => IfAny(IsArp(key), 8),
            FlowField.ArpSha or FlowField.ArpTha => IfAny(IsArp(key) || IsNeighbor(key), 48),
            FlowField.NdTarget => IfAny(IsNeighbor(key), 128),
            FlowField.TunnelSrc or FlowField.TunnelDst => HasIpv6Tunnel(key) ? 128 : 32,
            _ => FlowFieldLayout.WidthOf(field),
        };

    /// <summary>The bits that <see cref="WidthOf"/> counts.</summary>
    public static UInt128 BitsOf(FlowField field, in FlowKey key)
    {
        var width = WidthOf(field, key);
        return width == 0 ? UInt128.Zero : UInt128.MaxValue >> (128 - width);
    }

    /// <summary>The packet came out of a tunnel over IPv6.</summary>
    internal static bool HasIpv6Tunnel(in FlowKey key) => ((TunnelFlags)key.Get(FlowField.TunnelFlags) & TunnelFlags.Ipv6) != 0;

    private static bool HasTransport(in FlowKey key) => IsIp(key) && key.IpFrag != FragmentKind.Later;

    private static int IfAny(bool isThere, int width) => isThere ? width : 0;
}
