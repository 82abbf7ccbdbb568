namespace Fabric.Packets;

/// <summary>Writes fragment headers, and cuts IPv6 packets that were IPv4 packets which may be cut (RFC 7915, section 4; RFC 8200, section 4.5).</summary>
public static class Ipv6Fragments
{
    /// <summary>Bytes of a fragment header.</summary>
    public const int HeaderLength = 8;

    /// <summary>The most bytes of data in a fragment of a packet of 1280 bytes, a multiple of 8.</summary>
    public const int MaxData = Ipv6.MinMtu - Ipv6.HeaderLength - HeaderLength & ~7;

    private const int OffsetAt = 2;
    private const int IdentificationAt = 4;

    /// <summary>Writes a fragment header.</summary>
    /// <param name="target">Room for it.</param>
    /// <param name="protocol">What the packet carries.</param>
    /// <param name="offset">Where its data belong, in bytes, a multiple of 8.</param>
    /// <param name="hasMore">Others follow.</param>
    /// <param name="identification">Which packet it is of.</param>
    public static void WriteHeader(Span<byte> target, byte protocol, int offset, bool hasMore, uint identification)
    {
        (target[0], target[1]) = (protocol, 0);
        NetworkOrder.Put(target, OffsetAt, (ushort)(offset | (hasMore ? 1 : 0)));
        NetworkOrder.Put(target, IdentificationAt, identification);
    }

    /// <summary>How many fragments a packet is to be cut into so that every link takes them.</summary>
    /// <param name="packet">A packet without extension headers but for a fragment header that comes first.</param>
    public static int CountOf(ReadOnlySpan<byte> packet) =>
        packet.Length <= Ipv6.MinMtu ? 1 : (DataOf(packet).Length + MaxData - 1) / MaxData;

    /// <summary>Writes one of the fragments of a packet.</summary>
    /// <param name="packet">As for <see cref="CountOf"/>, which says more than one.</param>
    /// <param name="number">Which one: 0..count - 1.</param>
    /// <param name="identification">Which packet they are of, unless it is a fragment itself and says so.</param>
    /// <param name="target">Room for 1280 bytes.</param>
    /// <returns>Bytes of the fragment.</returns>
    public static int Write(ReadOnlySpan<byte> packet, int number, uint identification, Span<byte> target)
    {
        var data = DataOf(packet);
        var protocol = packet[Ipv6.NextHeaderAt];
        var (offset, hasMore) = (0, false);
        if (protocol == IpProtocol.Fragment)
        {
            var header = packet[Ipv6.HeaderLength..];
            var word = NetworkOrder.U16(header, OffsetAt);
            (protocol, offset, hasMore) = (header[0], word & ~7, (word & 1) != 0);
            identification = NetworkOrder.U32(header, IdentificationAt);
        }
        var at = number * MaxData;
        var part = data.Slice(at, Math.Min(MaxData, data.Length - at));
        packet[..Ipv6.HeaderLength].CopyTo(target);
        target[Ipv6.NextHeaderAt] = IpProtocol.Fragment;
        NetworkOrder.Put(target, Ipv6.PayloadLengthAt, (ushort)(HeaderLength + part.Length));
        WriteHeader(target[Ipv6.HeaderLength..], protocol, offset + at, hasMore || at + part.Length < data.Length, identification);
        part.CopyTo(target[(Ipv6.HeaderLength + HeaderLength)..]);
        return Ipv6.HeaderLength + HeaderLength + part.Length;
    }

    private static ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> packet) =>
        packet[(Ipv6.HeaderLength + (packet[Ipv6.NextHeaderAt] == IpProtocol.Fragment ? HeaderLength : 0))..];
}
