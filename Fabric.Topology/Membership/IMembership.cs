using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>Tells who takes part in the hive, who lives, and how far each has followed.</summary>
/// <remarks>Any thread. Nobody is told dead because the journal is away.</remarks>
public interface IMembership
{
    /// <summary>This node.</summary>
    HostId Self { get; }

    /// <summary>The members now. To follow, read, then wait for <see cref="MemberView.Changed"/>, then read again: no change is missed.</summary>
    MemberView View { get; }
}
