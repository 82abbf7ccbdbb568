using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketEditor
{
    /// <summary>Lowers the maximum segment size that a TCP segment announces, if it announces more.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="max">The most data that one packet of the path holds (RFC 9293, section 3.7.1).</param>
    /// <returns>True if the frame was changed.</returns>
    public static bool ClampMaxSegmentSize(Span<byte> frame, in PacketLayout layout, ushort max)
    {
        if (layout.Transport != TransportKind.Tcp)
            return false;
        var segment = frame[layout.TransportOffset..];
        if (!Tcp.TryFindMaxSegmentSize(segment, out var at) || NetworkOrder.U16(segment, at) <= max)
            return false;
        var old = NetworkOrder.U16(segment, at);
        NetworkOrder.Put(segment, at, max);
        // At an odd offset each half lies in the other half of its word: the sum is the same with bytes swapped
        // (RFC 1071, section 2 (B)).
        var isOdd = at % 2 != 0;
        UpdateTransport(frame, layout, isOdd ? Swap(old) : old, isOdd ? Swap(max) : max, isPseudoHeader: false);
        return true;
    }

    /// <summary>Overwrites the target of a neighbor solicitation or advertisement.</summary>
    public static void SetNdTarget(Span<byte> frame, in PacketLayout layout, Ipv6Address value)
    {
        if (!TryNeighbor(frame, layout, out _))
            return;
        var at = layout.TransportOffset + NeighborDiscovery.TargetAt;
        var old = NetworkOrder.V6(frame, at);
        NetworkOrder.Put(frame, at, value);
        UpdateTransport(frame, layout, Checksum.Words(old.Bits), Checksum.Words(value.Bits), isPseudoHeader: false);
    }

    /// <summary>Overwrites the source link-layer address of a neighbor solicitation or advertisement that has one.</summary>
    public static void SetNdSource(Span<byte> frame, in PacketLayout layout, MacAddress value) =>
        SetNdOption(frame, layout, NdOption.SourceLinkLayer, value);

    /// <summary>Overwrites the target link-layer address of a neighbor solicitation or advertisement that has one.</summary>
    public static void SetNdTarget(Span<byte> frame, in PacketLayout layout, MacAddress value) =>
        SetNdOption(frame, layout, NdOption.TargetLinkLayer, value);

    private static void SetNdOption(Span<byte> frame, in PacketLayout layout, byte option, MacAddress value)
    {
        if (!TryNeighbor(frame, layout, out var view))
            return;
        var options = new NdOptionReader(view.Options);
        while (options.TryNext(out var type, out var bytes))
        {
            if (type != option || bytes.Length != 6)
                continue;
            ((ReadOnlySpan<byte>)frame).Overlaps(bytes, out var at);
            var old = NetworkOrder.Mac(frame, at);
            NetworkOrder.Put(frame, at, value);
            UpdateTransport(frame, layout, Checksum.Fold64(old.Bits), Checksum.Fold64(value.Bits), isPseudoHeader: false);
            return;
        }
    }

    private static bool TryNeighbor(ReadOnlySpan<byte> frame, in PacketLayout layout, out NeighborView view)
    {
        view = default;
        return layout.Transport == TransportKind.Icmpv6
            && NeighborView.TryParse(frame[layout.TransportOffset..], out view)
            && view.Type is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement;
    }

    /// <summary>Takes a change of covered bytes into the transport checksum.</summary>
    /// <remarks>
    /// No transport header, no checksum: a later fragment's lies in the first one. A UDP checksum of zero stays, since
    /// there is none, and a computed zero is sent as all ones (RFC 768, Fields). An unfinished one holds the sum of the
    /// pseudo header, not complemented, so it follows changes of that alone.
    /// </remarks>
    private static void UpdateTransport(Span<byte> frame, in PacketLayout layout, ushort old, ushort @new, bool isPseudoHeader)
    {
        if (layout.Transport == TransportKind.None)
            return;
        var at = layout.TransportOffset + TransportChecksum.OffsetOf(layout.Transport);
        var checksum = NetworkOrder.U16(frame, at);
        if (layout.HasPartialChecksum)
        {
            if (isPseudoHeader)
                NetworkOrder.Put(frame, at, (ushort)~Checksum.Update((ushort)~checksum, old, @new));
            return;
        }
        var isUdp = layout.Transport == TransportKind.Udp;
        if (isUdp && checksum == 0)
            return;
        checksum = Checksum.Update(checksum, old, @new);
        NetworkOrder.Put(frame, at, isUdp ? Udp.Sent(checksum) : checksum);
    }

    private static ushort Swap(ushort value) => (ushort)(value << 8 | value >> 8);
}
