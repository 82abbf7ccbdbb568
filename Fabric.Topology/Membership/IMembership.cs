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

    /// <summary>Ends when hosts have followed to a position, as far as a newer <see cref="View"/> tells.</summary>
    /// <param name="position">The position.</param>
    /// <param name="isInForce">The position must be what their packets are decided by, not only what they know.</param>
    /// <param name="hosts">Which; one that never takes part is waited for until <paramref name="cancellation"/>.</param>
    /// <param name="cancellation">Gives up, with <see cref="OperationCanceledException"/>.</param>
    /// <remarks>They are asked to tell, so it takes a round trip from when it is so and not the time to their next heartbeat; a lost answer costs that.</remarks>
    Task ReachedAsync(long position, bool isInForce, IReadOnlySet<HostId> hosts, CancellationToken cancellation);
}
