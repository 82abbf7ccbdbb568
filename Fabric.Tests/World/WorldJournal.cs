using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Journal;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Tests.World;

/// <summary>One process's connections to the database.</summary>
internal sealed class WorldJournal(WorldDatabase database, ulong host, WorldProcess process) : IJournal, ILeases
{
    private readonly MemoryJournal _inner = new(database.Disk, process.Runtime);

    public string Name => "world";

    public async ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return await _inner.ReadHeadAsync(cancellation);
    }

    public async ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return await _inner.ReadAsync(after, limit, cancellation);
    }

    public async ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return await _inner.ReadSnapshotAsync(atOrBefore, cancellation);
    }

    public async ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        await _inner.WriteSnapshotAsync(snapshot, keeps, cancellation);
    }

    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        Check();
        await _inner.WaitAsync(cancellation);
        Check();
    }

    public async ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return new Session(this, await database.LockAsync(process, cancellation));
    }

    public async ValueTask<LeaseRow?> RenewAsync(Lease lease, ulong replaced, CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return await database.Leases.RenewAsync(lease, replaced, cancellation);
    }

    public async ValueTask ReleaseAsync(HostId released, ulong incarnation, CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        await database.Leases.ReleaseAsync(released, incarnation, cancellation);
    }

    public async ValueTask<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation)
    {
        await ReachAsync(cancellation);
        return await database.Leases.ReadLeasesAsync(cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task ReachAsync(CancellationToken cancellation)
    {
        Check();
        if (database.Latency > TimeSpan.Zero)
            await Task.Delay(database.Latency, process.Runtime.Time, cancellation);
        Check();
    }

    private void Check()
    {
        if (database.IsAway || database.Unreached.Contains(host))
            throw new JournalException(JournalFailure.Away, "the database is away");
    }

    private sealed class Session(WorldJournal journal, WorldDatabase.Turn turn) : IAppendSession
    {
        private readonly WorldDatabase _database = journal.Database;

        public JournalHead Head { get; } =
            journal.Database.Disk.Entries is { IsEmpty: false } entries ? entries[^1].Head : JournalHead.Start;

        public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
            journal.ReadAsync(after, limit, cancellation);

        public async ValueTask<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
            ImmutableArray<RequestId> requests,
            CancellationToken cancellation
        )
        {
            await journal.ReachAsync(cancellation);
            return _database.Disk.Find(requests);
        }

        public async ValueTask CommitAsync(ImmutableArray<StoredEntry> entries)
        {
            await journal.ReachAsync(default);
            switch (_database.Disk.NextFault())
            {
                case CommitFault.None:
                    _database.Disk.Store(entries);
                    // It is durable; whether the answer arrives is another question.
                    await AnswerAsync();
                    break;
                case CommitFault.Refused:
                    throw new JournalException(JournalFailure.Away, "refused");
                case CommitFault.Full:
                    throw new JournalException(JournalFailure.Full, "no room");
                case CommitFault.AnswerLostBeforeStoring:
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
                case CommitFault.AnswerLostAfterStoring:
                    _database.Disk.Store(entries);
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
                case CommitFault.StoredLate:
                    turn.IsCommitting = true;
                    _ = _database.Thread.Runtime.Start(() => StoreLateAsync(entries));
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
            }
        }

        public ValueTask DisposeAsync()
        {
            if (!turn.IsCommitting)
                _database.Unlock(turn);
            return ValueTask.CompletedTask;
        }

        private async Task AnswerAsync()
        {
            try
            {
                await journal.ReachAsync(default);
            }
            catch (JournalException)
            {
                throw new JournalException(JournalFailure.OutcomeUnknown, "the connection broke");
            }
        }

        private async Task StoreLateAsync(ImmutableArray<StoredEntry> entries)
        {
            await Task.Delay(MemoryJournal.Late, _database.Thread.Time);
            _database.Disk.Store(entries);
            turn.IsCommitting = false;
            _database.Unlock(turn);
        }
    }

    private WorldDatabase Database => database;
}
