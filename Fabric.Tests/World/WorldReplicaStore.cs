using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Tests.World;

/// <summary>A host's own copy of the description, on its disk: a crash may take the end of it, or all.</summary>
internal sealed class WorldReplicaStore(Random random)
{
    private readonly List<FeedItem.Stored> _tail = [];
    private ReplicaState? _saved;
    private bool _isDamaged;

    /// <summary>Nothing more can be written.</summary>
    public bool IsFull { get; set; }

    /// <summary>The host's agent died: what it wrote last need not be there.</summary>
    public void Crash()
    {
        var lost = random.Next(4) switch
        {
            0 => random.Next(_tail.Count + 1),
            _ => 0,
        };
        _tail.RemoveRange(_tail.Count - lost, lost);
        _isDamaged |= random.Next(20) == 0;
    }

    /// <summary>Opens it for one start of the agent.</summary>
    public IReplicaStore Open() => new Opened(this);

    private sealed class Opened(WorldReplicaStore store) : IReplicaStore
    {
        public ValueTask<ReplicaState?> LoadAsync(CancellationToken cancellation)
        {
            var isDamaged = store._isDamaged;
            store._isDamaged = false;
            if (isDamaged)
            {
                store._saved = null;
                store._tail.Clear();
                throw new InvalidDataException("the copy cannot be read");
            }
            if (store._saved is not { } saved)
                return new ValueTask<ReplicaState?>((ReplicaState?)null);
            var replica = new TopologyReplica(saved);
            foreach (var item in store._tail.Where(item => item.Entry.Position > replica.State.Head.Position))
                replica.Apply([item]);
            return new ValueTask<ReplicaState?>(replica.State);
        }

        public ValueTask AppendAsync(FeedItem.Stored item, CancellationToken cancellation)
        {
            Check();
            store._tail.Add(item);
            return ValueTask.CompletedTask;
        }

        public ValueTask SaveAsync(ReplicaState state, CancellationToken cancellation)
        {
            Check();
            store._saved = state;
            store._tail.Clear();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Check()
        {
            if (store.IsFull)
                throw new IOException("no room");
        }
    }
}
