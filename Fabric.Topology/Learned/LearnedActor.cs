using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Actors;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Learned;

/// <summary>Keeps the learned facts of this node and publishes them.</summary>
public sealed class LearnedActor : ILearnedFacts, IAsyncDisposable
{
    /// <summary>How many facts may wait.</summary>
    public const int Capacity = 16384;

    private const int TurnFacts = 256;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly LearnedTables _tables;
    private readonly TimeProvider _time;
    private readonly Mailbox<Message> _mailbox;
    private readonly ITimer _sweep;
    private readonly List<FlowTag> _tags = [];
    private LearnedSnapshot _current = LearnedSnapshot.Empty;
    private ImmutableArray<IReplicaSubscriber> _subscribers = [];
    private ImmutableArray<Action<StampedFact>> _listeners = [];

    /// <summary>Begins with nothing learned.</summary>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="self">This host.</param>
    public LearnedActor(ActorRuntime runtime, HostId self)
    {
        _tables = new LearnedTables(self);
        _time = runtime.Time;
        _mailbox = new Mailbox<Message>(runtime, Capacity, TurnFacts, Receive);
        _sweep = _time.CreateTimer(_ => _mailbox.TryPost(default), null, SweepInterval, SweepInterval);
    }

    /// <inheritdoc/>
    public LearnedSnapshot Current => Volatile.Read(ref _current);

    /// <summary>How many facts were lost because too many waited.</summary>
    public long Lost => _mailbox.Refused;

    /// <inheritdoc/>
    public bool TryPublish(LearnedFact fact, TimeSpan lifetime) => _mailbox.TryPost(new Message(fact, lifetime, null));

    /// <inheritdoc/>
    public bool TryMerge(StampedFact fact) => _mailbox.TryPost(new Message(null, default, fact));

    /// <inheritdoc/>
    public IDisposable Subscribe(IReplicaSubscriber subscriber)
    {
        ImmutableInterlocked.Update(ref _subscribers, all => all.Add(subscriber));
        return new Leaving(() => ImmutableInterlocked.Update(ref _subscribers, all => all.Remove(subscriber)));
    }

    /// <inheritdoc/>
    public IDisposable Forward(Action<StampedFact> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, all => all.Add(listener));
        return new Leaving(() => ImmutableInterlocked.Update(ref _listeners, all => all.Remove(listener)));
    }

    /// <summary>Takes no more facts.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await _mailbox.DisposeAsync();
    }

    private ValueTask Receive(IReadOnlyList<Message> messages)
    {
        var now = _time.GetUtcNow();
        foreach (var message in messages)
        {
            if (message.Learned is { } fact)
                Tell(_tables.Learn(fact, message.Lifetime, now));
            else if (message.Arrived is { } arrived)
                _tables.Merge(arrived, now);
            else
                _tables.Expire(now);
        }
        Publish(_tables.Snapshot);
        return ValueTask.CompletedTask;
    }

    private void Tell(StampedFact? stamped)
    {
        if (stamped is null)
            return;
        foreach (var listener in _listeners)
            listener(stamped);
    }

    // First the snapshot, then the tags, as in TopologyReplica and for the same reason.
    private void Publish(LearnedSnapshot after)
    {
        var before = _current;
        if (ReferenceEquals(before, after))
            return;
        ChangeImpact.OfLearned(before, after, _tags);
        Interlocked.Exchange(ref _current, after);
        foreach (var subscriber in _subscribers)
        {
            if (_tags.Count > TopologyReplica.MaxTags)
                subscriber.PostCompareAll();
            else if (_tags.Count > 0)
                subscriber.Post(CollectionsMarshal.AsSpan(_tags));
        }
        _tags.Clear();
    }

    private readonly record struct Message(LearnedFact? Learned, TimeSpan Lifetime, StampedFact? Arrived);

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
