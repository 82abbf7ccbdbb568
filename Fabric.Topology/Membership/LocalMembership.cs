using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Membership;

/// <summary>The membership of a hive of one node, which never changes.</summary>
public sealed class LocalMembership(Member self, ITopologyReplica replica) : IMembership
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <inheritdoc/>
    public HostId Self => self.Host;

    /// <inheritdoc/>
    public MemberView View => new([self with { Position = Position, InForce = Position }], Never);

    private long Position => replica.State.Head.Position;

    /// <summary>Ends at once for this node, whose answers come when it has the change; nobody tells of others.</summary>
    public Task ReachedAsync(long position, bool isInForce, IReadOnlySet<HostId> hosts, CancellationToken cancellation) =>
        position <= Position && hosts.All(host => host == Self) ? Task.CompletedTask : Never.Until(cancellation);
}
