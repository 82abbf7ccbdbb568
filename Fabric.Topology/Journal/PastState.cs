using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>A state of the past that was read, and where reading began.</summary>
/// <param name="Origin">The position of the stored snapshot that it grew out of, 0 for none: states of one origin share most of their memory.</param>
/// <param name="State">The state.</param>
public sealed record PastState(long Origin, ReplicaState State);
