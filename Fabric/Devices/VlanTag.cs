namespace Fabric.Devices;

/// <summary>A VLAN tag (IEEE 802.1Q, section 9.6).</summary>
/// <param name="Tpid">0x8100 (customer) or 0x88a8 (service).</param>
/// <param name="Id">VLAN identifier, 0..4094; 0 is a priority tag.</param>
/// <param name="Priority">Priority code point, 0..7.</param>
public readonly record struct VlanTag(ushort Tpid, ushort Id, byte Priority);
