using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>A packet that is to be sent to a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Packet">The packet.</param>
public readonly record struct CheckWish(MemberKey Member, ProbePacket Packet);
