using Fabric.Devices;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Bench.Upcalls;

/// <summary>A network that never changes.</summary>
internal sealed class FixedReplica(TopologySnapshot topology) : ITopologyReplica, IDisposable
{
    /// <inheritdoc/>
    public TopologySnapshot Topology => topology;

    /// <inheritdoc/>
    public ReplicaState State => new(topology, JournalHead.Start);

    public long ToldPosition => topology.Position;

    /// <inheritdoc/>
    public IDisposable Subscribe(IReplicaSubscriber subscriber) => this;

    /// <inheritdoc/>
    public void Dispose() { }
}
