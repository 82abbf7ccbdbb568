using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>What is told of the packet inside an ICMP error: its IP header and the eight bytes after it at least (RFC 792, Destination Unreachable Message; RFC 4443, section 2.4).</summary>
public readonly ref struct InnerPacket
{
    private readonly ReadOnlySpan<byte> _transport;

    private InnerPacket(byte protocol, IpAddress source, IpAddress destination, ReadOnlySpan<byte> transport, int transportOffset)
    {
        (Protocol, Source, Destination, TransportOffset) = (protocol, source, destination, transportOffset);
        _transport = transport;
    }

    /// <summary>IP protocol, or the last next header of IPv6.</summary>
    public byte Protocol { get; }

    /// <summary>Who sent it.</summary>
    public IpAddress Source { get; }

    /// <summary>Whom it was for.</summary>
    public IpAddress Destination { get; }

    /// <summary>Where its transport header begins, in bytes from its IP header on.</summary>
    public int TransportOffset { get; }

    /// <summary>Source port; 0 if its protocol has none.</summary>
    public ushort SourcePort => HasPorts ? NetworkOrder.U16(_transport, 0) : (ushort)0;

    /// <summary>Destination port; 0 if its protocol has none.</summary>
    public ushort DestinationPort => HasPorts ? NetworkOrder.U16(_transport, 2) : (ushort)0;

    /// <summary>Of an echo: its identifier.</summary>
    public ushort Identifier => NetworkOrder.U16(_transport, Icmp.IdentifierAt);

    /// <summary>It is an echo request or reply of its version.</summary>
    public bool IsEcho => IsIcmp && (_transport[0] == EchoRequest || IsEchoReply);

    /// <summary>It is an echo reply.</summary>
    public bool IsEchoReply => IsIcmp && _transport[0] == (Source.Family == IpFamily.V4 ? IcmpType.EchoReply : Icmpv6Type.EchoReply);

    /// <summary>It is ICMP or ICMPv6 and no echo.</summary>
    public bool IsOtherIcmp => Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 && !IsEcho;

    private bool HasPorts => Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    private bool IsIcmp => Protocol == (Source.Family == IpFamily.V4 ? IpProtocol.Icmp : IpProtocol.Icmpv6);

    private byte EchoRequest => Source.Family == IpFamily.V4 ? IcmpType.EchoRequest : Icmpv6Type.EchoRequest;

    /// <summary>Finds the headers.</summary>
    /// <param name="packet">The packet from its IP header on, which may be cut off behind what is read here.</param>
    /// <param name="family">Its version.</param>
    /// <param name="inner">What is told of it.</param>
    /// <returns>False if it is of another version, a later fragment, or cut off before the eighth byte of its transport header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, IpFamily family, out InnerPacket inner) =>
        family == IpFamily.V4 ? TryParseV4(packet, out inner) : TryParseV6(packet, out inner);

    private static bool TryParseV4(ReadOnlySpan<byte> packet, out InnerPacket inner)
    {
        inner = default;
        if (!Ipv4View.TryParse(packet, out var view) || view.Version != 4 || view.FragmentOffset != 0)
            return false;
        return TryMake(packet, view.HeaderLength, view.Protocol, view.Source, view.Destination, out inner);
    }

    private static bool TryParseV6(ReadOnlySpan<byte> packet, out InnerPacket inner)
    {
        inner = default;
        if (!Ipv6View.TryParse(packet, out var view) || view.Version != 6)
            return false;
        var headers = Ipv6Extensions.Walk(view.NextHeader, packet[Ipv6.HeaderLength..]);
        if (!headers.IsWhole || headers.Fragment == FragmentPart.Later)
            return false;
        return TryMake(packet, Ipv6.HeaderLength + headers.Length, headers.Protocol, view.Source, view.Destination, out inner);
    }

    private static bool TryMake(
        ReadOnlySpan<byte> packet,
        int offset,
        byte protocol,
        IpAddress source,
        IpAddress destination,
        out InnerPacket inner
    )
    {
        const int Told = 8;
        var isWhole = packet.Length >= offset + Told;
        inner = isWhole ? new InnerPacket(protocol, source, destination, packet[offset..], offset) : default;
        return isWhole;
    }
}
