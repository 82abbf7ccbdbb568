using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>What the feed is told.</summary>
internal abstract record FeedNotice
{
    private FeedNotice() { }

    /// <summary>Entries that this process has just stored.</summary>
    internal sealed record Offer(JournalHead Previous, ImmutableArray<FeedItem.Stored> Items) : FeedNotice;

    /// <summary>The journal may have moved.</summary>
    internal sealed record Wake : FeedNotice
    {
        internal static Wake Instance { get; } = new();
    }

    /// <summary>Somebody waits until the journal was looked at again.</summary>
    internal sealed record Repair(TaskCompletionSource Done) : FeedNotice;
}
