using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>A wait for hosts to reach a position.</summary>
/// <param name="Position">The position.</param>
/// <param name="IsInForce">It must be what their packets are decided by.</param>
/// <param name="Hosts">Which hosts.</param>
/// <param name="Done">Ends the wait; whoever waits may give it up by cancelling it.</param>
internal sealed record PositionWait(long Position, bool IsInForce, IReadOnlySet<HostId> Hosts, TaskCompletionSource Done);
