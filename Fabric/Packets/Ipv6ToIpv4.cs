using System.Buffers.Binary;
using System.Numerics;
using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Makes IPv4 packets of IPv6 ones (RFC 7915, section 5).</summary>
/// <remarks>
/// Pure; allocates nothing. The hop limit becomes the time to live as it is: who forwards the packet counts it down. Extension headers are left out, but for what a
/// fragment header tells. An ICMP extension behind the packet inside an error (RFC 4884) is left out too.
/// </remarks>
public static class Ipv6ToIpv4
{
    /// <summary>The most bytes of an IPv4 packet that routers behind may cut: a longer one came from a source that looks for the longest that passes (RFC 7915, section 5.1).</summary>
    public const int MaxCut = Ipv6.MinMtu - IcmpTranslation.HeaderDifference;

    private const int NextHeaderInFragment = 0;
    private const int OffsetInFragment = 2;
    private const int IdentificationInFragment = 4;
    private const int FragmentHeaderLength = 8;

    /// <summary>Translates a packet.</summary>
    /// <param name="packet">From its IPv6 header to where that says it ends.</param>
    /// <param name="ends">Its ends in IPv4.</param>
    /// <param name="inner">If it is an ICMPv6 error: the ends of the packet inside, in IPv4.</param>
    /// <param name="isUnfinished">Its checksum of TCP or UDP holds the sum of the pseudo header alone.</param>
    /// <param name="target">Room for the packet in IPv4; as much as the packet has is enough.</param>
    /// <param name="length">Bytes of the packet in IPv4; 0 if there is none.</param>
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
        if (!TryRead(packet, out var headers, out var fault))
            return fault;
        if (headers.Protocol == IpProtocol.Icmpv6 && headers.Fragment != FragmentPart.Whole)
            return TranslationFault.Fragment;
        var isError =
            headers.Protocol == IpProtocol.Icmpv6
            && Icmpv6View.TryParse(packet[headers.At..], out var message)
            && Icmpv6Type.IsError(message.Type);
        return isError
            ? TranslateError(packet, headers, ends, inner, target, out length)
            : TranslateOne(packet, headers, ends, isUnfinished, isInner: false, target, out length);
    }

    private static TranslationFault TranslateError(
        ReadOnlySpan<byte> packet,
        in Headers headers,
        in TranslatedEnds ends,
        in TranslatedEnds inner,
        Span<byte> target,
        out int length
    )
    {
        const int QuoteAt = Ipv4.MinHeaderLength + Icmp.HeaderLength;
        length = 0;
        Icmpv6View.TryParse(packet[headers.At..], out var message);
        var quote = QuoteOf(message);
        if (!TryRead(quote, out var inside, out var fault))
            return fault;
        var error = new Icmpv6Header(message.Type, message.Code, message.Rest);
        if (!IcmpTranslation.TryToIcmp(error, inside.Fragment != FragmentPart.Whole, out var told))
            return TranslationFault.NoCounterpart;
        fault = TranslateOne(quote, inside, inner, isUnfinished: false, isInner: true, target[QuoteAt..], out var quoted);
        if (fault != TranslationFault.None)
            return fault;
        quoted = Math.Min(quoted, Icmp.MaxErrorPacketLength - QuoteAt);
        told.Write(target.Slice(Ipv4.MinHeaderLength, Icmp.HeaderLength + quoted));
        var header = new Ipv4Header(ends.Source.AsV4, ends.Destination.AsV4, IpProtocol.Icmp, Icmp.HeaderLength + quoted)
        {
            Tos = headers.TrafficClass,
            Ttl = headers.HopLimit,
            Identification = IdentificationOf(target.Slice(Ipv4.MinHeaderLength, Icmp.HeaderLength + quoted)),
        };
        header.Write(target);
        length = QuoteAt + quoted;
        return TranslationFault.None;
    }

    private static TranslationFault TranslateOne(
        ReadOnlySpan<byte> packet,
        in Headers headers,
        in TranslatedEnds ends,
        bool isUnfinished,
        bool isInner,
        Span<byte> target,
        out int length
    )
    {
        length = 0;
        var said = Ipv4.MinHeaderLength + headers.PayloadLength;
        if (said > Ipv4.MaxLength)
            return TranslationFault.TooLong;
        var payload = packet[headers.At..];
        var written = target.Slice(Ipv4.MinHeaderLength, payload.Length);
        payload.CopyTo(written);
        if (headers.Fragment != FragmentPart.Later && !TrySetTransport(headers, written, ends, isUnfinished, isInner, out var fault))
            return fault;
        var isFragment = headers.Fragment != FragmentPart.Whole;
        var header = new Ipv4Header(ends.Source.AsV4, ends.Destination.AsV4, headers.Ipv4Protocol, headers.PayloadLength)
        {
            Tos = headers.TrafficClass,
            Ttl = headers.HopLimit,
            // What is not to be cut needs none (RFC 6864, section 4.1).
            Identification =
                isFragment ? (ushort)headers.Identification
                : said > MaxCut ? (ushort)0
                : IdentificationOf(payload),
            IsDontFragment = !isFragment && said > MaxCut,
            HasMoreFragments = headers.HasMoreFragments,
            FragmentOffset = headers.FragmentOffset,
        };
        header.Write(target);
        length = Ipv4.MinHeaderLength + payload.Length;
        return TranslationFault.None;
    }

    private static bool TrySetTransport(
        in Headers headers,
        Span<byte> transport,
        in TranslatedEnds ends,
        bool isUnfinished,
        bool isInner,
        out TranslationFault fault
    )
    {
        const int Told = 8;
        fault = transport.Length < Told ? TranslationFault.Malformed : TranslationFault.NoCounterpart;
        if (fault == TranslationFault.Malformed)
            return false;
        switch (headers.Protocol)
        {
            case IpProtocol.Tcp or IpProtocol.Udp:
                var isShort = !isInner && headers.Protocol == IpProtocol.Tcp && transport.Length < Tcp.MinHeaderLength;
                fault = isShort ? TranslationFault.Malformed : TranslationFault.None;
                if (isShort)
                    return false;
                var from = headers.Ends with
                {
                    SourcePort = NetworkOrder.U16(transport, Tcp.SourcePortAt),
                    DestinationPort = NetworkOrder.U16(transport, Tcp.DestinationPortAt),
                };
                TransportTranslation.SetPorts(transport, headers.Protocol, from, ends, isUnfinished);
                return true;
            case IpProtocol.Icmpv6:
                return TransportTranslation.TrySetEcho(transport, headers.PayloadLength, headers.Ends, isToIpv6: false, ends.SourcePort);
            default:
                return false;
        }
    }

    /// <summary>The packet inside an error, without an extension behind it (RFC 4884, section 4.5: the first byte after the checksum counts it in words of eight bytes).</summary>
    private static ReadOnlySpan<byte> QuoteOf(Icmpv6View message)
    {
        var hasLength = message.Type is Icmpv6Type.DestinationUnreachable or Icmpv6Type.TimeExceeded;
        var told = hasLength ? (int)(message.Rest >> 24) * sizeof(ulong) : 0;
        return told > 0 && told < message.Payload.Length ? message.Payload[..told] : message.Payload;
    }

    /// <summary>Tells packets apart by what tells them apart to their receiver: a function of the packet, so that it is the same whenever it is asked for (RFC 6864, section 4.3).</summary>
    private static ushort IdentificationOf(ReadOnlySpan<byte> payload)
    {
        Span<byte> start = stackalloc byte[24];
        start.Clear();
        payload[..Math.Min(payload.Length, start.Length)].CopyTo(start);
        var hash = 0x9e37_79b9_7f4a_7c15ul;
        for (var at = 0; at < start.Length; at += sizeof(ulong))
            hash = (BitOperations.RotateLeft(hash, 23) ^ BinaryPrimitives.ReadUInt64BigEndian(start[at..])) * 0xff51_afd7_ed55_8ccd;
        return (ushort)(hash >> 48);
    }

    private static bool TryRead(ReadOnlySpan<byte> packet, out Headers headers, out TranslationFault fault)
    {
        headers = default;
        fault = TranslationFault.Malformed;
        if (!Ipv6View.TryParse(packet, out var view) || view.Version != 6)
            return false;
        var rest = packet[Ipv6.HeaderLength..];
        var walk = Ipv6Extensions.Walk(view.NextHeader, rest);
        var isCutOff = !walk.IsWhole || walk.Length > rest.Length || walk.Length > view.PayloadLength;
        if (isCutOff)
            return false;
        fault =
            walk.HasSegmentsLeft ? TranslationFault.SourceRoute
            : walk.IsAuthenticated ? TranslationFault.NoCounterpart
            : TranslationFault.None;
        headers = new Headers
        {
            Ends = new TranslatedEnds(view.Source, view.Destination, 0, 0),
            TrafficClass = view.TrafficClass,
            HopLimit = view.HopLimit,
            At = Ipv6.HeaderLength + walk.Length,
            PayloadLength = view.PayloadLength - walk.Length,
            Protocol = walk.Protocol,
            Fragment = walk.Fragment,
        };
        if (walk.Fragment == FragmentPart.Whole || fault != TranslationFault.None)
            return fault == TranslationFault.None;
        // What is left out behind a fragment header would have other fragments begin elsewhere.
        if (walk.Length != walk.FragmentAt + FragmentHeaderLength)
            fault = TranslationFault.NoCounterpart;
        headers.ReadFragment(rest.Slice(walk.FragmentAt, FragmentHeaderLength));
        return fault == TranslationFault.None;
    }

    private struct Headers
    {
        public TranslatedEnds Ends;
        public byte TrafficClass;
        public byte HopLimit;

        /// <summary>Where the upper protocol begins.</summary>
        public int At;

        /// <summary>Its bytes, as the header says.</summary>
        public int PayloadLength;
        public byte Protocol;
        public FragmentPart Fragment;
        public uint Identification;
        public int FragmentOffset;
        public bool HasMoreFragments;

        /// <summary>The protocol in IPv4; a later fragment's fragment header tells it.</summary>
        public readonly byte Ipv4Protocol => TransportTranslation.ProtocolOf(Protocol);

        public void ReadFragment(ReadOnlySpan<byte> header)
        {
            var word = NetworkOrder.U16(header, OffsetInFragment);
            if (Fragment == FragmentPart.Later)
                Protocol = header[NextHeaderInFragment];
            (FragmentOffset, HasMoreFragments) = (word & ~7, (word & 1) != 0);
            Identification = NetworkOrder.U32(header, IdentificationInFragment);
        }
    }
}
