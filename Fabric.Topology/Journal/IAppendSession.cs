using System.Collections.Immutable;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>The locked head of a journal: what is read here cannot change before the commit.</summary>
/// <remarks>One caller at a time. Disposal without a commit stores nothing and unlocks.</remarks>
public interface IAppendSession : IAsyncDisposable
{
    /// <summary>The last entry's place.</summary>
    JournalHead Head { get; }

    /// <summary>Reads entries in order; as <see cref="IJournalReader.ReadAsync"/>.</summary>
    ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>The places of the entries that answered requests; those that none answered are missing.</summary>
    ValueTask<ImmutableDictionary<RequestId, JournalHead>> FindAsync(ImmutableArray<RequestId> requests, CancellationToken cancellation);

    /// <summary>Stores entries, the first of which follows <see cref="Head"/>: all or none; once in a session.</summary>
    /// <param name="entries">Consecutive entries; none to have nothing stored but what is here already.</param>
    /// <remarks>Not cancellable: when it returns, the entries are durable, and so are all before them.</remarks>
    /// <exception cref="JournalException">
    /// Nothing was stored, except for <see cref="JournalFailure.OutcomeUnknown"/>. A later session finds the truth: its lock is not
    /// given before an outstanding commit has ended one way or the other.
    /// </exception>
    ValueTask CommitAsync(ImmutableArray<StoredEntry> entries);
}
