using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>An open transaction that holds the head, on a journal's write connection.</summary>
internal sealed class SqlAppendSession(SqlSession writer, SemaphoreSlim writing, JournalHead head) : IAppendSession
{
    private const string Store = "store entries";

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

    /// <summary>Adds entries to the transaction, which nobody sees before its commit.</summary>
    internal Task InsertAsync(ImmutableArray<StoredEntry> entries) => WriteAsync(session => session.InsertAsync(entries));

    /// <summary>Adds a snapshot to the transaction.</summary>
    internal Task InsertAsync(StoredSnapshot snapshot) => WriteAsync(session => session.InsertAsync(snapshot, CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask CommitAsync(ImmutableArray<StoredEntry> entries)
    {
        Debug.Assert(entries.IsEmpty || entries[0].Position == head.Position + 1, "the first entry follows the head");
        await WriteAsync(async session =>
        {
            if (!entries.IsEmpty)
                await session.InsertAsync(entries);
            await session.CommitAsync(Store);
        });
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

    private Task WriteAsync(Func<SqlSession, Task> write) =>
        writer.ContinueAsync(
            Store,
            async session =>
            {
                await write(session);
                return true;
            }
        );
}
