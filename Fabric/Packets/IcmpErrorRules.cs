using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Whether a packet may be answered by an ICMP or ICMPv6 error.</summary>
/// <remarks>
/// RFC 1122, section 3.2.2; RFC 1812, section 4.3.2.7; RFC 4443, section 2.4 (e). Without these rules two routers could
/// answer each other's errors for ever, and one packet to a group draw an answer from each member. How many errors may
/// be sent in a time is another question.
/// </remarks>
public static class IcmpErrorRules
{
    /// <summary>An error about this packet may be sent to its source.</summary>
    /// <param name="frame">The offending frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="isBroadcast">The destination is the broadcast address of a subnet, which only a router knows.</param>
    /// <param name="isAboutGroup">
    /// The error is one that IPv6 allows about packets to a group: packet too big, or parameter problem with code 2
    /// (RFC 4443, section 2.4 (e.3)).
    /// </param>
    public static bool MayAnswer(ReadOnlySpan<byte> frame, in PacketLayout layout, bool isBroadcast, bool isAboutGroup = false)
    {
        if (layout.Fragment == FragmentPart.Later)
            return false;
        return layout.Network switch
        {
            NetworkKind.Ipv4 => !isBroadcast && MayAnswerV4(frame, layout),
            NetworkKind.Ipv6 => MayAnswerV6(frame, layout, isAboutGroup),
            NetworkKind.Arp or NetworkKind.None => false,
        };
    }

    private static bool MayAnswerV4(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        var packet = frame[layout.NetworkOffset..];
        var destination = NetworkOrder.V4(packet, Ipv4.DestinationAt);
        if (NetworkOrder.Mac(frame, Ethernet.DestinationAt).IsMulticast)
            return false;
        if (destination.IsMulticast || destination == Ipv4Address.Broadcast)
            return false;
        return IsOneHost(NetworkOrder.V4(packet, Ipv4.SourceAt)) && !IsIcmpError(frame, layout);
    }

    // RFC 1122, section 3.2.2: a source that does not define a single host: zero, loopback, broadcast, multicast, class E.
    private static bool IsOneHost(Ipv4Address source) => source.Bits >> 24 != 0 && !source.IsLoopback && source.Bits >> 28 < 0xe;

    // A message too short to tell its type might be one.
    private static bool IsIcmpError(ReadOnlySpan<byte> frame, in PacketLayout layout) =>
        layout.Protocol == IpProtocol.Icmp && (layout.Transport != TransportKind.Icmp || IcmpType.IsError(frame[layout.TransportOffset]));

    private static bool MayAnswerV6(ReadOnlySpan<byte> frame, in PacketLayout layout, bool isAboutGroup)
    {
        var packet = frame[layout.NetworkOffset..];
        var source = NetworkOrder.V6(packet, Ipv6.SourceAt);
        var isToGroup =
            NetworkOrder.V6(packet, Ipv6.DestinationAt).IsMulticast || NetworkOrder.Mac(frame, Ethernet.DestinationAt).IsMulticast;
        if (isToGroup && !isAboutGroup)
            return false;
        var isLoopback = source.Bits == UInt128.One;
        return !source.IsUnspecified && !source.IsMulticast && !isLoopback && !IsIcmpv6Error(frame, layout);
    }

    private static bool IsIcmpv6Error(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        if (layout.Transport == TransportKind.Icmpv6)
        {
            var type = frame[layout.TransportOffset];
            return Icmpv6Type.IsError(type) || type == Icmpv6Type.Redirect;
        }
        // A message too short to tell its type might be one.
        return layout.Protocol == IpProtocol.Icmpv6;
    }
}
