using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>The addresses of a frame that carries IP.</summary>
/// <param name="SourceMac">The sending station.</param>
/// <param name="DestinationMac">The receiving station or group.</param>
/// <param name="Source">The packet's sender.</param>
/// <param name="Destination">The packet's receiver, of the same version.</param>
public readonly record struct PacketAddresses(MacAddress SourceMac, MacAddress DestinationMac, IpAddress Source, IpAddress Destination)
{
    /// <summary>The addresses of an answer.</summary>
    public PacketAddresses Reversed => new(DestinationMac, SourceMac, Destination, Source);
}
