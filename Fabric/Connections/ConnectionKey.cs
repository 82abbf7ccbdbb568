using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>One direction of a connection as one device sees it enter.</summary>
/// <param name="Device">The bridge or router.</param>
/// <param name="Protocol">IP protocol.</param>
/// <param name="Source">Sender.</param>
/// <param name="Destination">Receiver.</param>
/// <param name="SourcePort">Sender's port, or the identifier of an ICMP echo.</param>
/// <param name="DestinationPort">Receiver's port, or the identifier of an ICMP echo.</param>
public readonly record struct ConnectionKey(DeviceRef Device, byte Protocol, IpAddress Source, IpAddress Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>The direction from the receiver to the sender, as another device sees it enter.</summary>
    public ConnectionKey ReverseAt(DeviceRef device) => new(device, Protocol, Destination, Source, DestinationPort, SourcePort);
}
