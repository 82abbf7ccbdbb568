using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Topology.Actors;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>A journal in memory that fails as it is told to: the twin of <see cref="SqlJournal"/> for seeded worlds.</summary>
internal sealed class MemoryJournal(MemoryDisk disk, ActorRuntime runtime) : IJournal
{
    /// <summary>How long a <see cref="CommitFault.StoredLate"/> is late.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(120);

    private Task? _seen;

    public string Name => "memory";

    public async ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation)
    {
        if (disk.IsSilent)
            await Task.Delay(Timeout.InfiniteTimeSpan, runtime.Time, cancellation);
        return Reached(Head(disk.Entries));
    }

    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
        new(Reached(Page(disk.Entries, after, limit)));

    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation) =>
        new(Reached(disk.Snapshot(atOrBefore)));

    public async ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation)
    {
        Reached(0);
        await disk.Head.WaitAsync(cancellation);
        return new MemoryAppendSession(disk, runtime);
    }

    public ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation)
    {
        if (disk.RefusesSnapshots)
            throw new JournalException(JournalFailure.Full, "no room for a snapshot");
        disk.Store(Reached(snapshot), keeps);
        return ValueTask.CompletedTask;
    }

    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (_seen is { } seen)
            await seen.ContinueWith(static _ => { }, cancellation, TaskContinuationOptions.None, TaskScheduler.Current);
        _seen = Reached(disk.Moved);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private T Reached<T>(T value) => disk.IsAway ? throw new JournalException(JournalFailure.Away, "memory is away") : value;

    private static JournalHead Head(ImmutableArray<StoredEntry> entries) => entries.IsEmpty ? JournalHead.Start : entries[^1].Head;

    private static ImmutableArray<StoredEntry> Page(ImmutableArray<StoredEntry> entries, long after, int limit) =>
        after >= entries.Length ? [] : [.. entries.AsSpan((int)after, (int)Math.Min(limit, entries.Length - after))];

    private sealed class MemoryAppendSession(MemoryDisk disk, ActorRuntime runtime) : IAppendSession
    {
        private bool _holdsHead = true;

        public JournalHead Head { get; } = MemoryJournal.Head(disk.Entries);

        public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
            new(Page(disk.Entries, after, limit));

        public ValueTask<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
            ImmutableArray<RequestId> requests,
            CancellationToken cancellation
        ) => new(disk.Find(requests));

        public async ValueTask CommitAsync(ImmutableArray<StoredEntry> entries)
        {
            if (disk.CommitTime > TimeSpan.Zero)
                await Task.Delay(disk.CommitTime, runtime.Time);
            switch (disk.NextFault())
            {
                case CommitFault.None:
                    disk.Store(entries);
                    break;
                case CommitFault.Refused:
                    throw new JournalException(JournalFailure.Away, "refused");
                case CommitFault.Full:
                    throw new JournalException(JournalFailure.Full, "no room");
                case CommitFault.AnswerLostBeforeStoring:
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
                case CommitFault.AnswerLostAfterStoring:
                    disk.Store(entries);
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
                case CommitFault.StoredLate:
                    _holdsHead = false;
                    _ = runtime.Start(() => StoreLateAsync(entries));
                    throw new JournalException(JournalFailure.OutcomeUnknown, "the answer was lost");
            }
        }

        public ValueTask DisposeAsync()
        {
            if (_holdsHead)
                disk.Head.Release();
            _holdsHead = false;
            return ValueTask.CompletedTask;
        }

        private async Task StoreLateAsync(ImmutableArray<StoredEntry> entries)
        {
            await Task.Delay(Late, runtime.Time);
            disk.Store(entries);
            disk.Head.Release();
        }
    }
}
