using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>A packet to a router's own address, as far as a probe may want it.</summary>
/// <remarks>Checksums are not looked at: where stations leave them to the interface, they are not there yet. A damaged answer makes one check of several wrong.</remarks>
public readonly ref struct ProbeAnswer
{
    private ProbeAnswer(IpAddress source, ushort port, ushort ownPort, bool isTcp)
    {
        (Source, Port, OwnPort, IsTcp) = (source, port, ownPort, isTcp);
    }

    /// <summary>Who was asked.</summary>
    public IpAddress Source { get; }

    /// <summary>The port that was asked.</summary>
    public ushort Port { get; }

    /// <summary>The port that it was asked from.</summary>
    public ushort OwnPort { get; }

    /// <summary>It was asked by TCP; else by UDP.</summary>
    public bool IsTcp { get; }

    /// <summary>It is an ICMP error that tells that nothing is there.</summary>
    public bool IsError { get; private init; }

    /// <summary>The flags of a segment.</summary>
    public TcpFlags Flags { get; private init; }

    /// <summary>The sequence number of a segment.</summary>
    public uint Sequence { get; private init; }

    /// <summary>What a segment acknowledges.</summary>
    public uint Acknowledgment { get; private init; }

    /// <summary>What it carries.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Reads a frame; false if it is nothing that a probe could want.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out ProbeAnswer answer)
    {
        answer = default;
        if (!PacketLayout.TryParse(frame, out var layout) || layout.Fragment != FragmentPart.Whole)
            return false;
        var packet = frame[layout.NetworkOffset..layout.NetworkEnd];
        IpAddress source;
        if (layout.Network == NetworkKind.Ipv4 && Ipv4View.TryParse(packet, out var v4))
            source = v4.Source;
        else if (layout.Network == NetworkKind.Ipv6 && Ipv6View.TryParse(packet, out var v6))
            source = v6.Source;
        else
            return false;
        var bytes = frame.Slice(layout.TransportOffset, layout.TransportLength);
        switch (layout.Transport)
        {
            case TransportKind.Tcp when TcpView.TryParse(bytes, out var segment):
                answer = new ProbeAnswer(source, segment.SourcePort, segment.DestinationPort, isTcp: true)
                {
                    Flags = segment.Flags,
                    Sequence = segment.Sequence,
                    Acknowledgment = segment.Acknowledgment,
                    Payload = segment.Payload,
                };
                return true;
            case TransportKind.Udp when UdpView.TryParse(bytes, out var datagram):
                answer = new ProbeAnswer(source, datagram.SourcePort, datagram.DestinationPort, isTcp: false)
                {
                    Payload = datagram.Payload,
                };
                return true;
            case TransportKind.Icmp when IcmpView.TryParse(bytes, out var error) && error.Type == IcmpType.DestinationUnreachable:
                return TryReadError(error.Payload, IpFamily.V4, out answer);
            case TransportKind.Icmpv6 when Icmpv6View.TryParse(bytes, out var error) && error.Type == Icmpv6Type.DestinationUnreachable:
                return TryReadError(error.Payload, IpFamily.V6, out answer);
            default:
                return false;
        }
    }

    /// <summary>What an error is about was sent by the router: so it is told from whom an answer would have come.</summary>
    private static bool TryReadError(ReadOnlySpan<byte> quote, IpFamily family, out ProbeAnswer answer)
    {
        answer = default;
        if (!InnerPacket.TryParse(quote, family, out var inner) || inner.Protocol is not (IpProtocol.Tcp or IpProtocol.Udp))
            return false;
        answer = new ProbeAnswer(inner.Destination, inner.DestinationPort, inner.SourcePort, inner.Protocol == IpProtocol.Tcp)
        {
            IsError = true,
        };
        return true;
    }
}
