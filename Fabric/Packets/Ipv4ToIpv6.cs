using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Makes IPv6 packets of IPv4 ones (RFC 7915, section 4).</summary>
/// <remarks>
/// Pure; allocates nothing. The time to live becomes the hop limit as it is: who forwards the packet counts it down. Options are left out. A fragment header is there
/// only for what is a fragment (RFC 8021). An ICMP extension behind the packet inside an error (RFC 4884) is left out too.
/// </remarks>
public static class Ipv4ToIpv6
{
    /// <summary>By how many bytes a packet can grow: an IPv6 header and a fragment header, and the same of the packet inside an error.</summary>
    public const int MaxGrowth = 2 * (IcmpTranslation.HeaderDifference + Ipv6Fragments.HeaderLength);

    /// <summary>RFC 791, section 3.1: loose and strict source route.</summary>
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;

    /// <summary>Translates a packet.</summary>
    /// <param name="packet">From its IPv4 header to where that says it ends.</param>
    /// <param name="ends">Its ends in IPv6.</param>
    /// <param name="inner">If it is an ICMP error: the ends of the packet inside, in IPv6.</param>
    /// <param name="isUnfinished">Its checksum of TCP or UDP holds the sum of the pseudo header alone.</param>
    /// <param name="target">Room for the packet in IPv6: <see cref="MaxGrowth"/> more than the packet has is enough.</param>
    /// <param name="length">Bytes of the packet in IPv6; 0 if there is none.</param>
    public static TranslationFault Translate(
        ReadOnlySpan<byte> packet,
        in TranslatedEnds ends,
        in TranslatedEnds inner,
        bool isUnfinished,
        Span<byte> target,
        out int length
    )
    {
        length = 0;
        if (!Ipv4View.TryParse(packet, out var view) || view.Version != 4)
            return TranslationFault.Malformed;
        if (HasSourceRoute(view.Options))
            return TranslationFault.SourceRoute;
        if (view.Protocol == IpProtocol.Icmp && IsFragment(view))
            return TranslationFault.Fragment;
        var isError =
            view.Protocol == IpProtocol.Icmp && IcmpView.TryParse(view.Payload, out var message) && IcmpType.IsError(message.Type);
        return isError
            ? TranslateError(view, ends, inner, target, out length)
            : TranslateOne(packet, ends, isUnfinished, isInner: false, target, out length);
    }

    private static TranslationFault TranslateError(
        Ipv4View view,
        in TranslatedEnds ends,
        in TranslatedEnds inner,
        Span<byte> target,
        out int length
    )
    {
        const int QuoteAt = Ipv6.HeaderLength + Icmpv6.HeaderLength;
        length = 0;
        IcmpView.TryParse(view.Payload, out var message);
        var quote = QuoteOf(message);
        if (!Ipv4View.TryParse(quote, out var inside))
            return TranslationFault.Malformed;
        if (!IcmpTranslation.TryToIcmpv6(new IcmpHeader(message.Type, message.Code, message.Rest), inside.TotalLength, out var told))
            return TranslationFault.NoCounterpart;
        var fault = TranslateOne(quote, inner, isUnfinished: false, isInner: true, target[QuoteAt..], out var quoted);
        if (fault != TranslationFault.None)
            return fault;
        quoted = Math.Min(quoted, Icmpv6.MaxErrorPacketLength - QuoteAt);
        var (source, destination) = (ends.Source.AsV6, ends.Destination.AsV6);
        told.Write(target.Slice(Ipv6.HeaderLength, Icmpv6.HeaderLength + quoted), source, destination);
        var header = new Ipv6Header(source, destination, IpProtocol.Icmpv6, Icmpv6.HeaderLength + quoted)
        {
            TrafficClass = view.Tos,
            HopLimit = view.Ttl,
        };
        header.Write(target);
        length = QuoteAt + quoted;
        return TranslationFault.None;
    }

    private static TranslationFault TranslateOne(
        ReadOnlySpan<byte> packet,
        in TranslatedEnds ends,
        bool isUnfinished,
        bool isInner,
        Span<byte> target,
        out int length
    )
    {
        length = 0;
        if (!Ipv4View.TryParse(packet, out var view) || view.Version != 4 || view.TotalLength < view.HeaderLength)
            return TranslationFault.Malformed;
        var extension = IsFragment(view) ? Ipv6Fragments.HeaderLength : 0;
        var payload = isInner ? packet[view.HeaderLength..] : view.Payload;
        var written = target.Slice(Ipv6.HeaderLength + extension, payload.Length);
        payload.CopyTo(written);
        var said = view.TotalLength - view.HeaderLength;
        if (view.FragmentOffset == 0 && !TrySetTransport(view, written, said, ends, isUnfinished, isInner, out var fault))
            return fault;
        var protocol = TransportTranslation.ProtocolOf(view.Protocol);
        var header = new Ipv6Header(
            ends.Source.AsV6,
            ends.Destination.AsV6,
            extension == 0 ? protocol : IpProtocol.Fragment,
            Math.Min(extension + said, ushort.MaxValue)
        )
        {
            TrafficClass = view.Tos,
            HopLimit = view.Ttl,
        };
        header.Write(target);
        if (extension > 0)
            Ipv6Fragments.WriteHeader(
                target[Ipv6.HeaderLength..],
                protocol,
                view.FragmentOffset,
                view.HasMoreFragments,
                view.Identification
            );
        length = Ipv6.HeaderLength + extension + payload.Length;
        return TranslationFault.None;
    }

    private static bool TrySetTransport(
        Ipv4View view,
        Span<byte> transport,
        int said,
        in TranslatedEnds ends,
        bool isUnfinished,
        bool isInner,
        out TranslationFault fault
    )
    {
        const int Told = 8;
        fault = TranslationFault.Malformed;
        var needed = view.Protocol == IpProtocol.Tcp && !isInner ? Tcp.MinHeaderLength : Told;
        if (transport.Length < needed)
            return false;
        fault = TranslationFault.None;
        switch (view.Protocol)
        {
            case IpProtocol.Udp when !isInner && NetworkOrder.U16(transport, Udp.ChecksumAt) == 0 && !isUnfinished:
                // RFC 7915, section 4.5: one is needed in IPv6, and of a first fragment alone it cannot be made.
                fault = IsFragment(view) ? TranslationFault.Fragment : TranslationFault.None;
                if (fault == TranslationFault.None)
                    AddChecksum(transport, ends);
                return fault == TranslationFault.None;
            case IpProtocol.Tcp or IpProtocol.Udp:
                var from = new TranslatedEnds(
                    view.Source,
                    view.Destination,
                    NetworkOrder.U16(transport, Tcp.SourcePortAt),
                    NetworkOrder.U16(transport, Tcp.DestinationPortAt)
                );
                TransportTranslation.SetPorts(transport, view.Protocol, from, ends, isUnfinished);
                return true;
            case IpProtocol.Icmp when TransportTranslation.TrySetEcho(transport, said, ends, isToIpv6: true, ends.SourcePort):
                return true;
            default:
                fault = TranslationFault.NoCounterpart;
                return false;
        }
    }

    private static void AddChecksum(Span<byte> datagram, in TranslatedEnds ends)
    {
        NetworkOrder.Put(datagram, Tcp.SourcePortAt, ends.SourcePort);
        NetworkOrder.Put(datagram, Tcp.DestinationPortAt, ends.DestinationPort);
        var sum = Checksum.Pseudo(ends.Source, ends.Destination, IpProtocol.Udp, datagram.Length) + Checksum.Sum(datagram);
        NetworkOrder.Put(datagram, Udp.ChecksumAt, Udp.Sent(Checksum.Finish(sum)));
    }

    private static bool IsFragment(Ipv4View view) => view.HasMoreFragments || view.FragmentOffset != 0;

    /// <summary>A source route that has not come to its end: its pointer is within the option (RFC 791, section 3.1).</summary>
    private static bool HasSourceRoute(ReadOnlySpan<byte> options)
    {
        const int PointerAt = 2;
        for (var at = 0; at < options.Length && options[at] != 0; )
        {
            var isPadding = options[at] == 1;
            var length =
                isPadding ? 1
                : at + 1 < options.Length ? options[at + 1]
                : 0;
            // One that says it is shorter than its own head ends the list: nobody knows where the next one is.
            if (!isPadding && length < 2)
                return false;
            if (options[at] is LooseSourceRoute or StrictSourceRoute && length > PointerAt && at + PointerAt < options.Length)
                return options[at + PointerAt] <= length;
            at += length;
        }
        return false;
    }

    /// <summary>The packet inside an error, without an extension behind it (RFC 4884, section 4.1: the second byte after the checksum counts it in words of four bytes).</summary>
    private static ReadOnlySpan<byte> QuoteOf(IcmpView message)
    {
        var hasLength = message.Type is IcmpType.DestinationUnreachable or IcmpType.TimeExceeded or IcmpType.ParameterProblem;
        var told = hasLength ? (int)(message.Rest >> 16 & 0xff) * sizeof(uint) : 0;
        return told > 0 && told < message.Payload.Length ? message.Payload[..told] : message.Payload;
    }
}
