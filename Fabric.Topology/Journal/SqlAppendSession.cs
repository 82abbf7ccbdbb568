using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Changes;
using SQLitePCL;

namespace Fabric.Topology.Journal;

/// <summary>An open <c>BEGIN IMMEDIATE</c> on a journal's write connection.</summary>
internal sealed class SqlAppendSession(SqlSession writer, SemaphoreSlim writing, WakeSocket wake, JournalHead head) : IAppendSession
{
    private bool _isOpen = true;
    private bool _isDisposed;

    /// <inheritdoc/>
    public JournalHead Head => head;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult(writer.Do($"read entries after {after}", session => session.Read(after, limit)));

    /// <inheritdoc/>
    public ValueTask<JournalHead?> FindAsync(RequestId request, CancellationToken cancellation) =>
        ValueTask.FromResult(writer.Do("look a request up", session => session.Find(request)));

    /// <inheritdoc/>
    public ValueTask CommitAsync(ImmutableArray<StoredEntry> entries)
    {
        Debug.Assert(entries[0].Position == head.Position + 1, "the first entry follows the head");
        Commit(
            "store entries",
            session =>
            {
                foreach (var entry in entries)
                    session.Insert(entry);
            }
        );
        wake.TellOthers();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes rows and commits.</summary>
    internal void Commit(string operation, Action<SqlSession> write)
    {
        var code = writer.Do(
            operation,
            session =>
            {
                write(session);
                return session.TryExecute("COMMIT");
            }
        );
        if (code == raw.SQLITE_OK)
        {
            _isOpen = false;
            return;
        }
        var failure = writer.Failure(code, operation);
        // A log that was written and not synchronised may or may not be read again: only the next lock of the head tells.
        throw (code & 0xff) == raw.SQLITE_IOERR ? new JournalException(JournalFailure.OutcomeUnknown, failure.Message, failure) : failure;
    }

    /// <summary>Ends the transaction, if it was not committed, and gives the head back.</summary>
    public ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return ValueTask.CompletedTask;
        _isDisposed = true;
        if (_isOpen)
            writer.Rollback();
        writing.Release();
        return ValueTask.CompletedTask;
    }
}
