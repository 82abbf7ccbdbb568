using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>What a probe sends next.</summary>
/// <param name="OwnPort">The port that it is sent from.</param>
/// <param name="Port">The port that it is for.</param>
/// <param name="Tcp">The flags of a segment; null for a datagram of UDP.</param>
/// <param name="Sequence">Of a segment.</param>
/// <param name="Acknowledgment">Of a segment.</param>
/// <param name="Payload">What it carries.</param>
public readonly record struct ProbePacket(
    ushort OwnPort,
    ushort Port,
    TcpFlags? Tcp,
    uint Sequence,
    uint Acknowledgment,
    ReadOnlyMemory<byte> Payload
)
{
    /// <summary>The most bytes of data that a member may send at a time: with them a packet fits into one message between agents.</summary>
    public const ushort Window = 512;

    // RFC 9293, section 3.7.1: the largest segment that the sender of a SYN takes.
    private static readonly HeaderOptions _segmentSize = new([Packets.Tcp.MaxSegmentSizeKind, 4, Window >> 8, Window & 0xff]);

    /// <summary>The longest frame: headers, and the request with its path and host.</summary>
    public const int MaxFrameLength = 1024;

    /// <summary>Writes the frame.</summary>
    /// <param name="frame">Room for it, of <see cref="MaxFrameLength"/>.</param>
    /// <param name="addresses">From whom to whom.</param>
    /// <returns>Its length in bytes.</returns>
    public int Write(Span<byte> frame, PacketAddresses addresses)
    {
        if (Tcp is not { } flags)
            return PacketBuilder.Udp(frame, addresses, OwnPort, Port, Payload.Span);
        var header = new TcpHeader(OwnPort, Port, Sequence, Acknowledgment, flags)
        {
            Window = Window,
            Options = flags == TcpFlags.Syn ? _segmentSize : default,
        };
        return PacketBuilder.Tcp(frame, addresses, header, Payload.Span);
    }
}
