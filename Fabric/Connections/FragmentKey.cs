using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Which packet a fragment is of, as it entered the network.</summary>
/// <param name="Ingress">The exterior port.</param>
/// <param name="Source">Sender.</param>
/// <param name="Destination">Receiver.</param>
/// <param name="Protocol">IP protocol; 0 in IPv6, where later fragments do not tell it.</param>
/// <param name="Identification">What the sender numbered the packet by.</param>
public readonly record struct FragmentKey(PortId Ingress, IpAddress Source, IpAddress Destination, byte Protocol, uint Identification);
