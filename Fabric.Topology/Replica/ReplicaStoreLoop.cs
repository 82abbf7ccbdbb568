using Fabric.Topology.Actors;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Replica;

/// <summary>Keeps this node's own copy of the replica up to date, as one more reader of the feed; as slow as the disk is.</summary>
/// <remarks>A disk that fails costs the copy its newest part and nothing else; it is tried again as a whole after a pause.</remarks>
internal sealed class ReplicaStoreLoop : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ActorRuntime _runtime;
    private readonly IReplicaStore _store;
    private readonly TopologyReplica _replica;
    private readonly FeedActor _feed;
    private readonly HiveHealth _health;
    private readonly int _saveEvery;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    internal ReplicaStoreLoop(HiveOptions options, IReplicaStore store, TopologyReplica replica, FeedActor feed, HiveHealth health)
    {
        (_runtime, _store, _replica, _feed, _health) = (options.Runtime, store, replica, feed, health);
        _saveEvery = options.SnapshotEvery;
        _loop = _runtime.Start(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Stop();
        await _loop;
        await _store.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await KeepAsync(_stop.Token);
                await Task.Delay(Pause, _runtime.Time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
    }

    private async Task KeepAsync(CancellationToken cancellation)
    {
        try
        {
            var state = _replica.State;
            await _store.SaveAsync(state, cancellation);
            _health.NoteLocalCopy(null);
            var appended = 0;
            await foreach (var item in _feed.ReadAsync(state.Head.Position, state.Head.Hash, cancellation))
            {
                if (item is FeedItem.Stored stored && ++appended < _saveEvery)
                {
                    await _store.AppendAsync(stored, cancellation);
                    continue;
                }
                // The replica is at this item or past it; what comes again after a later state is passed over when it is loaded.
                await _store.SaveAsync(_replica.State, cancellation);
                appended = 0;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Journal.JournalException)
        {
            _health.NoteLocalCopy(failure.Message);
        }
    }
}
