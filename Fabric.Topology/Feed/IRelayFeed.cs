using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>The feed of a node as a relay needs it: what it can give to others, and where it takes what others give.</summary>
/// <remarks>Any thread.</remarks>
public interface IRelayFeed
{
    /// <summary>The place of the last entry.</summary>
    JournalHead Head { get; }

    /// <summary>Called when there is more, or something else; must neither block nor throw.</summary>
    event Action? Moved;

    /// <summary>Entries after a position that are at hand, if all up to <see cref="Head"/> are; else false.</summary>
    bool TryTake(long after, out ImmutableArray<FeedItem.Stored> items);

    /// <summary>Reads some entries after a position where they are not at hand.</summary>
    /// <returns>None if they cannot be had.</returns>
    ValueTask<ImmutableArray<FeedItem.Stored>> ReadAsync(long after, CancellationToken cancellation);

    /// <summary>Takes consecutive entries, of which the first follows a place.</summary>
    void Offer(JournalHead previous, ImmutableArray<FeedItem.Stored> items);

    /// <summary>Looks at the database.</summary>
    void Wake();
}
