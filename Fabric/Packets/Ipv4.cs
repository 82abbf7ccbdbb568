using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 791, section 3.1, Internet Header Format:
//
//    0   4b version: 4
//        4b IHL: header length in 32-bit words, 5..15
//    1   1  type of service: 6b DSCP (RFC 2474, section 3), 2b ECN (RFC 3168, section 5)
//    2   2  total length of header and data in bytes
//    4   2  identification
//    6   1b reserved, must be zero
//        1b don't fragment
//        1b more fragments
//       13b fragment offset in units of 8 bytes
//    8   1  time to live
//    9   1  protocol
//   10   2  header checksum
//   12   4  source address
//   16   4  destination address
//   20      options and padding

/// <summary>Constants of IPv4 headers, and changes in place that keep the header checksum right.</summary>
/// <remarks>The changes take a packet that starts with a whole header. Addresses are part of upper checksums too: see <see cref="PacketEditor"/>.</remarks>
public static class Ipv4
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinHeaderLength = 20;

    /// <summary>Bytes of a header with all options it can have.</summary>
    public const int MaxHeaderLength = MinHeaderLength + HeaderOptions.MaxLength;

    /// <summary>The most bytes of a packet.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>The time to live of packets made here (RFC 1700, IP TIME TO LIVE PARAMETER).</summary>
    public const byte DefaultTtl = 64;

    internal const int TosAt = 1;
    internal const int TotalLengthAt = 2;
    internal const int IdentificationAt = 4;
    internal const int FragmentAt = 6;
    internal const int TtlAt = 8;
    internal const int ProtocolAt = 9;
    internal const int ChecksumAt = 10;
    internal const int SourceAt = 12;
    internal const int DestinationAt = 16;

    internal const ushort ReservedFlag = 0x8000;
    internal const ushort DontFragmentFlag = 0x4000;
    internal const ushort MoreFragmentsFlag = 0x2000;
    internal const ushort FragmentOffsetMask = 0x1fff;

    /// <summary>Overwrites the time to live.</summary>
    public static void SetTtl(Span<byte> packet, byte value) => SetWord(packet, TtlAt, (ushort)(value << 8 | packet[ProtocolAt]));

    /// <summary>Overwrites the type of service.</summary>
    public static void SetTos(Span<byte> packet, byte value) => SetWord(packet, 0, (ushort)(packet[0] << 8 | value));

    /// <summary>Overwrites an address, at its offset, in the header alone.</summary>
    internal static void SetAddress(Span<byte> packet, int at, Ipv4Address value)
    {
        var checksum = NetworkOrder.U16(packet, ChecksumAt);
        NetworkOrder.Put(packet, ChecksumAt, Checksum.Update(checksum, NetworkOrder.U32(packet, at), value.Bits));
        NetworkOrder.Put(packet, at, value);
    }

    private static void SetWord(Span<byte> packet, int at, ushort value)
    {
        var checksum = NetworkOrder.U16(packet, ChecksumAt);
        NetworkOrder.Put(packet, ChecksumAt, Checksum.Update(checksum, NetworkOrder.U16(packet, at), value));
        NetworkOrder.Put(packet, at, value);
    }
}

/// <summary>A view of an IPv4 packet.</summary>
public readonly ref struct Ipv4View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[0] >> 4);

    /// <summary>Bytes of the header, options included: 20, 24, ... 60.</summary>
    public int HeaderLength => (_bytes[0] & 0xf) * 4;

    public byte Tos => _bytes[Ipv4.TosAt];

    /// <summary>What the header says, in bytes.</summary>
    public ushort TotalLength => NetworkOrder.U16(_bytes, Ipv4.TotalLengthAt);

    public ushort Identification => NetworkOrder.U16(_bytes, Ipv4.IdentificationAt);

    /// <summary>The bit that must be zero.</summary>
    public bool IsReserved => (Fragment & Ipv4.ReservedFlag) != 0;

    public bool IsDontFragment => (Fragment & Ipv4.DontFragmentFlag) != 0;

    public bool HasMoreFragments => (Fragment & Ipv4.MoreFragmentsFlag) != 0;

    /// <summary>Where this fragment's data belong, in bytes: 0, 8, ... 65 528.</summary>
    public int FragmentOffset => (Fragment & Ipv4.FragmentOffsetMask) * 8;

    public byte Ttl => _bytes[Ipv4.TtlAt];

    public byte Protocol => _bytes[Ipv4.ProtocolAt];

    public ushort HeaderChecksum => NetworkOrder.U16(_bytes, Ipv4.ChecksumAt);

    public Ipv4Address Source => NetworkOrder.V4(_bytes, Ipv4.SourceAt);

    public Ipv4Address Destination => NetworkOrder.V4(_bytes, Ipv4.DestinationAt);

    /// <summary>Options and padding: <see cref="OptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[Ipv4.MinHeaderLength..HeaderLength];

    public ReadOnlySpan<byte> Header => _bytes[..HeaderLength];

    /// <summary>The data, to where the total length or else the bytes at hand end.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[HeaderLength..Math.Clamp(TotalLength, HeaderLength, _bytes.Length)];

    private ushort Fragment => NetworkOrder.U16(_bytes, Ipv4.FragmentAt);

    /// <param name="packet">The packet; padding may follow it, or data may be missing.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than the header says, or this says less than 20.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out Ipv4View view)
    {
        var fits = packet.Length >= Ipv4.MinHeaderLength && IsHeaderLength((packet[0] & 0xf) * 4, packet.Length);
        view = fits ? new(packet) : default;
        return fits;
    }

    private static bool IsHeaderLength(int length, int atHand) => length >= Ipv4.MinHeaderLength && length <= atHand;
}

/// <summary>An IPv4 header.</summary>
/// <param name="Source">The sender.</param>
/// <param name="Destination">The receiver or group.</param>
/// <param name="Protocol">What the data are.</param>
/// <param name="PayloadLength">Bytes of data: 0..65 535 less the header.</param>
public readonly record struct Ipv4Header(Ipv4Address Source, Ipv4Address Destination, byte Protocol, int PayloadLength)
{
    public byte Tos { get; init; }

    public ushort Identification { get; init; }

    public bool IsDontFragment { get; init; }

    public bool HasMoreFragments { get; init; }

    /// <summary>Where this fragment's data belong, in bytes, a multiple of 8.</summary>
    public int FragmentOffset { get; init; }

    public byte Ttl { get; init; } = Ipv4.DefaultTtl;

    public HeaderOptions Options { get; init; }

    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public int Length => Ipv4.MinHeaderLength + Options.Length;

    /// <summary>Reads a header whose packet is whole (RFC 1812, section 5.2.2, the checks of a router).</summary>
    public static bool TryParse(Ipv4View view, out Ipv4Header header, out HeaderFault fault)
    {
        fault = FaultOf(view);
        header =
            fault != HeaderFault.None
                ? default
                : new(view.Source, view.Destination, view.Protocol, view.Payload.Length)
                {
                    Tos = view.Tos,
                    Identification = view.Identification,
                    IsDontFragment = view.IsDontFragment,
                    HasMoreFragments = view.HasMoreFragments,
                    FragmentOffset = view.FragmentOffset,
                    Ttl = view.Ttl,
                    Options = new HeaderOptions(view.Options),
                };
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header with its checksum.</summary>
    public void Write(Span<byte> packet)
    {
        Debug.Assert(FragmentOffset % 8 == 0 && FragmentOffset <= Ipv4.FragmentOffsetMask * 8, "not a fragment offset");
        Debug.Assert(PayloadLength >= 0 && Length + PayloadLength <= Ipv4.MaxLength, "more than a packet holds");
        var fragment = FragmentOffset / 8 | (IsDontFragment ? Ipv4.DontFragmentFlag : 0) | (HasMoreFragments ? Ipv4.MoreFragmentsFlag : 0);
        packet[0] = (byte)(4 << 4 | Length / 4);
        packet[Ipv4.TosAt] = Tos;
        NetworkOrder.Put(packet, Ipv4.TotalLengthAt, (ushort)(Length + PayloadLength));
        NetworkOrder.Put(packet, Ipv4.IdentificationAt, Identification);
        NetworkOrder.Put(packet, Ipv4.FragmentAt, (ushort)fragment);
        packet[Ipv4.TtlAt] = Ttl;
        packet[Ipv4.ProtocolAt] = Protocol;
        NetworkOrder.Put(packet, Ipv4.ChecksumAt, (ushort)0);
        NetworkOrder.Put(packet, Ipv4.SourceAt, Source);
        NetworkOrder.Put(packet, Ipv4.DestinationAt, Destination);
        Options.Write(packet[Ipv4.MinHeaderLength..]);
        NetworkOrder.Put(packet, Ipv4.ChecksumAt, Checksum.Of(packet[..Length]));
    }

    private static HeaderFault FaultOf(Ipv4View view)
    {
        if (view.Version != 4)
            return HeaderFault.Version;
        if (view.TotalLength != view.HeaderLength + view.Payload.Length)
            return HeaderFault.Length;
        if (Checksum.Of(view.Header) != 0)
            return HeaderFault.Checksum;
        if (view.IsReserved)
            return HeaderFault.Reserved;
        // RFC 1122, section 3.2.1.3: a group of hosts is never a source.
        var isGroup = view.Source.IsMulticast || view.Source == Ipv4Address.Broadcast;
        return isGroup ? HeaderFault.Value : HeaderFault.None;
    }
}
