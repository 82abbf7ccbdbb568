using System.Data.Common;
using System.Diagnostics;

namespace Fabric.Topology.Journal;

/// <summary>One connection to a journal's database with its prepared statements; opened at need, and again after a failure.</summary>
/// <remarks>One caller at a time. A kind of database may do its work on the caller's thread, as SQLite does.</remarks>
internal abstract partial class SqlSession : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> _statements = [];
    private bool _isDisposed;

    /// <summary>What people know the journal by.</summary>
    protected abstract string Name { get; }

    /// <summary>How many connections were opened so far.</summary>
    protected int Generation { get; private set; }

    /// <summary>The open connection, or null.</summary>
    protected DbConnection? Connection { get; private set; }

    /// <summary>Does something with the connection, which is opened if need be; its failures come out as <see cref="JournalException"/>.</summary>
    /// <remarks>It may be done twice: a connection that ended while nobody used it is found out by its use.</remarks>
    internal async Task<T> DoAsync<T>(string operation, Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        var isOld = Connection is not null;
        try
        {
            return await TryAsync(operation, OpenAndDoAsync);
        }
        catch (JournalException failure) when (isOld && IsEndOfConnection(failure))
        {
            return await TryAsync(operation, OpenAndDoAsync);
        }

        async Task<T> OpenAndDoAsync()
        {
            await OpenAsync(cancellation);
            return await work(this);
        }
    }

    /// <summary>The same within a transaction, which another connection would know nothing of.</summary>
    internal Task<T> ContinueAsync<T>(string operation, Func<SqlSession, Task<T>> work) =>
        TryAsync(operation, () => Connection is not null && !IsStale() ? work(this) : throw ConnectionLost(operation));

    /// <summary>Begins a transaction that writes.</summary>
    internal abstract Task BeginAsync(CancellationToken cancellation);

    /// <summary>Begins a transaction that no other writer is in before it ends, and tells the place of the last entry.</summary>
    internal abstract Task<JournalHead> LockHeadAsync(CancellationToken cancellation);

    /// <summary>Ends the transaction, and wakes those who wait for a move of the head, if it was moved.</summary>
    /// <exception cref="JournalException">Nothing was stored, except for <see cref="JournalFailure.OutcomeUnknown"/>.</exception>
    internal abstract Task CommitAsync(string operation);

    /// <summary>Ends a transaction without storing anything; a connection that is closed already has done so.</summary>
    internal abstract Task RollbackAsync();

    /// <summary>What the database itself knows to be wrong with its tables, in one sentence; null when nothing is.</summary>
    internal abstract Task<string?> CheckAsync(CancellationToken cancellation);

    /// <summary>Ends when the head may have moved since the last call ended.</summary>
    internal abstract Task WaitForMoveAsync(CancellationToken cancellation);

    /// <summary>Closes the connection; the next use opens another.</summary>
    internal async Task CloseAsync()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        if (Connection is { } connection)
        {
            Connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <summary>Closes for good.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await CloseAsync();
    }

    /// <summary>A new connection to a database whose tables are those that this version reads.</summary>
    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellation);

    /// <summary>The open connection is of no use any more, though it does not say so.</summary>
    protected abstract bool IsStale();

    /// <summary>What an exception of the driver means; null for one that is none.</summary>
    protected abstract JournalException? FailureOf(Exception error, string operation);

    /// <summary>A parameter of a statement, the first of which is <c>$1</c>.</summary>
    protected abstract DbParameter NewParameter(int number);

    /// <summary>A statement with its values set: the first is <c>$1</c>.</summary>
    protected DbCommand Statement(string sql, params ReadOnlySpan<object> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = Connection!.CreateCommand();
            statement.CommandText = sql;
            for (var number = 1; number <= values.Length; number++)
                statement.Parameters.Add(NewParameter(number));
            _statements.Add(sql, statement);
        }
        for (var i = 0; i < values.Length; i++)
            statement.Parameters[i].Value = values[i];
        return statement;
    }

    /// <summary>Lets go of the connection without closing it, for one that is busy and must not be disturbed.</summary>
    protected DbConnection Abandon()
    {
        Debug.Assert(Connection is not null, "only an open connection is abandoned");
        var connection = Connection;
        Connection = null;
        _statements.Clear();
        return connection;
    }

    /// <summary>It is the connection that failed, not what was asked.</summary>
    protected virtual bool IsEndOfConnection(JournalException failure) => false;

    /// <summary>What is told when the connection has ended within a transaction.</summary>
    protected abstract JournalException ConnectionLost(string operation);

    private async Task<T> TryAsync<T>(string operation, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (JournalException failure) when (failure.Failure == JournalFailure.Full)
        {
            throw;
        }
        catch (Exception error) when (error is JournalException or OperationCanceledException)
        {
            await CloseAsync();
            throw;
        }
        catch (Exception error) when (FailureOf(error, operation) is { } failure)
        {
            if (failure.Failure != JournalFailure.Full)
                await CloseAsync();
            throw failure;
        }
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Connection is not null && IsStale())
            await CloseAsync();
        if (Connection is not null)
            return;
        Connection = await ConnectAsync(cancellation);
        Generation++;
    }
}
