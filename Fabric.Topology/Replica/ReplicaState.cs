using Fabric.Devices;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Replica;

/// <summary>A description together with the place of the journal that it is the state at.</summary>
/// <param name="Topology">The description; its position is the head's.</param>
/// <param name="Head">The place.</param>
public sealed record ReplicaState(TopologySnapshot Topology, JournalHead Head)
{
    /// <summary>Before the first entry.</summary>
    public static ReplicaState Start { get; } = new(TopologySnapshot.Empty, JournalHead.Start);
}
