namespace Fabric.Packets;

/// <summary>Cuts a TCP frame that is longer than its wire takes into frames that are not, as a network device would.</summary>
/// <remarks>Pure. Options are repeated in each; the first alone says that the congestion window was reduced (RFC 3168, section 6.1.2), the last alone FIN and PSH.</remarks>
public static class TcpSegments
{
    private const byte FinAndPush = 0x09;
    private const byte WindowReduced = 0x80;

    // Behind the byte with the header's length.
    private const int FlagsAt = Tcp.FlagsAt + 1;

    /// <summary>How many frames it makes; 0 if it is not TCP.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="segmentBytes">Payload of each frame, 1 or more.</param>
    public static int Count(ReadOnlySpan<byte> frame, in PacketLayout layout, int segmentBytes)
    {
        if (layout.Transport != TransportKind.Tcp || segmentBytes < 1)
            return 0;
        var headerBytes = HeaderBytes(frame, layout);
        return headerBytes > frame.Length ? 0 : Math.Max(1, (frame.Length - headerBytes + segmentBytes - 1) / segmentBytes);
    }

    /// <summary>Makes one of the frames, with its checksums.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="segmentBytes">As for <see cref="Count"/>.</param>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="segment">Where it goes; long enough for headers and payload.</param>
    /// <returns>Its length in bytes.</returns>
    public static int Write(ReadOnlySpan<byte> frame, in PacketLayout layout, int segmentBytes, int index, Span<byte> segment)
    {
        var headerBytes = HeaderBytes(frame, layout);
        var offset = index * segmentBytes;
        var payload = frame[headerBytes..].Slice(offset, Math.Min(segmentBytes, frame.Length - headerBytes - offset));
        var isLast = headerBytes + offset + payload.Length == frame.Length;
        segment = segment[..(headerBytes + payload.Length)];
        frame[..headerBytes].CopyTo(segment);
        payload.CopyTo(segment[headerBytes..]);
        WriteNetwork(segment, layout, index);
        WriteTransport(segment, layout, (uint)offset, index == 0, isLast);
        return segment.Length;
    }

    private static int HeaderBytes(ReadOnlySpan<byte> frame, in PacketLayout layout) =>
        layout.TransportOffset + Tcp.HeaderLengthOf(frame[layout.TransportOffset..]);

    private static void WriteNetwork(Span<byte> segment, in PacketLayout layout, int index)
    {
        var packet = segment[layout.NetworkOffset..];
        if (layout.Network == NetworkKind.Ipv6)
        {
            NetworkOrder.Put(packet, Ipv6.PayloadLengthAt, (ushort)(packet.Length - Ipv6.HeaderLength));
            return;
        }
        NetworkOrder.Put(packet, Ipv4.TotalLengthAt, (ushort)packet.Length);
        NetworkOrder.Put(packet, Ipv4.IdentificationAt, (ushort)(NetworkOrder.U16(packet, Ipv4.IdentificationAt) + index));
        NetworkOrder.Put(packet, Ipv4.ChecksumAt, (ushort)0);
        NetworkOrder.Put(packet, Ipv4.ChecksumAt, Checksum.Of(packet[..(layout.TransportOffset - layout.NetworkOffset)]));
    }

    private static void WriteTransport(Span<byte> segment, in PacketLayout layout, uint offset, bool isFirst, bool isLast)
    {
        var transport = segment[layout.TransportOffset..];
        NetworkOrder.Put(transport, Tcp.SequenceAt, NetworkOrder.U32(transport, Tcp.SequenceAt) + offset);
        var cleared = (isLast ? 0 : FinAndPush) | (isFirst ? 0 : WindowReduced);
        transport[FlagsAt] &= (byte)~cleared;
        NetworkOrder.Put(transport, Tcp.ChecksumAt, (ushort)0);
        var packet = segment[layout.NetworkOffset..];
        var pseudo =
            layout.Network == NetworkKind.Ipv4
                ? Checksum.Pseudo(
                    NetworkOrder.V4(packet, Ipv4.SourceAt),
                    NetworkOrder.V4(packet, Ipv4.DestinationAt),
                    layout.Protocol,
                    transport.Length
                )
                : Checksum.Pseudo(
                    NetworkOrder.V6(packet, Ipv6.SourceAt),
                    NetworkOrder.V6(packet, Ipv6.DestinationAt),
                    layout.Protocol,
                    transport.Length
                );
        NetworkOrder.Put(transport, Tcp.ChecksumAt, Checksum.Finish(pseudo + Checksum.Sum(transport)));
    }
}
