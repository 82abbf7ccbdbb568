using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Hive;

/// <summary>A node's own copy, in memory; survives the hives that use it.</summary>
internal sealed class MemoryReplicaStore : IReplicaStore
{
    public ReplicaState? State { get; private set; }

    /// <summary>Nothing more can be written.</summary>
    public bool IsFull { get; set; }

    public ValueTask<ReplicaState?> LoadAsync(CancellationToken cancellation) => new(State);

    public ValueTask AppendAsync(FeedItem.Stored item, CancellationToken cancellation)
    {
        var replica = new TopologyReplica(State!);
        if (item.Entry.Position > State!.Head.Position)
            replica.Apply([item]);
        return SaveAsync(replica.State, cancellation);
    }

    public ValueTask SaveAsync(ReplicaState state, CancellationToken cancellation)
    {
        if (IsFull)
            throw new IOException("no room");
        State = state;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
