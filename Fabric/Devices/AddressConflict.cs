using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Two ports of one bridge or router that claim one address.</summary>
/// <remarks>Exists only between two events of one entry; the rules of the network refuse an entry that would end so.</remarks>
/// <param name="Holder">The port of the lower id, which the index counts.</param>
/// <param name="Rival">The other port.</param>
/// <param name="Mac">The Ethernet address that both claim, or null.</param>
/// <param name="Address">The IP address that both claim, or null.</param>
public readonly record struct AddressConflict(PortId Holder, PortId Rival, MacAddress? Mac, IpAddress? Address);
