using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 8200, section 3, IPv6 Header Format:
//
//    0   4b version: 6
//        8b traffic class: 6b DSCP (RFC 2474, section 3), 2b ECN (RFC 3168, section 5)
//       20b flow label
//    4   2  payload length: all that follows this header, extension headers included
//    6   1  next header: an extension header or the upper protocol
//    7   1  hop limit
//    8  16  source address
//   24  16  destination address
//   40      extension headers and data

/// <summary>Constants of IPv6 headers, and changes in place.</summary>
/// <remarks>The changes take a packet that starts with a whole header. Addresses are part of upper checksums: see <see cref="PacketEditor"/>.</remarks>
public static class Ipv6
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 40;

    /// <summary>Bytes every link carries whole (RFC 8200, section 5).</summary>
    public const int MinMtu = 1280;

    /// <summary>The bits of the flow label in the first word.</summary>
    public const uint FlowLabelMask = 0xf_ffff;

    /// <summary>The hop limit of packets made here (RFC 1700, IP TIME TO LIVE PARAMETER).</summary>
    public const byte DefaultHopLimit = 64;

    internal const int PayloadLengthAt = 4;
    internal const int NextHeaderAt = 6;
    internal const int HopLimitAt = 7;
    internal const int SourceAt = 8;
    internal const int DestinationAt = 24;

    /// <summary>Overwrites the hop limit.</summary>
    public static void SetHopLimit(Span<byte> packet, byte value) => packet[HopLimitAt] = value;

    /// <summary>Overwrites the traffic class.</summary>
    public static void SetTrafficClass(Span<byte> packet, byte value) =>
        NetworkOrder.Put(packet, 0, NetworkOrder.U32(packet, 0) & ~(0xffu << 20) | (uint)value << 20);

    /// <summary>Overwrites the flow label, 20 bits.</summary>
    public static void SetFlowLabel(Span<byte> packet, uint value) =>
        NetworkOrder.Put(packet, 0, NetworkOrder.U32(packet, 0) & ~FlowLabelMask | value & FlowLabelMask);
}

/// <summary>A view of an IPv6 packet.</summary>
public readonly ref struct Ipv6View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[0] >> 4);

    public byte TrafficClass => (byte)(NetworkOrder.U16(_bytes, 0) >> 4);

    public uint FlowLabel => NetworkOrder.U32(_bytes, 0) & Ipv6.FlowLabelMask;

    /// <summary>What the header says, in bytes; the header itself is not counted.</summary>
    public ushort PayloadLength => NetworkOrder.U16(_bytes, Ipv6.PayloadLengthAt);

    public byte NextHeader => _bytes[Ipv6.NextHeaderAt];

    public byte HopLimit => _bytes[Ipv6.HopLimitAt];

    public Ipv6Address Source => NetworkOrder.V6(_bytes, Ipv6.SourceAt);

    public Ipv6Address Destination => NetworkOrder.V6(_bytes, Ipv6.DestinationAt);

    /// <summary>Extension headers and data, to where the payload length or else the bytes at hand end.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(Ipv6.HeaderLength, Math.Min(PayloadLength, _bytes.Length - Ipv6.HeaderLength));

    /// <param name="packet">The packet; padding may follow it, or data may be missing.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out Ipv6View view)
    {
        var fits = packet.Length >= Ipv6.HeaderLength;
        view = fits ? new(packet) : default;
        return fits;
    }
}

/// <summary>An IPv6 header.</summary>
/// <param name="Source">The sender.</param>
/// <param name="Destination">The receiver or group.</param>
/// <param name="NextHeader">The first extension header or the upper protocol.</param>
/// <param name="PayloadLength">Bytes that follow the header, 0..65 535.</param>
public readonly record struct Ipv6Header(Ipv6Address Source, Ipv6Address Destination, byte NextHeader, int PayloadLength)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int Length = Ipv6.HeaderLength;

    public byte TrafficClass { get; init; }

    /// <summary>20 bits.</summary>
    public uint FlowLabel { get; init; }

    public byte HopLimit { get; init; } = Ipv6.DefaultHopLimit;

    /// <summary>Reads a header whose packet is whole.</summary>
    public static bool TryParse(Ipv6View view, out Ipv6Header header, out HeaderFault fault)
    {
        fault = FaultOf(view);
        header =
            fault != HeaderFault.None
                ? default
                : new(view.Source, view.Destination, view.NextHeader, view.PayloadLength)
                {
                    TrafficClass = view.TrafficClass,
                    FlowLabel = view.FlowLabel,
                    HopLimit = view.HopLimit,
                };
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> packet)
    {
        Debug.Assert(FlowLabel <= Ipv6.FlowLabelMask, "more than a flow label holds");
        Debug.Assert(PayloadLength is >= 0 and <= ushort.MaxValue, "more than a packet holds");
        NetworkOrder.Put(packet, 0, 6u << 28 | (uint)TrafficClass << 20 | FlowLabel);
        NetworkOrder.Put(packet, Ipv6.PayloadLengthAt, (ushort)PayloadLength);
        packet[Ipv6.NextHeaderAt] = NextHeader;
        packet[Ipv6.HopLimitAt] = HopLimit;
        NetworkOrder.Put(packet, Ipv6.SourceAt, Source);
        NetworkOrder.Put(packet, Ipv6.DestinationAt, Destination);
    }

    private static HeaderFault FaultOf(Ipv6View view)
    {
        if (view.Version != 6)
            return HeaderFault.Version;
        if (view.PayloadLength != view.Payload.Length)
            return HeaderFault.Length;
        // RFC 4291, section 2.7: a group is never a source.
        return view.Source.IsMulticast ? HeaderFault.Value : HeaderFault.None;
    }
}
