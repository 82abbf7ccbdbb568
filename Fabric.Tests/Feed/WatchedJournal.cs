using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Feed;

/// <summary>A journal whose reads and watches are counted, and which can be out of one node's reach.</summary>
internal sealed class WatchedJournal(IJournal journal) : IJournal
{
    /// <summary>Reads of entries, and waits for more.</summary>
    public int Uses { get; private set; }

    public bool IsAway { get; set; }

    public string Name => journal.Name;

    public ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation) => Reach().ReadHeadAsync(cancellation);

    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation)
    {
        Uses++;
        return Reach().ReadAsync(after, limit, cancellation);
    }

    public ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation) => Reach().LockHeadAsync(cancellation);

    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation) =>
        Reach().ReadSnapshotAsync(atOrBefore, cancellation);

    public ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation) =>
        Reach().WriteSnapshotAsync(snapshot, keeps, cancellation);

    public ValueTask WaitAsync(CancellationToken cancellation)
    {
        Uses++;
        return Reach().WaitAsync(cancellation);
    }

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private IJournal Reach() => IsAway ? throw new JournalException(JournalFailure.Away, "out of reach") : journal;
}
