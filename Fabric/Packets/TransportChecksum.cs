using System.Diagnostics;

namespace Fabric.Packets;

/// <summary>Checks and finishes the transport checksum of a frame.</summary>
public static class TransportChecksum
{
    /// <summary>The checksum is right, or there is none to be wrong.</summary>
    /// <remarks>True also where this frame cannot tell: fragments, unfinished checksums, unknown protocols.</remarks>
    public static bool Holds(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        if (layout.HasPartialChecksum || layout.Fragment != FragmentPart.Whole || layout.HasSegmentsLeft)
            return true;
        if (layout.Transport == TransportKind.None || IsAbsent(frame, layout))
            return true;
        return Finished(frame, layout) == 0;
    }

    /// <summary>Finishes a checksum that holds the sum of the pseudo header alone; the layout tells that it is finished.</summary>
    public static void Finish(Span<byte> frame, ref PacketLayout layout)
    {
        if (!layout.HasPartialChecksum)
            return;
        layout.HasPartialChecksum = false;
        if (layout.Transport == TransportKind.None)
            return;
        var checksum = Checksum.Of(frame.Slice(layout.TransportOffset, layout.TransportLength));
        var isUdp = layout.Transport == TransportKind.Udp;
        NetworkOrder.Put(frame, layout.TransportOffset + OffsetOf(layout.Transport), isUdp ? Udp.Sent(checksum) : checksum);
    }

    /// <summary>Where the checksum stands, from the start of the transport header.</summary>
    internal static int OffsetOf(TransportKind transport) =>
        transport switch
        {
            TransportKind.Tcp => Tcp.ChecksumAt,
            TransportKind.Udp => Udp.ChecksumAt,
            TransportKind.Icmp => Icmp.ChecksumAt,
            TransportKind.Icmpv6 => Icmpv6.ChecksumAt,
            TransportKind.None => throw new UnreachableException(),
        };

    private static bool IsAbsent(ReadOnlySpan<byte> frame, in PacketLayout layout) =>
        layout.Transport == TransportKind.Udp && NetworkOrder.U16(frame, layout.TransportOffset + Udp.ChecksumAt) == 0;

    private static ushort Finished(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        var sum = (uint)Checksum.Sum(frame.Slice(layout.TransportOffset, layout.TransportLength));
        if (layout.Transport == TransportKind.Icmp)
            return Checksum.Finish(sum);
        var packet = frame[layout.NetworkOffset..];
        sum +=
            layout.Network == NetworkKind.Ipv4
                ? Checksum.Pseudo(
                    NetworkOrder.V4(packet, Ipv4.SourceAt),
                    NetworkOrder.V4(packet, Ipv4.DestinationAt),
                    layout.Protocol,
                    layout.TransportLength
                )
                : Checksum.Pseudo(
                    NetworkOrder.V6(packet, Ipv6.SourceAt),
                    NetworkOrder.V6(packet, Ipv6.DestinationAt),
                    layout.Protocol,
                    layout.TransportLength
                );
        return Checksum.Finish(sum);
    }
}
