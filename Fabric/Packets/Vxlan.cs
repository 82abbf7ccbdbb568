using System.Diagnostics;

namespace Fabric.Packets;

// RFC 7348, section 5, VXLAN Frame Format:
//
//    0   1  flags: 0x08 says that the identifier is valid; the others are reserved
//    1   3  reserved
//    4   3  VXLAN network identifier
//    7   1  reserved
//    8      an Ethernet frame without its checksum

/// <summary>Constants of VXLAN headers.</summary>
public static class Vxlan
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>The UDP port that frames are sent to.</summary>
    public const ushort Port = 4789;

    /// <summary>The highest identifier.</summary>
    public const uint MaxVni = 0xff_ffff;

    /// <summary>The lowest source port: of the ports for private use (RFC 7348, section 5, Outer UDP Header; RFC 6335, section 6).</summary>
    public const ushort FirstSourcePort = 49152;

    /// <summary>The source port of a frame, by its flow: so that the underlay spreads flows over its ways and keeps each on one.</summary>
    /// <returns>49152..65535.</returns>
    public static ushort SourcePortOf(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        var addresses = layout.Network switch
        {
            NetworkKind.Ipv4 => frame.Slice(layout.NetworkOffset + Ipv4.SourceAt, 8),
            NetworkKind.Ipv6 => frame.Slice(layout.NetworkOffset + Ipv6.SourceAt, 32),
            _ => frame[..12],
        };
        // Later fragments have no ports, so none of a packet that is cut counts them.
        var hasPorts = layout is { Transport: TransportKind.Tcp or TransportKind.Udp, Fragment: FragmentPart.Whole };
        ulong hash = layout.Protocol;
        foreach (var part in addresses)
            hash = (hash ^ part) * Prime;
        if (hasPorts)
            hash = (hash ^ NetworkOrder.U32(frame, layout.TransportOffset)) * Prime;
        hash ^= hash >> 32;
        return (ushort)(FirstSourcePort + (hash ^ hash >> 16) % (ushort.MaxValue - FirstSourcePort + 1));
    }

    /// <summary>Of the hash FNV-1a.</summary>
    private const ulong Prime = 0x100_0000_01b3;

    internal const byte ValidFlag = 0x08;
    internal const int VniAt = 4;
}

/// <summary>A view of a VXLAN packet.</summary>
public readonly ref struct VxlanView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private VxlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Flags => _bytes[0];

    public uint Vni => NetworkOrder.U32(_bytes, Vxlan.VniAt) >> 8;

    /// <summary>The frame inside.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Vxlan.HeaderLength..];

    /// <param name="packet">The data of a UDP datagram.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out VxlanView view)
    {
        var fits = packet.Length >= Vxlan.HeaderLength;
        view = fits ? new(packet) : default;
        return fits;
    }
}

/// <summary>A VXLAN header.</summary>
/// <param name="Vni">0..2^24-1.</param>
public readonly record struct VxlanHeader(uint Vni)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int Length = Vxlan.HeaderLength;

    /// <summary>Reads a header; its reserved bits are ignored, as RFC 7348, section 5, demands of a receiver.</summary>
    /// <returns>False with <see cref="HeaderFault.Kind"/> if the identifier is not valid.</returns>
    public static bool TryParse(VxlanView view, out VxlanHeader header, out HeaderFault fault)
    {
        header = new(view.Vni);
        fault = (view.Flags & Vxlan.ValidFlag) == 0 ? HeaderFault.Kind : HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> packet)
    {
        Debug.Assert(Vni <= Vxlan.MaxVni, "more than an identifier holds");
        NetworkOrder.Put(packet, 0, (uint)Vxlan.ValidFlag << 24);
        NetworkOrder.Put(packet, Vxlan.VniAt, Vni << 8);
    }
}
