using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>What the feed is told.</summary>
internal abstract record FeedMessage
{
    private FeedMessage() { }

    /// <summary>Entries that this process has just stored.</summary>
    internal sealed record Offer(JournalHead Previous, ImmutableArray<FeedItem.Stored> Items) : FeedMessage;

    /// <summary>The journal may have moved.</summary>
    internal sealed record Wake : FeedMessage
    {
        internal static Wake Instance { get; } = new();
    }
}
