using Fabric.Changes;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Feed;

/// <summary>What the feed carries: entries one after the other, or, when the reader's past is not the journal's, a whole state.</summary>
/// <remarks>Immutable.</remarks>
public abstract record FeedItem
{
    private FeedItem() { }

    /// <summary>The reader's place after this item.</summary>
    public abstract JournalHead Head { get; }

    /// <summary>The next entry.</summary>
    /// <param name="Entry">The entry; its position is one more than the place of the item before.</param>
    /// <param name="Hash">Its hash in the journal.</param>
    public sealed record Stored(JournalEntry Entry, EntryHash Hash) : FeedItem
    {
        /// <inheritdoc/>
        public override JournalHead Head => new(Entry.Position, Hash);
    }

    /// <summary>A state to take in place of all that came before; its position may be lower.</summary>
    /// <param name="State">The state.</param>
    public sealed record Resync(ReplicaState State) : FeedItem
    {
        /// <inheritdoc/>
        public override JournalHead Head => State.Head;
    }
}
