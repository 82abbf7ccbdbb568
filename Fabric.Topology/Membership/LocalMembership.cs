using Fabric.Devices;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Membership;

/// <summary>The membership of a hive of one node, which never changes.</summary>
public sealed class LocalMembership(Member self, ITopologyReplica replica) : IMembership
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <inheritdoc/>
    public HostId Self => self.Host;

    /// <inheritdoc/>
    public MemberView View => new([self with { Position = replica.State.Head.Position }], Never);
}
