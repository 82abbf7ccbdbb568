using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>The latest entries, which all readers of the feed share, and a sign for the moment when there are more.</summary>
/// <remarks>
/// Immutable but for the sign; any thread. Readers have no queues of their own: one that is slower than the window reads the journal until
/// it is back in it, so a slow reader costs nothing and loses nothing.
/// </remarks>
internal sealed class FeedWindow(long epoch, JournalHead head, ImmutableArray<FeedItem.Stored> items, bool isClosed = false)
{
    private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Goes up when the journal turned out to be another one.</summary>
    internal long Epoch => epoch;

    /// <summary>The place of the last entry.</summary>
    internal JournalHead Head => head;

    /// <summary>There will be no newer window.</summary>
    internal bool IsClosed => isClosed;

    /// <summary>Ends when there is a newer window.</summary>
    internal Task Moved => _moved.Task;

    /// <summary>Tells the waiting readers; call when the newer window is visible.</summary>
    internal void TellMoved() => _moved.TrySetResult();

    /// <summary>The window with more entries, of which only the latest are kept.</summary>
    internal FeedWindow With(ReadOnlySpan<FeedItem.Stored> more, int limit)
    {
        var kept = Math.Min(items.Length, Math.Max(0, limit - more.Length));
        var added = more[Math.Max(0, more.Length - limit)..];
        return new FeedWindow(epoch, more[^1].Head, [.. items.AsSpan()[(items.Length - kept)..], .. added]);
    }

    /// <summary>The last window.</summary>
    internal FeedWindow Close() => new(epoch, head, items, isClosed: true);

    /// <summary>The entries after a position, if the window still holds all of them.</summary>
    internal bool TryTake(long after, out ImmutableArray<FeedItem.Stored> taken)
    {
        var first = head.Position - items.Length + 1;
        taken = after + 1 < first ? [] : items[(int)(after + 1 - first)..];
        return !taken.IsEmpty;
    }
}
