using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>What a router resolves: one address on the link of one of its ports.</summary>
/// <param name="Port">The router's port.</param>
/// <param name="Address">The neighbor's address.</param>
public readonly record struct NeighborKey(PortId Port, IpAddress Address);
