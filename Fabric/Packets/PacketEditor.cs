using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Changes header fields of a frame in place and keeps every checksum that covers them right (RFC 1624).</summary>
/// <remarks>
/// A frame that lacks the field stays as it is. The layout is the frame's own. A checksum that was wrong stays wrong, so
/// that its receiver still finds out. The rules for one that is absent, unfinished or elsewhere stand at
/// <c>UpdateTransport</c>.
/// </remarks>
public static partial class PacketEditor
{
    /// <summary>Overwrites the IPv4 or ARP sender, by what the frame has.</summary>
    public static void SetSource(Span<byte> frame, in PacketLayout layout, Ipv4Address value) =>
        SetAddress(frame, layout, Ipv4.SourceAt, Arp.SenderIpAt, value);

    /// <summary>Overwrites the IPv4 or ARP receiver, by what the frame has.</summary>
    public static void SetDestination(Span<byte> frame, in PacketLayout layout, Ipv4Address value) =>
        SetAddress(frame, layout, Ipv4.DestinationAt, Arp.TargetIpAt, value);

    /// <summary>Overwrites the IPv6 source.</summary>
    public static void SetSource(Span<byte> frame, in PacketLayout layout, Ipv6Address value) =>
        SetAddress(frame, layout, Ipv6.SourceAt, isCovered: true, value);

    /// <summary>Overwrites the IPv6 destination.</summary>
    public static void SetDestination(Span<byte> frame, in PacketLayout layout, Ipv6Address value) =>
        SetAddress(frame, layout, Ipv6.DestinationAt, isCovered: !layout.HasSegmentsLeft, value);

    /// <summary>Overwrites the time to live or hop limit.</summary>
    public static void SetTtl(Span<byte> frame, in PacketLayout layout, byte value)
    {
        if (layout.Network == NetworkKind.Ipv4)
            Ipv4.SetTtl(frame[layout.NetworkOffset..], value);
        else if (layout.Network == NetworkKind.Ipv6)
            Ipv6.SetHopLimit(frame[layout.NetworkOffset..], value);
    }

    /// <summary>Overwrites the type of service or traffic class.</summary>
    public static void SetTos(Span<byte> frame, in PacketLayout layout, byte value)
    {
        if (layout.Network == NetworkKind.Ipv4)
            Ipv4.SetTos(frame[layout.NetworkOffset..], value);
        else if (layout.Network == NetworkKind.Ipv6)
            Ipv6.SetTrafficClass(frame[layout.NetworkOffset..], value);
    }

    /// <summary>Overwrites the IPv6 flow label.</summary>
    public static void SetFlowLabel(Span<byte> frame, in PacketLayout layout, uint value)
    {
        if (layout.Network == NetworkKind.Ipv6)
            Ipv6.SetFlowLabel(frame[layout.NetworkOffset..], value);
    }

    /// <summary>Overwrites the source port of TCP or UDP.</summary>
    public static void SetSourcePort(Span<byte> frame, in PacketLayout layout, ushort value) =>
        SetPort(frame, layout, Tcp.SourcePortAt, value);

    /// <summary>Overwrites the destination port of TCP or UDP.</summary>
    public static void SetDestinationPort(Span<byte> frame, in PacketLayout layout, ushort value) =>
        SetPort(frame, layout, Tcp.DestinationPortAt, value);

    /// <summary>Overwrites the operation of an ARP packet.</summary>
    public static void SetArpOperation(Span<byte> frame, in PacketLayout layout, ushort value)
    {
        if (layout.Network == NetworkKind.Arp)
            NetworkOrder.Put(frame, layout.NetworkOffset + Arp.OperationAt, value);
    }

    /// <summary>Overwrites the sender's station of an ARP packet.</summary>
    public static void SetArpSender(Span<byte> frame, in PacketLayout layout, MacAddress value)
    {
        if (layout.Network == NetworkKind.Arp)
            NetworkOrder.Put(frame, layout.NetworkOffset + Arp.SenderMacAt, value);
    }

    /// <summary>Overwrites the target's station of an ARP packet.</summary>
    public static void SetArpTarget(Span<byte> frame, in PacketLayout layout, MacAddress value)
    {
        if (layout.Network == NetworkKind.Arp)
            NetworkOrder.Put(frame, layout.NetworkOffset + Arp.TargetMacAt, value);
    }

    private static void SetAddress(Span<byte> frame, in PacketLayout layout, int ipAt, int arpAt, Ipv4Address value)
    {
        if (layout.Network == NetworkKind.Arp)
            NetworkOrder.Put(frame, layout.NetworkOffset + arpAt, value);
        if (layout.Network != NetworkKind.Ipv4)
            return;
        var packet = frame[layout.NetworkOffset..];
        var old = Checksum.Fold64(NetworkOrder.U32(packet, ipAt));
        Ipv4.SetAddress(packet, ipAt, value);
        // The checksum of ICMP has no pseudo header (RFC 792, Message Formats).
        if (layout.Transport != TransportKind.Icmp)
            UpdateTransport(frame, layout, old, Checksum.Fold64(value.Bits), isPseudoHeader: true);
    }

    private static void SetAddress(Span<byte> frame, in PacketLayout layout, int at, bool isCovered, Ipv6Address value)
    {
        if (layout.Network != NetworkKind.Ipv6)
            return;
        var packet = frame[layout.NetworkOffset..];
        var old = NetworkOrder.V6(packet, at);
        NetworkOrder.Put(packet, at, value);
        if (isCovered)
            UpdateTransport(frame, layout, Checksum.Words(old.Bits), Checksum.Words(value.Bits), isPseudoHeader: true);
    }

    private static void SetPort(Span<byte> frame, in PacketLayout layout, int at, ushort value)
    {
        if (layout.Transport is not (TransportKind.Tcp or TransportKind.Udp))
            return;
        at += layout.TransportOffset;
        var old = NetworkOrder.U16(frame, at);
        NetworkOrder.Put(frame, at, value);
        UpdateTransport(frame, layout, old, value, isPseudoHeader: false);
    }
}
