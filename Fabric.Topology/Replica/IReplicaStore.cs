using Fabric.Topology.Feed;

namespace Fabric.Topology.Replica;

/// <summary>A copy of the replica on this node's own disk, so that a node also starts without the database.</summary>
/// <remarks>
/// One caller at a time. It is a cache: losing it, or the end of it, costs a read of the journal, and where the two differ the journal is
/// right. Methods throw <see cref="IOException"/> for what the disk does.
/// </remarks>
public interface IReplicaStore : IAsyncDisposable
{
    /// <summary>The newest state that it holds whole, or null.</summary>
    /// <exception cref="InvalidDataException">What it held cannot be read, and was put aside; the message says where.</exception>
    ValueTask<ReplicaState?> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds an entry; it need not be durable when this returns.</summary>
    ValueTask AppendAsync(FeedItem.Stored item, CancellationToken cancellation);

    /// <summary>Puts a state in place of all before, so that either it or what was before survives a crash.</summary>
    ValueTask SaveAsync(ReplicaState state, CancellationToken cancellation);
}
