using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Protocol;

/// <summary>What the writer has stored, to every node at once; one that it does not reach reads the journal.</summary>
/// <param name="Previous">The place before the first of them.</param>
/// <param name="Entries">Consecutive entries; none if they are too large to be pushed.</param>
internal sealed record Pushed(JournalHead Previous, ImmutableArray<StoredEntry> Entries);
