using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>What a bridge learns by: one station in one VLAN.</summary>
/// <param name="Bridge">The bridge.</param>
/// <param name="Vlan">Identifier of the frame's outer tag, 0 without one.</param>
/// <param name="Mac">The station.</param>
public readonly record struct MacKey(BridgeId Bridge, ushort Vlan, MacAddress Mac);
