using System.Collections.Immutable;

namespace Fabric.Topology.Journal;

/// <summary>The reading side of a journal: entries at positions 1, 2, 3... without gaps, never altered.</summary>
/// <remarks>
/// <para>
/// Any number of processes may have one journal open; all see one order. An entry that any of them can read is durable and stays at its
/// position with its hash.
/// </para>
/// <para>
/// Any thread may call any method, several at a time. A method may do its work on the caller's thread (SQLite has no waiting calls), so
/// actors call it, and packet threads do not. Every method throws <see cref="JournalException"/> for what the world does, and
/// <see cref="OperationCanceledException"/> when cancelled.
/// </para>
/// </remarks>
public interface IJournalReader : IAsyncDisposable
{
    /// <summary>What people know it by: a path, or host and database; never a password.</summary>
    string Name { get; }

    /// <summary>The last entry's place, <see cref="JournalHead.Start"/> when empty. It may have moved on when the caller sees it.</summary>
    ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation);

    /// <summary>Reads entries in order, beginning with the first after a position.</summary>
    /// <param name="after">The position before the first wanted.</param>
    /// <param name="limit">How many at most, at least 1.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Consecutive entries; none when the position is the head or past it. Hashes are as stored: the caller checks them.</returns>
    ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>The latest stored snapshot at or before a position, or null.</summary>
    ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation);

    /// <summary>Ends when the head may have moved since the last call ended; it may also end for nothing.</summary>
    /// <remarks>One caller at a time. Nothing between two calls is lost: a move after a call ended ends the next one.</remarks>
    ValueTask WaitAsync(CancellationToken cancellation);
}
