using System.Collections.Immutable;
using SQLitePCL;

namespace Fabric.Topology.Journal;

/// <summary>The journal in one SQLite file, for all agents of one machine.</summary>
/// <remarks>
/// <para>
/// Write-ahead log, <c>synchronous = FULL</c>: an entry is on the disk before its commit returns. <c>BEGIN IMMEDIATE</c> locks the head.
/// Three connections (write, read, watch), each used by one caller at a time; reads are short and see only what is committed.
/// </para>
/// <para>
/// A connection that fails is closed, and the next call opens another; so a file that was away and came back, or was replaced by a restored
/// one, is found again without a restart.
/// </para>
/// </remarks>
public sealed class SqlJournal : IJournal
{
    // Milliseconds to wait for the head between two tries, the last for all further ones.
    private static readonly int[] Backoff = [1, 1, 2, 3, 5, 8];

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    private readonly SqlJournalOptions _options;
    private readonly SqlSession _writer;
    private readonly SqlSession _reader;
    private readonly SqlSession _watcher;
    private readonly WakeSocket _wake;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(1);
    private (int Generation, long Version) _seen;
    private long _lastLook;
    private volatile bool _wasOpen;

    /// <summary>Names the file; it is opened with the first call.</summary>
    public SqlJournal(SqlJournalOptions options)
    {
        _options = options;
        _wake = new WakeSocket(options.Path);
        // A file that was there and is gone is not made anew: an empty journal would mean an empty network.
        _writer = new SqlSession(options, () => !_wasOpen);
        _reader = new SqlSession(options, () => !_wasOpen);
        _watcher = new SqlSession(options, () => !_wasOpen);
    }

    /// <inheritdoc/>
    public string Name => _options.Path;

    /// <inheritdoc/>
    public ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation) =>
        ReadAsync("read the head", session => session.ReadHead(), cancellation);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
        ReadAsync($"read entries after {after}", session => session.Read(after, limit), cancellation);

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation) =>
        ReadAsync("read a snapshot", session => session.ReadSnapshot(atOrBefore), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await BeginAsync(cancellation);
            return new SqlAppendSession(_writer, _writing, _wake, _writer.Do("read the head", session => session.ReadHead()));
        }
        catch
        {
            _writer.Close();
            _writing.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation)
    {
        await using var session = (SqlAppendSession)await LockHeadAsync(cancellation);
        session.Commit(
            "store a snapshot",
            writer =>
            {
                writer.Insert(snapshot);
                foreach (var position in writer.ReadSnapshotPositions().Where(position => !keeps(position)))
                    writer.DeleteSnapshot(position);
            }
        );
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        _wake.Listen();
        // A burst of commits is read in a few pieces rather than one by one.
        if (_options.Time.GetElapsedTime(_lastLook) < LookInterval)
            await Task.Delay(LookInterval, _options.Time, cancellation);
        // data_version changes when any other connection, of this process or another, has committed.
        while (true)
        {
            ReopenIfReplaced(_watcher);
            var version = _watcher.Do("watch for changes", watcher => (long)watcher.Statement("PRAGMA data_version").ExecuteScalar()!);
            if (_seen != (_watcher.Generation, version))
            {
                _seen = (_watcher.Generation, version);
                _lastLook = _options.Time.GetTimestamp();
                return;
            }
            await _wake.WaitAsync(_wake.IsListening ? _options.PollInterval : _options.PollIntervalAlone, _options.Time, cancellation);
        }
    }

    /// <summary>Waits for running calls and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        _writer.Dispose();
        _writing.Release();
        await _reading.WaitAsync();
        _reader.Dispose();
        _reading.Release();
        _watcher.Dispose();
        _wake.Dispose();
    }

    private async ValueTask<T> ReadAsync<T>(string operation, Func<SqlSession, T> read, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            ReopenIfReplaced(_reader);
            return _reader.Do(operation, read);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async ValueTask BeginAsync(CancellationToken cancellation)
    {
        var start = _options.Time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            ReopenIfReplaced(_writer);
            var code = _writer.Do("lock the head", writer => writer.TryExecute("BEGIN IMMEDIATE"));
            if (code == raw.SQLITE_OK)
                return;
            if (code != raw.SQLITE_BUSY || _options.Time.GetElapsedTime(start) > _options.LockPatience)
                throw _writer.Failure(code, "lock the head");
            var pause = Backoff[Math.Min(attempt, Backoff.Length - 1)];
            await Task.Delay(TimeSpan.FromMilliseconds(pause), _options.Time, cancellation);
        }
    }

    // A restored backup that was moved into place leaves open connections with the old file, which nobody else writes to or reads.
    private void ReopenIfReplaced(SqlSession session)
    {
        if (session.FileWasReplaced())
            session.Close();
        session.Do("open", _ => _wasOpen = true);
    }
}
