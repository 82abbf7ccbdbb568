using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 826, Packet format; m = hardware length, n = protocol length:
//
//    0   2  hardware address space: 1 Ethernet (IANA)
//    2   2  protocol address space: an EtherType
//    4   1  hardware length
//    5   1  protocol length
//    6   2  opcode: 1 request, 2 reply
//    8   m  sender hardware address
//        n  sender protocol address
//        m  target hardware address
//        n  target protocol address

/// <summary>Constants of ARP packets, and changes in place.</summary>
public static class Arp
{
    /// <summary>Bytes of a packet that maps IPv4 to Ethernet.</summary>
    public const int Ipv4OverEthernetLength = 28;

    /// <summary>The hardware address space of Ethernet.</summary>
    public const ushort EthernetHardware = 1;

    public const ushort Request = 1;
    public const ushort Reply = 2;

    internal const int HardwareTypeAt = 0;
    internal const int ProtocolTypeAt = 2;
    internal const int HardwareLengthAt = 4;
    internal const int ProtocolLengthAt = 5;
    internal const int OperationAt = 6;
    internal const int FixedLength = 8;

    // The addresses of a packet that maps IPv4 to Ethernet.
    internal const int SenderMacAt = 8;
    internal const int SenderIpAt = 14;
    internal const int TargetMacAt = 18;
    internal const int TargetIpAt = 24;

    /// <summary>The fixed part says that the packet maps IPv4 to Ethernet; the caller proved 28 bytes.</summary>
    internal static bool IsIpv4OverEthernet(ReadOnlySpan<byte> packet) =>
        NetworkOrder.U32(packet, HardwareTypeAt) == (EthernetHardware << 16 | EtherType.Ipv4)
        && NetworkOrder.U16(packet, HardwareLengthAt) == (6 << 8 | 4);
}

/// <summary>A view of an ARP packet for any kind of address.</summary>
public readonly ref struct ArpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort HardwareType => NetworkOrder.U16(_bytes, Arp.HardwareTypeAt);

    /// <summary>An EtherType.</summary>
    public ushort ProtocolType => NetworkOrder.U16(_bytes, Arp.ProtocolTypeAt);

    /// <summary>Bytes of a hardware address.</summary>
    public byte HardwareLength => _bytes[Arp.HardwareLengthAt];

    /// <summary>Bytes of a protocol address.</summary>
    public byte ProtocolLength => _bytes[Arp.ProtocolLengthAt];

    public ushort Operation => NetworkOrder.U16(_bytes, Arp.OperationAt);

    public ReadOnlySpan<byte> SenderHardware => _bytes.Slice(Arp.FixedLength, HardwareLength);

    public ReadOnlySpan<byte> SenderProtocol => _bytes.Slice(Arp.FixedLength + HardwareLength, ProtocolLength);

    public ReadOnlySpan<byte> TargetHardware => _bytes.Slice(Arp.FixedLength + HardwareLength + ProtocolLength, HardwareLength);

    public ReadOnlySpan<byte> TargetProtocol => _bytes.Slice(Arp.FixedLength + 2 * HardwareLength + ProtocolLength, ProtocolLength);

    /// <summary>The packet maps IPv4 to Ethernet: the kind that <see cref="ArpHeader"/> holds.</summary>
    public bool IsIpv4OverEthernet => _bytes.Length >= Arp.Ipv4OverEthernetLength && Arp.IsIpv4OverEthernet(_bytes);

    /// <param name="packet">The packet; padding may follow it.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than the packet says.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out ArpView view)
    {
        var fits =
            packet.Length >= Arp.FixedLength
            && packet.Length >= Arp.FixedLength + 2 * (packet[Arp.HardwareLengthAt] + packet[Arp.ProtocolLengthAt]);
        view = fits ? new(packet) : default;
        return fits;
    }
}

/// <summary>An ARP packet that maps IPv4 to Ethernet.</summary>
/// <param name="Operation">Request, reply, or another.</param>
/// <param name="SenderMac">The sender's station.</param>
/// <param name="SenderIp">The sender; 0.0.0.0 in a probe (RFC 5227, section 1.1).</param>
/// <param name="TargetMac">In a reply the receiver's station; in a request without meaning, zero as a rule.</param>
/// <param name="TargetIp">The address asked for, or the receiver's.</param>
public readonly record struct ArpHeader(
    ushort Operation,
    MacAddress SenderMac,
    Ipv4Address SenderIp,
    MacAddress TargetMac,
    Ipv4Address TargetIp
)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int Length = Arp.Ipv4OverEthernetLength;

    /// <returns>
    /// False with <see cref="HeaderFault.Kind"/> for other address spaces, <see cref="HeaderFault.Value"/> for a
    /// sender that is a group of stations.
    /// </returns>
    public static bool TryParse(ArpView view, out ArpHeader header, out HeaderFault fault)
    {
        header = default;
        fault = HeaderFault.Kind;
        if (!view.IsIpv4OverEthernet)
            return false;
        header = new(
            view.Operation,
            NetworkOrder.Mac(view.SenderHardware, 0),
            NetworkOrder.V4(view.SenderProtocol, 0),
            NetworkOrder.Mac(view.TargetHardware, 0),
            NetworkOrder.V4(view.TargetProtocol, 0)
        );
        fault = header.SenderMac.IsMulticast ? HeaderFault.Value : HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the packet.</summary>
    public void Write(Span<byte> packet)
    {
        NetworkOrder.Put(packet, Arp.HardwareTypeAt, Arp.EthernetHardware);
        NetworkOrder.Put(packet, Arp.ProtocolTypeAt, EtherType.Ipv4);
        packet[Arp.HardwareLengthAt] = 6;
        packet[Arp.ProtocolLengthAt] = 4;
        NetworkOrder.Put(packet, Arp.OperationAt, Operation);
        NetworkOrder.Put(packet, Arp.SenderMacAt, SenderMac);
        NetworkOrder.Put(packet, Arp.SenderIpAt, SenderIp);
        NetworkOrder.Put(packet, Arp.TargetMacAt, TargetMac);
        NetworkOrder.Put(packet, Arp.TargetIpAt, TargetIp);
    }
}
