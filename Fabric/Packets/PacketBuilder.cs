using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Makes whole untagged frames in a caller's bytes.</summary>
/// <remarks>
/// Each method returns the bytes it filled, from the start; the rest stays as it was. Frames are not padded to the
/// least length of Ethernet, which is the link's business. <see cref="Vlan.Push"/> adds a tag. Too little room throws,
/// which is our bug: <see cref="MaxLength"/> is enough for all but those that carry a payload of the caller's.
/// </remarks>
public static partial class PacketBuilder
{
    /// <summary>The most bytes of a frame made here; an ICMPv6 error is the longest.</summary>
    /// <remarks>Echo replies are as long as their requests, which may be more.</remarks>
    public const int MaxLength = Ethernet.HeaderLength + Ipv6.MinMtu;

    /// <summary>A UDP datagram over either version of IP.</summary>
    public static int Udp(
        Span<byte> frame,
        PacketAddresses addresses,
        ushort sourcePort,
        ushort destinationPort,
        ReadOnlySpan<byte> payload,
        byte ttl = Ipv4.DefaultTtl
    )
    {
        var start = Ip(frame, addresses, IpProtocol.Udp, UdpHeader.Length + payload.Length, ttl);
        var datagram = frame.Slice(start, UdpHeader.Length + payload.Length);
        payload.CopyTo(datagram[UdpHeader.Length..]);
        new UdpHeader(sourcePort, destinationPort, payload.Length).Write(datagram, addresses.Source, addresses.Destination);
        return start + datagram.Length;
    }

    /// <summary>A TCP segment over either version of IP.</summary>
    public static int Tcp(
        Span<byte> frame,
        PacketAddresses addresses,
        TcpHeader header,
        ReadOnlySpan<byte> payload,
        byte ttl = Ipv4.DefaultTtl
    )
    {
        var start = Ip(frame, addresses, IpProtocol.Tcp, header.Length + payload.Length, ttl);
        var segment = frame.Slice(start, header.Length + payload.Length);
        payload.CopyTo(segment[header.Length..]);
        header.Write(segment, addresses.Source, addresses.Destination);
        return start + segment.Length;
    }

    /// <summary>An ICMP message over IPv4.</summary>
    public static int Icmp(
        Span<byte> frame,
        PacketAddresses addresses,
        IcmpHeader header,
        ReadOnlySpan<byte> payload,
        byte ttl = Ipv4.DefaultTtl
    )
    {
        var start = Ip(frame, addresses, IpProtocol.Icmp, IcmpHeader.Length + payload.Length, ttl);
        var message = frame.Slice(start, IcmpHeader.Length + payload.Length);
        payload.CopyTo(message[IcmpHeader.Length..]);
        header.Write(message);
        return start + message.Length;
    }

    /// <summary>An ICMPv6 message over IPv6.</summary>
    public static int Icmpv6(
        Span<byte> frame,
        PacketAddresses addresses,
        Icmpv6Header header,
        ReadOnlySpan<byte> payload,
        byte hopLimit = Ipv6.DefaultHopLimit
    )
    {
        var start = Ip(frame, addresses, IpProtocol.Icmpv6, Icmpv6Header.Length + payload.Length, hopLimit);
        var message = frame.Slice(start, Icmpv6Header.Length + payload.Length);
        payload.CopyTo(message[Icmpv6Header.Length..]);
        header.Write(message, addresses.Source.AsV6, addresses.Destination.AsV6);
        return start + message.Length;
    }

    /// <summary>Ethernet and IP headers of the addresses' version.</summary>
    /// <returns>Where the payload starts.</returns>
    public static int Ip(Span<byte> frame, PacketAddresses addresses, byte protocol, int payloadLength, byte ttl)
    {
        Debug.Assert(addresses.Source.Family == addresses.Destination.Family, "addresses of two versions");
        var isV4 = addresses.Source.Family == IpFamily.V4;
        var type = isV4 ? EtherType.Ipv4 : EtherType.Ipv6;
        new EthernetHeader(addresses.DestinationMac, addresses.SourceMac, type).Write(frame);
        var packet = frame[EthernetHeader.Length..];
        if (!isV4)
        {
            var v6 = new Ipv6Header(addresses.Source.AsV6, addresses.Destination.AsV6, protocol, payloadLength) { HopLimit = ttl };
            v6.Write(packet);
            return EthernetHeader.Length + Ipv6Header.Length;
        }
        var v4 = new Ipv4Header(addresses.Source.AsV4, addresses.Destination.AsV4, protocol, payloadLength)
        {
            Ttl = ttl,
            IsDontFragment = true,
        };
        v4.Write(packet);
        return EthernetHeader.Length + v4.Length;
    }
}
