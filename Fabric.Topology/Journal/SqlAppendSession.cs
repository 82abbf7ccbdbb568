using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>An open transaction that holds the head, on a journal's write connection.</summary>
internal sealed class SqlAppendSession(SqlSession writer, SemaphoreSlim writing, JournalHead head) : IAppendSession
{
    private bool _isOpen = true;
    private bool _isDisposed;

    /// <inheritdoc/>
    public JournalHead Head => head;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
        await writer.ContinueAsync($"read entries after {after}", session => session.ReadAsync(after, limit, cancellation));

    /// <inheritdoc/>
    public async ValueTask<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
        ImmutableArray<RequestId> requests,
        CancellationToken cancellation
    ) => await writer.ContinueAsync("look requests up", session => session.FindAsync(requests, cancellation));

    /// <inheritdoc/>
    public async ValueTask CommitAsync(ImmutableArray<StoredEntry> entries)
    {
        Debug.Assert(entries.IsEmpty || entries[0].Position == head.Position + 1, "the first entry follows the head");
        const string operation = "store entries";
        await writer.ContinueAsync(
            operation,
            async session =>
            {
                if (!entries.IsEmpty)
                    await session.InsertAsync(entries);
                await session.CommitAsync(operation);
                return true;
            }
        );
        _isOpen = false;
    }

    /// <summary>Ends the transaction, if it was not committed, and gives the head back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            if (_isOpen)
                await writer.RollbackAsync();
        }
        finally
        {
            writing.Release();
        }
    }
}
