using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Feed;

namespace Fabric.Topology.Replica;

/// <summary>Keeps this process's copy of the description and tells upcall threads what a change touches.</summary>
/// <remarks>One writer, which is whoever follows the feed; any number of readers and subscribers on any threads.</remarks>
public sealed class TopologyReplica : ITopologyReplica
{
    /// <summary>More tags than this for one publication become one mark to compare all: it then costs less than looking them up.</summary>
    public const int MaxTags = 4096;

    private readonly List<FlowTag> _tags = [];
    private ReplicaState _state;
    private ImmutableArray<IReplicaSubscriber> _subscribers = [];
    private long _compareAll;
    private long _toldPosition;

    /// <summary>Begins at a state.</summary>
    public TopologyReplica(ReplicaState state) => (_state, _toldPosition) = (state, state.Topology.Position);

    /// <inheritdoc/>
    public ReplicaState State => Volatile.Read(ref _state);

    /// <inheritdoc/>
    public TopologySnapshot Topology => State.Topology;

    /// <inheritdoc/>
    public long ToldPosition => Volatile.Read(ref _toldPosition);

    /// <summary>How often subscribers were told to compare all.</summary>
    public long CompareAllCount => Interlocked.Read(ref _compareAll);

    /// <summary>Applies consecutive entries, the first of which follows the state; publishes once, after the last.</summary>
    public void Apply(ReadOnlySpan<FeedItem.Stored> items)
    {
        var topology = _state.Topology;
        foreach (var item in items)
        {
            Debug.Assert(item.Entry.Position == topology.Position + 1, "the feed has no gaps");
            topology = Apply(topology, item.Entry);
        }
        Publish(new ReplicaState(topology, items[^1].Head));
    }

    /// <summary>Takes another state in place of this one, after a gap that entries cannot fill; tells the difference.</summary>
    public void Resync(ReplicaState state)
    {
        ChangeImpact.Between(_state.Topology, state.Topology, _tags);
        Publish(state);
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IReplicaSubscriber subscriber)
    {
        ImmutableInterlocked.Update(ref _subscribers, subscribers => subscribers.Add(subscriber));
        return new Subscription(this, subscriber);
    }

    private TopologySnapshot Apply(TopologySnapshot topology, JournalEntry entry)
    {
        topology = TopologyEvolution.Begin(topology, entry);
        foreach (var happened in entry.Events)
        {
            var after = TopologyEvolution.Apply(topology, happened);
            ChangeImpact.Of(topology, happened, after, _tags);
            topology = after;
        }
        return topology with { Position = entry.Position };
    }

    // First the snapshot, then the tags: a thread that is told before it can see the change compares with the old one and keeps a stale
    // flow for ever. The exchange is a full fence, so a subscriber that is missed below has subscribed after the new state was visible.
    private void Publish(ReplicaState state)
    {
        Interlocked.Exchange(ref _state, state);
        foreach (var subscriber in _subscribers)
        {
            if (_tags.Count > MaxTags)
                subscriber.PostCompareAll();
            else if (_tags.Count > 0)
                subscriber.Post(CollectionsMarshal.AsSpan(_tags));
        }
        if (_tags.Count > MaxTags)
            Interlocked.Increment(ref _compareAll);
        _tags.Clear();
        Volatile.Write(ref _toldPosition, state.Topology.Position);
    }

    private sealed class Subscription(TopologyReplica replica, IReplicaSubscriber subscriber) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref replica._subscribers, subscribers => subscribers.Remove(subscriber));
    }
}
