namespace Fabric.Packets;

/// <summary>Consecutive segments of a TCP connection that may stand as one long frame: the reverse of <see cref="TcpSegments"/>.</summary>
/// <remarks>
/// Only what is cut into the same bytes again belongs to a run: equal headers, consecutive numbers, whole checksums, payloads of one length
/// but the last, and nothing set but ACK and in the last PSH. Frames with IP options or extension headers stay as they are.
/// </remarks>
public struct TcpRun
{
    private const byte Ack = (byte)TcpFlags.Ack;
    private const byte Push = (byte)TcpFlags.Psh;

    // Behind the byte with the header's length.
    private const int FlagsAt = Tcp.FlagsAt + 1;

    private PacketLayout _layout;
    private int _frameBytes;
    private bool _isEnded;
    private bool _isPushed;

    /// <summary>Segments so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the payloads so far.</summary>
    public int PayloadBytes { get; private set; }

    /// <summary>Bytes of the headers, Ethernet's included.</summary>
    public int HeaderBytes { get; private set; }

    /// <summary>Payload of each; the last may have less.</summary>
    public readonly int SegmentBytes => _frameBytes - HeaderBytes;

    /// <summary>They are IPv6 packets.</summary>
    public readonly bool IsIpv6 => _layout.Network == NetworkKind.Ipv6;

    /// <summary>Where the TCP header is.</summary>
    public readonly int TransportOffset => _layout.TransportOffset;

    /// <summary>Begins with a segment, which is to be given again as long as the run goes on.</summary>
    /// <returns>False if none can follow it.</returns>
    public static bool TryBegin(ReadOnlySpan<byte> frame, out TcpRun run)
    {
        run = default;
        if (!PacketLayout.TryParse(frame, out run._layout) || run._layout.Transport != TransportKind.Tcp)
            return false;
        ref readonly var layout = ref run._layout;
        var networkBytes = layout.Network == NetworkKind.Ipv4 ? Ipv4.MinHeaderLength : Ipv6.HeaderLength;
        if (layout.Fragment != FragmentPart.Whole || layout.TransportOffset - layout.NetworkOffset != networkBytes)
            return false;
        run.HeaderBytes = layout.TransportOffset + Tcp.HeaderLengthOf(frame[layout.TransportOffset..]);
        run._frameBytes = frame.Length;
        run.Count = 1;
        run.PayloadBytes = run.SegmentBytes;
        return run.PayloadBytes > 0
            && Tcp.FlagsOf(frame[layout.TransportOffset..]) == TcpFlags.Ack
            && HasEqualNumbers(layout, frame, frame, 0, 0)
            && AreChecksumsRight(layout, frame);
    }

    /// <summary>Takes the next segment into the run.</summary>
    /// <param name="first">The frame that the run began with; nothing but its headers is read.</param>
    /// <param name="segment">A frame.</param>
    /// <returns>False, and the run is as it was, if it does not belong to it.</returns>
    public bool TryFollow(ReadOnlySpan<byte> first, ReadOnlySpan<byte> segment)
    {
        if (_isEnded || segment.Length > _frameBytes || segment.Length <= HeaderBytes)
            return false;
        var payloadBytes = segment.Length - HeaderBytes;
        if (HeaderBytes - _layout.NetworkOffset + PayloadBytes + payloadBytes > ushort.MaxValue)
            return false;
        if (!HasEqualHeaders(first, segment) || !HasEqualNumbers(_layout, first, segment, Count, PayloadBytes))
            return false;
        if (!AreChecksumsRight(_layout, segment))
            return false;
        _isPushed = (segment[_layout.TransportOffset + FlagsAt] & Push) != 0;
        _isEnded = _isPushed || segment.Length < _frameBytes;
        Count++;
        PayloadBytes += payloadBytes;
        return true;
    }

    /// <summary>Writes the headers of the long frame; its TCP checksum is left unfinished: the sum of the pseudo header alone.</summary>
    /// <param name="frame">The first frame with the payloads of the others behind.</param>
    public readonly void Finish(Span<byte> frame)
    {
        var packet = frame[_layout.NetworkOffset..];
        var transport = frame[_layout.TransportOffset..];
        if (_layout.Network == NetworkKind.Ipv4)
        {
            NetworkOrder.Put(packet, Ipv4.TotalLengthAt, (ushort)packet.Length);
            NetworkOrder.Put(packet, Ipv4.ChecksumAt, (ushort)0);
            NetworkOrder.Put(packet, Ipv4.ChecksumAt, Checksum.Of(packet[..Ipv4.MinHeaderLength]));
        }
        else
        {
            NetworkOrder.Put(packet, Ipv6.PayloadLengthAt, (ushort)transport.Length);
        }
        transport[FlagsAt] |= _isPushed ? Push : (byte)0;
        NetworkOrder.Put(transport, Tcp.ChecksumAt, Checksum.Fold(Pseudo(_layout, packet, transport.Length)));
    }

    // What must be equal in all: everything but lengths, checksums, numbers and PSH.
    private readonly bool HasEqualHeaders(ReadOnlySpan<byte> first, ReadOnlySpan<byte> segment)
    {
        var network = _layout.NetworkOffset;
        var transport = _layout.TransportOffset;
        var isNetworkEqual =
            _layout.Network == NetworkKind.Ipv4
                ? Equal(first, segment, 0, network + Ipv4.TotalLengthAt)
                    && Equal(first, segment, network + Ipv4.FragmentAt, network + Ipv4.ChecksumAt)
                    && Equal(first, segment, network + Ipv4.SourceAt, transport + Tcp.SequenceAt)
                : Equal(first, segment, 0, network + Ipv6.PayloadLengthAt)
                    && Equal(first, segment, network + Ipv6.NextHeaderAt, transport + Tcp.SequenceAt);
        return isNetworkEqual
            && Equal(first, segment, transport + Tcp.AcknowledgmentAt, transport + FlagsAt)
            && (segment[transport + FlagsAt] & ~Push) == Ack
            && Equal(first, segment, transport + Tcp.WindowAt, transport + Tcp.ChecksumAt)
            && Equal(first, segment, transport + Tcp.UrgentAt, HeaderBytes);

        static bool Equal(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int from, int to) =>
            one[from..to].SequenceEqual(other[from..to]);
    }

    /// <summary>Whether sequence number, IP's identification and IP's length are those of a segment behind others.</summary>
    private static bool HasEqualNumbers(
        in PacketLayout layout,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> segment,
        int count,
        int payloadBytes
    )
    {
        var before = first[layout.NetworkOffset..];
        var packet = segment[layout.NetworkOffset..];
        var isNetworkRight =
            layout.Network == NetworkKind.Ipv4
                ? NetworkOrder.U16(packet, Ipv4.TotalLengthAt) == packet.Length
                    && NetworkOrder.U16(packet, Ipv4.IdentificationAt) == (ushort)(NetworkOrder.U16(before, Ipv4.IdentificationAt) + count)
                : NetworkOrder.U16(packet, Ipv6.PayloadLengthAt) == packet.Length - Ipv6.HeaderLength;
        return isNetworkRight
            && NetworkOrder.U32(segment, layout.TransportOffset + Tcp.SequenceAt)
                == NetworkOrder.U32(first, layout.TransportOffset + Tcp.SequenceAt) + (uint)payloadBytes;
    }

    private static bool AreChecksumsRight(in PacketLayout layout, ReadOnlySpan<byte> segment)
    {
        var packet = segment[layout.NetworkOffset..];
        var transport = segment[layout.TransportOffset..];
        return (layout.Network != NetworkKind.Ipv4 || Checksum.Of(packet[..Ipv4.MinHeaderLength]) == 0)
            && Checksum.Finish(Pseudo(layout, packet, transport.Length) + Checksum.Sum(transport)) == 0;
    }

    private static uint Pseudo(in PacketLayout layout, ReadOnlySpan<byte> packet, int length) =>
        layout.Network == NetworkKind.Ipv4
            ? Checksum.Pseudo(NetworkOrder.V4(packet, Ipv4.SourceAt), NetworkOrder.V4(packet, Ipv4.DestinationAt), layout.Protocol, length)
            : Checksum.Pseudo(NetworkOrder.V6(packet, Ipv6.SourceAt), NetworkOrder.V6(packet, Ipv6.DestinationAt), layout.Protocol, length);
}
