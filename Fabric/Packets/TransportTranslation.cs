using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Gives a transport header that is already in place the ends of the other IP version (RFC 7915, sections 4.5 and 5.5).</summary>
/// <remarks>
/// Checksums are updated, not made anew (RFC 1624), so that one that was wrong stays wrong. Length and protocol count alike in the pseudo headers of both versions, so
/// those of TCP and UDP change by addresses and ports alone, in first fragments too. That of ICMP has no pseudo header, and that of ICMPv6 has one.
/// </remarks>
internal static class TransportTranslation
{
    /// <summary>The protocol in the other version: ICMP and ICMPv6 stand for each other.</summary>
    public static byte ProtocolOf(byte protocol) =>
        protocol switch
        {
            IpProtocol.Icmp => IpProtocol.Icmpv6,
            IpProtocol.Icmpv6 => IpProtocol.Icmp,
            _ => protocol,
        };

    /// <summary>Rewrites ports and checksum of TCP and UDP.</summary>
    /// <param name="transport">From the header on; inside ICMP errors it may be cut off behind the eighth byte.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="from">The ends as they were.</param>
    /// <param name="to">The ends as they are to be.</param>
    /// <param name="isUnfinished">The checksum holds the sum of the pseudo header alone, see <see cref="PacketLayout.HasPartialChecksum"/>.</param>
    public static void SetPorts(Span<byte> transport, byte protocol, in TranslatedEnds from, in TranslatedEnds to, bool isUnfinished)
    {
        NetworkOrder.Put(transport, Tcp.SourcePortAt, to.SourcePort);
        NetworkOrder.Put(transport, Tcp.DestinationPortAt, to.DestinationPort);
        var at = protocol == IpProtocol.Tcp ? Tcp.ChecksumAt : Udp.ChecksumAt;
        if (transport.Length < at + sizeof(ushort))
            return;
        var checksum = NetworkOrder.U16(transport, at);
        if (isUnfinished)
        {
            NetworkOrder.Put(transport, at, (ushort)~Checksum.Update((ushort)~checksum, SumOfAddresses(from), SumOfAddresses(to)));
            return;
        }
        if (protocol == IpProtocol.Udp && checksum == 0)
            return;
        checksum = Checksum.Update(checksum, SumOf(from), SumOf(to));
        NetworkOrder.Put(transport, at, protocol == IpProtocol.Udp ? Udp.Sent(checksum) : checksum);
    }

    /// <summary>Makes an ICMPv6 echo of an ICMP one, or the other way round; false if the message is no echo.</summary>
    /// <param name="message">From the header on; inside ICMP errors it may be cut off behind the eighth byte.</param>
    /// <param name="length">The whole message's length in bytes, as its IP header says.</param>
    /// <param name="addresses">The addresses in IPv6: those that the checksum covers, or will.</param>
    /// <param name="isToIpv6">What was ICMP is to be ICMPv6.</param>
    /// <param name="identifier">The identifier in the other version.</param>
    public static bool TrySetEcho(Span<byte> message, int length, in TranslatedEnds addresses, bool isToIpv6, ushort identifier)
    {
        var old = message[Icmp.TypeAt];
        byte type;
        switch (old)
        {
            case IcmpType.EchoRequest when isToIpv6:
                type = Icmpv6Type.EchoRequest;
                break;
            case IcmpType.EchoReply when isToIpv6:
                type = Icmpv6Type.EchoReply;
                break;
            case Icmpv6Type.EchoRequest when !isToIpv6:
                type = IcmpType.EchoRequest;
                break;
            case Icmpv6Type.EchoReply when !isToIpv6:
                type = IcmpType.EchoReply;
                break;
            default:
                return false;
        }
        var pseudo = Checksum.Fold(Checksum.Pseudo(addresses.Source, addresses.Destination, IpProtocol.Icmpv6, length));
        var checksum = Checksum.Update(NetworkOrder.U16(message, Icmp.ChecksumAt), (ushort)(old << 8), (ushort)(type << 8));
        checksum = Checksum.Update(checksum, NetworkOrder.U16(message, Icmp.IdentifierAt), identifier);
        checksum = isToIpv6 ? Checksum.Update(checksum, (ushort)0, pseudo) : Checksum.Update(checksum, pseudo, (ushort)0);
        message[Icmp.TypeAt] = type;
        NetworkOrder.Put(message, Icmp.IdentifierAt, identifier);
        NetworkOrder.Put(message, Icmp.ChecksumAt, checksum);
        return true;
    }

    private static ushort SumOf(in TranslatedEnds ends) =>
        Checksum.Fold((uint)SumOfAddresses(ends) + ends.SourcePort + ends.DestinationPort);

    private static ushort SumOfAddresses(in TranslatedEnds ends) =>
        Checksum.Fold((uint)Checksum.Words(ends.Source.Bits) + Checksum.Words(ends.Destination.Bits));
}
