using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>What a packet described by text holds where the text tells nothing and zero would make no packet.</summary>
public static class PacketDefaults
{
    /// <summary>The sending station: a local address (IEEE 802, U/L bit).</summary>
    public static MacAddress Source { get; } = new(0x0200_0000_0001);

    /// <summary>The receiving station, unless the network address is a group.</summary>
    public static MacAddress Destination { get; } = new(0x0200_0000_0002);

    /// <summary>
    /// Fills in: a time to live of 64, 255 for neighbor discovery (RFC 4861, section 7.1); stations; echo request for an ICMP message without type;
    /// request for ARP without operation; the sending station as the ARP sender's; nothing behind an IPv6 header (RFC 8200, section 4.7),
    /// nor a protocol behind the Ethernet header (802.2).
    /// </summary>
    /// <param name="key">The packet.</param>
    /// <param name="told">What the text tells.</param>
    public static void FillIn(ref FlowKey key, in FlowMask told)
    {
        if (told.IsWildcard(FlowField.EthType))
            key.EthType = EtherType.Llc;
        if (told.IsWildcard(FlowField.EthSrc))
            key.EthSrc = Source;
        if (key.EthType == EtherType.Ipv6 && told.IsWildcard(FlowField.IpProto))
            key.IpProto = IpProtocol.None;
        // What follows the fragment header of a later fragment is not looked at.
        if (key is { EthType: EtherType.Ipv6, IpFrag: FragmentKind.Later })
            key.IpProto = IpProtocol.Fragment;
        if (FlowFieldUse.HasIcmp(key) && told.IsWildcard(FlowField.TpSrc))
            key.TpSrc = key.EthType == EtherType.Ipv4 ? IcmpType.EchoRequest : Icmpv6Type.EchoRequest;
        if (FlowFieldUse.IsIp(key) && told.IsWildcard(FlowField.IpTtl))
            key.IpTtl = FlowFieldUse.IsNeighbor(key) ? NeighborDiscovery.HopLimit : Ipv4.DefaultTtl;
        if (FlowFieldUse.IsArp(key))
            FillInArp(ref key, told);
        if (told.IsWildcard(FlowField.EthDst))
            key.EthDst = StationOf(key);
    }

    private static void FillInArp(ref FlowKey key, in FlowMask told)
    {
        if (told.IsWildcard(FlowField.ArpOp))
            key.Set(FlowField.ArpOp, Arp.Request);
        if (told.IsWildcard(FlowField.ArpSha))
            key.Set(FlowField.ArpSha, key.EthSrc.Bits);
    }

    /// <summary>The station that a packet is sent to on a link without routers.</summary>
    private static MacAddress StationOf(in FlowKey key)
    {
        if (FlowFieldUse.IsArp(key))
            return key.Get(FlowField.ArpOp) == Arp.Request ? MacAddress.Broadcast : Destination;
        if (key.EthType == EtherType.Ipv6 && key.NwDst.AsV6.IsMulticast)
            return key.NwDst.AsV6.MulticastMac;
        if (key.EthType != EtherType.Ipv4)
            return Destination;
        var address = key.NwDst.AsV4;
        if (address == Ipv4Address.Broadcast)
            return MacAddress.Broadcast;
        // RFC 1112, section 6.4: the low 23 bits behind 01-00-5E.
        return address.IsMulticast ? new MacAddress(0x0100_5e00_0000UL | address.Bits & 0x7f_ffff) : Destination;
    }
}
