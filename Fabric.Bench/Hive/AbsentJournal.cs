using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Bench.Hive;

/// <summary>The database of a node that only follows others: out of reach.</summary>
internal sealed class AbsentJournal : IJournal
{
    public string Name => "none";

    public ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation) => throw Away();

    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) => throw Away();

    public ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation) => throw Away();

    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation) => throw Away();

    public ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation) => throw Away();

    public ValueTask WaitAsync(CancellationToken cancellation) => throw Away();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static JournalException Away() => new(JournalFailure.Away, "this node follows others");
}
