using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Topology.Membership;

namespace Fabric.Topology.Journal;

/// <summary>The journal in a database: a SQLite file, for all agents of one machine, or PostgreSQL.</summary>
/// <remarks>
/// <para>Four connections (write, read, watch, leases), each used by one caller at a time; reads are short and see only what is committed.</para>
/// <para>
/// A connection that fails is closed, and the next call opens another; so a database that was away and came back, or was replaced by a restored
/// one, is found again without a restart.
/// </para>
/// </remarks>
public sealed partial class SqlJournal : IJournal, ILeases
{
    private readonly SqlDatabase _database;
    private readonly SqlSession _writer;
    private readonly SqlSession _reader;
    private readonly SqlSession _watcher;
    private readonly SqlSession _leaser;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _leasing = new(1);

    /// <summary>Names the database; it is opened with the first call.</summary>
    /// <exception cref="JournalException">Its address cannot be read.</exception>
    public SqlJournal(SqlJournalOptions options)
    {
        _database = SqlDatabase.Of(options);
        _writer = _database.NewSession();
        _reader = _database.NewSession();
        _watcher = _database.NewSession();
        _leaser = _database.NewSession();
    }

    /// <inheritdoc/>
    public string Name => _database.Name;

    /// <inheritdoc/>
    public ValueTask<JournalHead> ReadHeadAsync(CancellationToken cancellation) =>
        ReadAsync("read the head", session => session.ReadHeadAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation) =>
        ReadAsync($"read entries after {after}", session => session.ReadAsync(after, limit, cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation) =>
        ReadAsync("read a snapshot", session => session.ReadSnapshotAsync(atOrBefore, cancellation), cancellation);

    /// <summary>The head, and the places of the entries that answered requests, which may lie behind it; those that none answered are missing.</summary>
    internal ValueTask<(JournalHead Head, ImmutableDictionary<RequestId, JournalHead> Found)> LookAsync(
        ImmutableArray<RequestId> requests,
        CancellationToken cancellation
    ) =>
        ReadAsync(
            "look requests up",
            async session => (await session.ReadHeadAsync(cancellation), await session.FindAsync(requests, cancellation)),
            cancellation
        );

    /// <inheritdoc/>
    public async ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            var head = await _writer.DoAsync("lock the head", session => session.LockHeadAsync(cancellation), cancellation);
            return new SqlAppendSession(_writer, _writing, head);
        }
        catch
        {
            await _writer.CloseAsync();
            _writing.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await _writer.DoAsync("store a snapshot", WriteAsync, cancellation);
        }
        finally
        {
            // Also after a failure that leaves the connection open: nothing is left half done in it.
            await _writer.RollbackAsync();
            _writing.Release();
        }

        async Task<bool> WriteAsync(SqlSession writer)
        {
            await writer.BeginAsync(cancellation);
            await writer.InsertAsync(snapshot, cancellation);
            foreach (var position in await writer.ReadSnapshotPositionsAsync(cancellation))
            {
                if (!keeps(position))
                    await writer.DeleteSnapshotAsync(position, cancellation);
            }
            await writer.CommitAsync("store a snapshot");
            return true;
        }
    }

    /// <summary>Fills an empty journal with sound entries, and a snapshot after the last: all or nothing, in one transaction.</summary>
    /// <param name="pages">The entries from the first on.</param>
    /// <param name="cancellation">Gives up, and stores nothing.</param>
    /// <exception cref="JournalException">Nothing was stored, except for <see cref="JournalFailure.OutcomeUnknown"/>; or a page was refused.</exception>
    public async ValueTask<FillOutcome> FillAsync(IAsyncEnumerable<AuditPage> pages, CancellationToken cancellation)
    {
        await using var session = (SqlAppendSession)await LockHeadAsync(cancellation);
        if (session.Head != JournalHead.Start)
            return new FillOutcome(false, session.Head);
        var state = Replica.ReplicaState.Start;
        await foreach (var page in pages.WithCancellation(cancellation))
        {
            await session.InsertAsync(page.Entries);
            state = page.State;
        }
        if (state.Head.Position > 0)
            await session.InsertAsync(new StoredSnapshot(state.Head, SnapshotPayload.Encode(state.Topology)));
        await session.CommitAsync([]);
        return new FillOutcome(true, state.Head);
    }

    /// <summary>What the database itself knows to be wrong with its tables, in one sentence; null when nothing is.</summary>
    /// <exception cref="JournalException">It cannot be asked.</exception>
    public ValueTask<string?> CheckAsync(CancellationToken cancellation) =>
        ReadAsync("check the tables", session => session.CheckAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public async ValueTask WaitAsync(CancellationToken cancellation) => await _watcher.WaitForMoveAsync(cancellation);

    /// <summary>Waits for running calls and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        await _writer.DisposeAsync();
        _writing.Release();
        await _reading.WaitAsync();
        await _reader.DisposeAsync();
        _reading.Release();
        await _leasing.WaitAsync();
        await _leaser.DisposeAsync();
        _leasing.Release();
        await _watcher.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async ValueTask<T> ReadAsync<T>(string operation, Func<SqlSession, Task<T>> read, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            return await _reader.DoAsync(operation, read, cancellation);
        }
        finally
        {
            _reading.Release();
        }
    }
}
