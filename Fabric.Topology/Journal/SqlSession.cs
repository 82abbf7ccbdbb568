using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fabric.Topology.Journal;

/// <summary>One connection to a journal's file with its prepared statements; opened at need, and again after a failure.</summary>
/// <remarks>One caller at a time. Everything runs on the caller's thread.</remarks>
internal sealed partial class SqlSession(SqlJournalOptions options, Func<bool> mayCreate) : IDisposable
{
    // Long enough for a short write of a neighbor, short enough not to hold a thread of the pool: longer waits are SqlJournal's, on a timer.
    private const int BusyTimeoutMs = 20;
    private const int FileMoved = 20; // SQLITE_FCNTL_HAS_MOVED

    private readonly Dictionary<string, SqliteCommand> _statements = [];
    private SqliteConnection? _connection;
    private bool _isDisposed;

    /// <summary>How many connections were opened so far.</summary>
    internal int Generation { get; private set; }

    /// <summary>Does something with the connection; its failures come out as <see cref="JournalException"/>.</summary>
    internal T Do<T>(string operation, Func<SqlSession, T> work)
    {
        try
        {
            Open();
            return work(this);
        }
        catch (SqliteException error)
        {
            var failure = SqlFailure.Of(error, operation, options.Path);
            if (failure.Failure != JournalFailure.Full)
                Close();
            throw failure;
        }
    }

    /// <summary>Runs a statement without results or values and tells SQLite's code; does not retry.</summary>
    internal int TryExecute(string sql)
    {
        Open();
        return raw.sqlite3_exec(_connection!.Handle, sql);
    }

    /// <summary>Ends a transaction without storing anything; a connection that is closed already has done so.</summary>
    internal void Rollback()
    {
        if (_connection is not null && raw.sqlite3_exec(_connection.Handle, "ROLLBACK") != raw.SQLITE_OK)
            Close();
    }

    /// <summary>The exception for a code that <see cref="TryExecute"/> told.</summary>
    internal JournalException Failure(int code, string operation) =>
        SqlFailure.Of(code & 0xff, raw.sqlite3_extended_errcode(_connection!.Handle), operation, options.Path);

    /// <summary>A statement with its values set: the first is <c>$1</c>.</summary>
    internal SqliteCommand Statement(string sql, params ReadOnlySpan<object> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = _connection!.CreateCommand();
            statement.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                statement.Parameters.Add(new SqliteParameter($"${i}", null));
            _statements.Add(sql, statement);
        }
        for (var i = 0; i < values.Length; i++)
            statement.Parameters[i].Value = values[i];
        return statement;
    }

    /// <summary>The file is no longer what this connection has open: it was replaced or deleted, so nobody else would see a write.</summary>
    internal bool FileWasReplaced()
    {
        if (_connection is null)
            return false;
        var moved = 0;
        var code = FileControl(_connection.Handle!.DangerousGetHandle(), "main", FileMoved, ref moved);
        return code == raw.SQLITE_OK && moved != 0;
    }

    /// <summary>Closes the connection; the next use opens another.</summary>
    internal void Close()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Closes for good.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Close();
    }

    private void Open()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_connection is not null)
            return;
        var mode = mayCreate() ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = mode,
            Pooling = false,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            SqlSchemaRunner.Prepare(connection, options);
            SqlSchemaRunner.Execute(connection, $"PRAGMA busy_timeout = {BusyTimeoutMs}");
            _connection = connection;
            Generation++;
        }
        finally
        {
            if (_connection is null)
                connection.Dispose();
        }
    }

    [DllImport(
        "e_sqlite3",
        EntryPoint = "sqlite3_file_control",
        CharSet = CharSet.Ansi,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    private static extern int FileControl(IntPtr database, string name, int operation, ref int answer);
}
