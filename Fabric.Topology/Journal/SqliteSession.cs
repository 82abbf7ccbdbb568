using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fabric.Topology.Journal;

/// <summary>A connection to a journal's SQLite file.</summary>
/// <remarks>
/// Write-ahead log, <c>synchronous = FULL</c>: an entry is on the disk before its commit returns. <c>BEGIN IMMEDIATE</c> locks the head. SQLite
/// has no waiting calls: all work is done on the caller's thread.
/// </remarks>
internal sealed class SqliteSession(SqliteDatabase database) : SqlSession
{
    // Long enough for a short write of a neighbor, short enough not to hold a thread of the pool: longer waits are on a timer.
    private const int BusyTimeoutMs = 20;
    private const int FileMoved = 20; // SQLITE_FCNTL_HAS_MOVED

    // Milliseconds to wait for the head between two tries, the last for all further ones.
    private static readonly int[] s_backoff = [1, 1, 2, 3, 5, 8];

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(2);

    private (int Generation, long Version) _seen;
    private long _lastLook;

    protected override string Name => database.Name;

    protected override JournalTables Tables => database.Options.Tables;

    // The day count of SQLite is a double, good for a tenth of a millisecond.
    internal override string Clock => "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

    private SqlJournalOptions Options => database.Options;

    private bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    private sqlite3 Handle => ((SqliteConnection)Connection!).Handle!;

    internal override async Task BeginAsync(CancellationToken cancellation)
    {
        var start = Options.Time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var code = raw.sqlite3_exec(Handle, "BEGIN IMMEDIATE");
            if (code == raw.SQLITE_OK)
                return;
            if (code != raw.SQLITE_BUSY || Options.Time.GetElapsedTime(start) > Options.LockPatience)
                throw Failure(code, "lock the head");
            var pause = s_backoff[Math.Min(attempt, s_backoff.Length - 1)];
            await Task.Delay(TimeSpan.FromMilliseconds(pause), Options.Time, cancellation);
        }
    }

    internal override async Task<JournalHead> LockHeadAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        return await ReadHeadAsync(cancellation);
    }

    internal override Task CommitAsync(string operation)
    {
        var code = raw.sqlite3_exec(Handle, "COMMIT");
        if (code != raw.SQLITE_OK)
        {
            var failure = Failure(code, operation);
            // A log that was written and not synchronised may or may not be read again: only the next lock of the head tells.
            throw (code & 0xff) == raw.SQLITE_IOERR
                ? new JournalException(JournalFailure.OutcomeUnknown, failure.Message, failure)
                : failure;
        }
        database.Wake.TellOthers();
        return Task.CompletedTask;
    }

    internal override Task RollbackAsync() =>
        Connection is not null && IsInTransaction && raw.sqlite3_exec(Handle, "ROLLBACK") != raw.SQLITE_OK
            ? CloseAsync()
            : Task.CompletedTask;

    // Pages and indexes; what the rows hold is another question.
    internal override async Task<string?> CheckAsync(CancellationToken cancellation)
    {
        var found = (string?)await Statement("PRAGMA integrity_check(1)").ExecuteScalarAsync(cancellation);
        return found is "ok"
            ? null
            : $"journal {Name}: the file is damaged ({found?.ReplaceLineEndings(" ").Trim('*', ' ')}); restore a backup";
    }

    internal override async Task WaitForMoveAsync(CancellationToken cancellation)
    {
        database.Wake.Listen();
        // A burst of commits is read in a few pieces rather than one by one.
        if (Options.Time.GetElapsedTime(_lastLook) < s_lookInterval)
            await Task.Delay(s_lookInterval, Options.Time, cancellation);
        // data_version changes when any other connection, of this process or another, has committed.
        while (true)
        {
            var version = await DoAsync(
                "watch for changes",
                async _ => (long)(await Statement("PRAGMA data_version").ExecuteScalarAsync(cancellation))!,
                cancellation
            );
            if (_seen != (Generation, version))
            {
                _seen = (Generation, version);
                _lastLook = Options.Time.GetTimestamp();
                return;
            }
            var longest = database.Wake.IsListening ? Options.PollInterval : Options.PollIntervalAlone;
            await database.Wake.WaitAsync(longest, Options.Time, cancellation);
        }
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellation)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = Options.Database,
            Mode =
                Options.IsReadOnly ? SqliteOpenMode.ReadOnly
                : database.WasOpen ? SqliteOpenMode.ReadWrite
                : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            await connection.OpenAsync(cancellation);
            SqliteSchemaRunner.Prepare(connection, Options, mayCreate: !database.WasOpen);
            SqliteSchemaRunner.Execute(connection, $"PRAGMA busy_timeout = {BusyTimeoutMs}");
            database.WasOpen = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // A restored backup that was moved into place leaves open connections with the old file, which nobody else writes to or reads.
    protected override bool IsStale()
    {
        var moved = 0;
        var code = FileControl(Handle.DangerousGetHandle(), "main", FileMoved, ref moved);
        return code == raw.SQLITE_OK && moved != 0;
    }

    protected override JournalException? FailureOf(Exception error, string operation) =>
        error is SqliteException failure ? SqliteFailure.Of(failure, operation, Options.Database) : null;

    protected override DbParameter NewParameter(int number) => new SqliteParameter($"${number}", null);

    protected override JournalException ConnectionLost(string operation) =>
        SqliteFailure.Of(raw.SQLITE_CANTOPEN, raw.SQLITE_CANTOPEN, operation, Options.Database);

    private JournalException Failure(int code, string operation) =>
        SqliteFailure.Of(code & 0xff, raw.sqlite3_extended_errcode(Handle), operation, Options.Database);

    [DllImport(
        "e_sqlite3",
        EntryPoint = "sqlite3_file_control",
        CharSet = CharSet.Ansi,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    private static extern int FileControl(IntPtr database, string name, int operation, ref int answer);
}
