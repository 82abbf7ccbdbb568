using System.Collections.Immutable;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>Consecutive entries of a journal that were found sound, and what the network was after them.</summary>
/// <param name="Entries">The entries as they are stored, at least one.</param>
/// <param name="State">The state after the last of them, by replay of all entries.</param>
public sealed record AuditPage(ImmutableArray<StoredEntry> Entries, ReplicaState State);
