using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketBuilder
{
    /// <summary>The reset that answers a segment to a connection that does not exist (RFC 9293, section 3.5.2, group 1).</summary>
    /// <param name="frame">Room for the frame: <see cref="MaxLength"/> is enough.</param>
    /// <param name="offending">The frame with the segment.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="sourceMac">The station that answers.</param>
    /// <param name="destinationMac">The next hop of the answer.</param>
    /// <returns>
    /// Bytes of the frame; 0 if nothing is to be sent: it is no whole segment, a damaged one, a reset itself, or one to
    /// a group or from none.
    /// </returns>
    public static int TcpReset(
        Span<byte> frame,
        ReadOnlySpan<byte> offending,
        in PacketLayout layout,
        MacAddress sourceMac,
        MacAddress destinationMac
    )
    {
        if (layout.Transport != TransportKind.Tcp || layout.Fragment != FragmentPart.Whole || layout.HasSegmentsLeft)
            return 0;
        if (!TcpView.TryParse(offending.Slice(layout.TransportOffset, layout.TransportLength), out var view))
            return 0;
        if ((view.Flags & TcpFlags.Rst) != 0 || !TransportChecksum.Holds(offending, layout))
            return 0;
        var (source, destination) = AddressesOf(offending, layout);
        // RFC 9293, section 3.9.2.3: a segment to a group is dropped in silence.
        if (IsGroup(destination) || IsGroup(source) || source.IsUnspecified)
            return 0;
        var addresses = new PacketAddresses(sourceMac, destinationMac, destination, source);
        return Tcp(frame, addresses, ResetOf(view), []);
    }

    private static TcpHeader ResetOf(TcpView view)
    {
        if ((view.Flags & TcpFlags.Ack) != 0)
            return new(view.DestinationPort, view.SourcePort, view.Acknowledgment, 0, TcpFlags.Rst);
        var length = view.Payload.Length + Counted(view.Flags, TcpFlags.Syn) + Counted(view.Flags, TcpFlags.Fin);
        var next = unchecked(view.Sequence + (uint)length);
        return new(view.DestinationPort, view.SourcePort, 0, next, TcpFlags.Rst | TcpFlags.Ack);
    }

    // SYN and FIN each take one number of the sequence (RFC 9293, section 3.4).
    private static int Counted(TcpFlags flags, TcpFlags flag) => (flags & flag) != 0 ? 1 : 0;

    private static (IpAddress Source, IpAddress Destination) AddressesOf(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        var packet = frame[layout.NetworkOffset..];
        return layout.Network == NetworkKind.Ipv4
            ? (NetworkOrder.V4(packet, Ipv4.SourceAt), NetworkOrder.V4(packet, Ipv4.DestinationAt))
            : (NetworkOrder.V6(packet, Ipv6.SourceAt), NetworkOrder.V6(packet, Ipv6.DestinationAt));
    }

    private static bool IsGroup(IpAddress address) => address.IsMulticast || address.IsLimitedBroadcast;
}
