using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>Stores a snapshot now and then, so that a start reads a bounded number of entries.</summary>
/// <remarks>A snapshot that cannot be stored is noted and forgotten: the entries hold everything.</remarks>
internal sealed class SnapshotActor : IAsyncDisposable
{
    private readonly IJournal _journal;
    private readonly HiveHealth _health;
    private readonly int _every;
    private readonly Mailbox<ReplicaState> _mailbox;

    /// <param name="runtime">What it runs on.</param>
    /// <param name="journal">Where snapshots go.</param>
    /// <param name="health">Where failures are noted.</param>
    /// <param name="every">How many entries lie between two snapshots, at least 1.</param>
    internal SnapshotActor(ActorRuntime runtime, IJournal journal, HiveHealth health, int every)
    {
        (_journal, _health, _every) = (journal, health, every);
        // One at a time and none waiting: when snapshots are slower than entries, there are fewer of them.
        _mailbox = new Mailbox<ReplicaState>(runtime, capacity: 1, turn: 1, ReceiveAsync);
    }

    /// <summary>Tells that this process has stored the entries after one position up to a state.</summary>
    internal void Stored(long after, ReplicaState state)
    {
        if (after / _every != state.Head.Position / _every)
            _mailbox.TryPost(state);
    }

    public ValueTask DisposeAsync() => _mailbox.DisposeAsync();

    private async ValueTask ReceiveAsync(IReadOnlyList<ReplicaState> states)
    {
        try
        {
            var snapshot = new StoredSnapshot(states[0].Head, SnapshotPayload.Encode(states[0].Topology));
            await _journal.WriteSnapshotAsync(
                snapshot,
                position => SnapshotRetention.Keeps(snapshot.Head.Position, position, _every),
                CancellationToken.None
            );
            _health.NoteSnapshot(null);
        }
        catch (JournalException failure)
        {
            _health.NoteSnapshot(failure.Message);
        }
    }
}
