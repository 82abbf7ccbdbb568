using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

// IEEE 802.3, section 3.1.1, and RFC 894, Frame Format:
//
//    0   6  destination address
//    6   6  source address
//   12   2  0x0600 and above: EtherType; 1500 and below: length, followed by an LLC header (IEEE 802.2)
//   14      data

/// <summary>Constants of Ethernet frames.</summary>
public static class Ethernet
{
    /// <summary>Bytes of a header without tags.</summary>
    public const int HeaderLength = 14;

    /// <summary>The least frame without its checksum: shorter ones are padded (IEEE 802.3, section 3.2.8).</summary>
    public const int MinFrameLength = 60;

    internal const int DestinationAt = 0;
    internal const int SourceAt = 6;
    internal const int TypeAt = 12;

    /// <summary>Overwrites the destination.</summary>
    /// <param name="frame">At least a header long.</param>
    /// <param name="value">The new address.</param>
    public static void SetDestination(Span<byte> frame, MacAddress value) => NetworkOrder.Put(frame, DestinationAt, value);

    /// <summary>Overwrites the source.</summary>
    /// <inheritdoc cref="SetDestination"/>
    public static void SetSource(Span<byte> frame, MacAddress value) => NetworkOrder.Put(frame, SourceAt, value);

    /// <summary>Overwrites the type, or the length of a frame that has one instead.</summary>
    /// <inheritdoc cref="SetDestination"/>
    public static void SetTypeOrLength(Span<byte> frame, ushort value) => NetworkOrder.Put(frame, TypeAt, value);
}

/// <summary>What an Ethernet frame carries (IEEE 802 numbers).</summary>
public static class EtherType
{
    /// <summary>Not a protocol: the mark of a frame with a length and an LLC header other than SNAP, as Open vSwitch gives it.</summary>
    public const ushort Llc = 0x0004;

    /// <summary>The least value that is a type and not a length.</summary>
    public const ushort Min = 0x0600;

    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;
    public const ushort Rarp = 0x8035;

    /// <summary>A customer tag, IEEE 802.1Q.</summary>
    public const ushort Vlan = 0x8100;
    public const ushort Ipv6 = 0x86dd;

    /// <summary>A service tag, IEEE 802.1ad.</summary>
    public const ushort ServiceVlan = 0x88a8;
    public const ushort Lldp = 0x88cc;

    /// <summary>This type announces a VLAN tag.</summary>
    public static bool IsVlan(ushort type) => type is Vlan or ServiceVlan;
}

/// <summary>A view of an Ethernet frame.</summary>
public readonly ref struct EthernetView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public MacAddress Destination => NetworkOrder.Mac(_bytes, Ethernet.DestinationAt);

    public MacAddress Source => NetworkOrder.Mac(_bytes, Ethernet.SourceAt);

    /// <summary>The EtherType, or a length if below <see cref="Packets.EtherType.Min"/>.</summary>
    public ushort TypeOrLength => NetworkOrder.U16(_bytes, Ethernet.TypeAt);

    /// <summary>All that follows the header, padding included.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Ethernet.HeaderLength..];

    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetView view)
    {
        var fits = frame.Length >= Ethernet.HeaderLength;
        view = fits ? new(frame) : default;
        return fits;
    }
}

/// <summary>The header of a frame that carries a protocol by EtherType.</summary>
/// <param name="Destination">The receiving station or group.</param>
/// <param name="Source">The sending station.</param>
/// <param name="EtherType">0x0600 or above.</param>
public readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, ushort EtherType)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int Length = Ethernet.HeaderLength;

    /// <returns>False with <see cref="HeaderFault.Kind"/> for a frame with a length in place of the type.</returns>
    public static bool TryParse(EthernetView view, out EthernetHeader header, out HeaderFault fault)
    {
        header = new(view.Destination, view.Source, view.TypeOrLength);
        fault = view.TypeOrLength < Packets.EtherType.Min ? HeaderFault.Kind : HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header at the start of a frame.</summary>
    public void Write(Span<byte> frame)
    {
        Debug.Assert(EtherType >= Packets.EtherType.Min, "a length is not an EtherType");
        NetworkOrder.Put(frame, Ethernet.DestinationAt, Destination);
        NetworkOrder.Put(frame, Ethernet.SourceAt, Source);
        NetworkOrder.Put(frame, Ethernet.TypeAt, EtherType);
    }
}
