using System.Collections.Immutable;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>The locked head of a journal: what is read here cannot change before the commit.</summary>
/// <remarks>One caller at a time. Disposal without a commit stores nothing and unlocks.</remarks>
public interface IAppendSession : IAsyncDisposable
{
    /// <summary>The last entry's place.</summary>
    JournalHead Head { get; }

    /// <summary>Reads entries in order; as <see cref="IJournal.ReadAsync"/>.</summary>
    ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>The place of the entry that answered a request, or null when none did.</summary>
    ValueTask<JournalHead?> FindAsync(RequestId request, CancellationToken cancellation);

    /// <summary>Stores entries, the first of which follows <see cref="Head"/>: all or none; once in a session.</summary>
    /// <remarks>Not cancellable: when it returns, the entries are durable.</remarks>
    /// <exception cref="JournalException">
    /// Nothing was stored, except for <see cref="JournalFailure.OutcomeUnknown"/>. A later session finds the truth: its lock is not
    /// given before an outstanding commit has ended one way or the other.
    /// </exception>
    ValueTask CommitAsync(ImmutableArray<StoredEntry> entries);
}
