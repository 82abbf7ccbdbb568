using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Makes the frame by which a router asks for a neighbor: what <see cref="EffectKind.ResolveNeighbor"/> wishes to be sent.</summary>
public static class NeighborRequest
{
    /// <summary>The most bytes of such a frame.</summary>
    public const int MaxLength = Ethernet.HeaderLength + Ipv6.HeaderLength + NeighborDiscovery.NeighborLength + LinkLayerOptionLength;

    private const int LinkLayerOptionLength = 8;

    /// <summary>Makes an ARP request (RFC 826, Packet Generation) or a neighbor solicitation (RFC 4861, section 7.2.2) to all.</summary>
    /// <param name="frame">Room for <see cref="MaxLength"/> bytes.</param>
    /// <param name="port">The router port that asks.</param>
    /// <param name="address">Whose station is wanted.</param>
    /// <returns>Bytes of the frame; 0 if the port has no address to ask from.</returns>
    public static int Build(Span<byte> frame, Port port, IpAddress address)
    {
        if (port.Mac is not { } mac || PortAddressing.SourceFor(port, address) is not { } own)
            return 0;
        return address.Family == IpFamily.V4
            ? PacketBuilder.ArpRequest(frame, mac, own.AsV4, address.AsV4)
            : PacketBuilder.NeighborSolicitation(frame, mac, own.AsV6, address.AsV6);
    }
}
