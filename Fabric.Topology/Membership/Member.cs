using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>A node that takes part in the hive.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State">How it stands to the hive.</param>
/// <param name="Roles">The duties it takes a share of.</param>
/// <param name="Position">The position that its replica had reached when it was last heard.</param>
public sealed record Member(HostId Host, string Name, MemberState State, MemberRoles Roles, long Position = 0);
