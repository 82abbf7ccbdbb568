using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Laws;

/// <summary>A replica that a test moves by hand; it tells its subscribers as the real one does.</summary>
internal sealed class FixedReplica : ITopologyReplica
{
    private readonly List<IReplicaSubscriber> _subscribers = [];

    public TopologySnapshot Topology { get; private set; } = TopologySnapshot.Empty;

    public ReplicaState State => new(Topology, JournalHead.Start);

    public long ToldPosition => Topology.Position;

    /// <summary>Publishes the description after some events, then tells what they touch.</summary>
    public void Publish(TopologySnapshot after, IEnumerable<TopologyEvent> events)
    {
        var tags = new List<FlowTag>();
        var state = Topology;
        foreach (var happened in events)
        {
            var next = TopologyEvolution.Apply(state, happened);
            ChangeImpact.Of(state, happened, next, tags);
            state = next;
        }
        Topology = after;
        foreach (var subscriber in _subscribers)
            subscriber.Post(tags.ToArray());
    }

    /// <summary>Takes a whole description; tells to compare all.</summary>
    public void Publish(TopologySnapshot after)
    {
        Topology = after;
        _subscribers.ForEach(subscriber => subscriber.PostCompareAll());
    }

    public IDisposable Subscribe(IReplicaSubscriber subscriber)
    {
        _subscribers.Add(subscriber);
        return new Nothing();
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}
