using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketBuilder
{
    // RFC 1812, section 4.3.2.5: the type of service of the packet in error, but with the precedence of network control.
    private const byte ServiceBits = 0x1e;
    private const byte InternetControl = 0xc0;

    /// <summary>An ICMP error about a packet (RFC 792, Message Formats; RFC 1812, section 4.3.2.3), which it quotes as far as 576 bytes go.</summary>
    /// <remarks>Ask <see cref="IcmpErrorRules"/> first.</remarks>
    /// <param name="frame">Room for the frame: <see cref="MaxLength"/> is enough.</param>
    /// <param name="offending">The frame with the packet in error, as it was received.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="sourceMac">The station that answers.</param>
    /// <param name="destinationMac">The next hop of the answer.</param>
    /// <param name="source">Who answers (RFC 1812, section 4.3.2.4).</param>
    /// <param name="header">Type, code, and what goes with them.</param>
    /// <returns>Bytes of the frame; 0 if the packet in error is not IPv4.</returns>
    public static int IcmpError(
        Span<byte> frame,
        ReadOnlySpan<byte> offending,
        in PacketLayout layout,
        MacAddress sourceMac,
        MacAddress destinationMac,
        Ipv4Address source,
        IcmpHeader header
    )
    {
        if (layout.Network != NetworkKind.Ipv4)
            return 0;
        const int MaxQuote = Packets.Icmp.MaxErrorPacketLength - Ipv4.MinHeaderLength - IcmpHeader.Length;
        var packet = offending[layout.NetworkOffset..layout.NetworkEnd];
        var quote = packet[..Math.Min(packet.Length, MaxQuote)];
        var addresses = new PacketAddresses(sourceMac, destinationMac, source, NetworkOrder.V4(packet, Ipv4.SourceAt));
        var length = Icmp(frame, addresses, header, quote);
        var tos = (byte)(packet[Ipv4.TosAt] & ServiceBits | InternetControl);
        Ipv4.SetTos(frame[EthernetHeader.Length..], tos);
        return length;
    }

    /// <summary>An ICMPv6 error about a packet (RFC 4443, section 2.4 (c)), which it quotes as far as 1280 bytes go.</summary>
    /// <inheritdoc cref="IcmpError"/>
    /// <returns>Bytes of the frame; 0 if the packet in error is not IPv6.</returns>
    public static int Icmpv6Error(
        Span<byte> frame,
        ReadOnlySpan<byte> offending,
        in PacketLayout layout,
        MacAddress sourceMac,
        MacAddress destinationMac,
        Ipv6Address source,
        Icmpv6Header header
    )
    {
        if (layout.Network != NetworkKind.Ipv6)
            return 0;
        const int MaxQuote = Packets.Icmpv6.MaxErrorPacketLength - Ipv6Header.Length - Icmpv6Header.Length;
        var packet = offending[layout.NetworkOffset..layout.NetworkEnd];
        var quote = packet[..Math.Min(packet.Length, MaxQuote)];
        var addresses = new PacketAddresses(sourceMac, destinationMac, source, NetworkOrder.V6(packet, Ipv6.SourceAt));
        return Icmpv6(frame, addresses, header, quote);
    }

    /// <summary>The reply to an echo request of either version (RFC 1122, section 3.2.2.6; RFC 4443, section 4.2).</summary>
    /// <param name="frame">Room for the frame: the request's length is enough.</param>
    /// <param name="request">The frame with the request.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="sourceMac">The station that answers.</param>
    /// <param name="destinationMac">The next hop of the answer.</param>
    /// <param name="source">Who answers: the request's destination, unless this is a group.</param>
    /// <returns>Bytes of the frame; 0 if it is no whole echo request, or a damaged one.</returns>
    public static int EchoReply(
        Span<byte> frame,
        ReadOnlySpan<byte> request,
        in PacketLayout layout,
        MacAddress sourceMac,
        MacAddress destinationMac,
        IpAddress source
    )
    {
        if (layout.Fragment != FragmentPart.Whole || !TransportChecksum.Holds(request, layout))
            return 0;
        var packet = request[layout.NetworkOffset..];
        var message = request.Slice(layout.TransportOffset, layout.TransportLength);
        if (layout.Transport == TransportKind.Icmp && IcmpView.TryParse(message, out var v4))
        {
            if (v4.Type != IcmpType.EchoRequest || v4.Code != 0)
                return 0;
            var addresses = new PacketAddresses(sourceMac, destinationMac, source, NetworkOrder.V4(packet, Ipv4.SourceAt));
            var length = Icmp(frame, addresses, new IcmpHeader(IcmpType.EchoReply, 0, v4.Rest), v4.Payload);
            Ipv4.SetTos(frame[EthernetHeader.Length..], packet[Ipv4.TosAt]);
            return length;
        }
        if (layout.Transport == TransportKind.Icmpv6 && Icmpv6View.TryParse(message, out var v6))
        {
            if (v6.Type != Icmpv6Type.EchoRequest || v6.Code != 0)
                return 0;
            var addresses = new PacketAddresses(sourceMac, destinationMac, source, NetworkOrder.V6(packet, Ipv6.SourceAt));
            return Icmpv6(frame, addresses, new Icmpv6Header(Icmpv6Type.EchoReply, 0, v6.Rest), v6.Payload);
        }
        return 0;
    }
}
