using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>More blocks of ports of one address outside that a host wants.</summary>
/// <param name="Address">The address.</param>
/// <param name="Blocks">How many more; fewer will do.</param>
public readonly record struct PortWish(IpAddress Address, int Blocks);
