using System.Collections.Immutable;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;

namespace Fabric.Bench.Hive;

/// <summary>The feed of a node that keeps no description: it follows by position and hash alone.</summary>
internal sealed class HeadFeed(JournalHead head) : IRelayFeed
{
    private readonly Lock _gate = new();
    private JournalHead _head = head;

    public JournalHead Head
    {
        get
        {
            lock (_gate)
                return _head;
        }
    }

    public event Action? Moved;

    public bool TryTake(long after, out ImmutableArray<FeedItem.Stored> items)
    {
        items = [];
        return false;
    }

    public ValueTask<ImmutableArray<FeedItem.Stored>> ReadAsync(long after, CancellationToken cancellation) => new([]);

    public void Offer(JournalHead previous, ImmutableArray<FeedItem.Stored> items)
    {
        lock (_gate)
        {
            if (previous != _head)
                return;
            _head = items[^1].Head;
        }
        Moved?.Invoke();
    }

    public void Wake() { }
}
