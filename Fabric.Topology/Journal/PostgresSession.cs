using System.Collections.Immutable;
using System.Data.Common;
using Fabric.Changes;
using Npgsql;

namespace Fabric.Topology.Journal;

/// <summary>A connection to a journal's PostgreSQL database.</summary>
/// <remarks>
/// READ COMMITTED, in which each statement sees what was committed before it; the row of <c>head</c> is locked by its update, so whoever has it
/// sees all that any node has stored. docs/decisions/0018-journal-on-postgresql.md has the reasons.
/// </remarks>
internal sealed class PostgresSession(PostgresDatabase database) : SqlSession
{
    private const string LockHead = "UPDATE head SET position = position RETURNING position, hash";
    private const string MoveHead = "UPDATE head SET position = $1, hash = $2 WHERE position = $3";
    private const string InsertEntries =
        "INSERT INTO entry (position, time, author, reason, request, payload, hash) "
        + "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[])";

    private int _listens;
    private bool _isInTransaction;
    private bool _wasWarned;
    private (int Generation, JournalHead Head)? _seen;

    protected override string Name => database.Name;

    protected override JournalTables Tables => database.Options.Tables;

    // Not now(), which is when the transaction began.
    internal override string Clock => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)";

    private NpgsqlConnection Server => (NpgsqlConnection)Connection!;

    internal override async Task BeginAsync(CancellationToken cancellation)
    {
        _isInTransaction = true;
        await Statement("BEGIN ISOLATION LEVEL READ COMMITTED").ExecuteNonQueryAsync(cancellation);
    }

    internal override async Task BeginBriefAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await Statement("SET LOCAL synchronous_commit TO off").ExecuteNonQueryAsync(cancellation);
    }

    internal override async Task<JournalHead> LockHeadAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        if (Tables.LockWriters is { } lockWriters)
        {
            await Statement(lockWriters).ExecuteNonQueryAsync(cancellation);
            return await ReadHeadAsync(cancellation);
        }
        return await PlaceAsync(Statement(LockHead), cancellation) ?? throw new JournalException(JournalFailure.Unreadable, NoHead);
    }

    internal override async Task<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
        ImmutableArray<RequestId> requests,
        CancellationToken cancellation
    )
    {
        var found = ImmutableDictionary.CreateBuilder<RequestId, JournalHead>();
        object wanted = requests.Select(Bytes).ToArray();
        await using var row = await Statement(Tables.SelectRequests, wanted).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(Request(row.GetFieldValue<byte[]>(0)), new(row.GetInt64(1), EntryHash.Read(row.GetFieldValue<byte[]>(2))));
        return found.ToImmutable();
    }

    // One way there and back for all of a group, while others wait for the head.
    internal override async Task InsertAsync(ImmutableArray<StoredEntry> entries)
    {
        if (Tables.LockWriters is not null)
        {
            await base.InsertAsync(entries);
            return;
        }
        await using var batch = Server.CreateBatch();
        Add(
            batch,
            InsertEntries,
            entries.Select(entry => entry.Position).ToArray(),
            entries.Select(entry => entry.TimeMicros).ToArray(),
            entries.Select(entry => entry.Author).ToArray(),
            entries.Select(entry => entry.Reason).ToArray(),
            entries.Select(entry => Bytes(entry.Request)).ToArray(),
            entries.Select(entry => entry.Payload.ToArray()).ToArray(),
            entries.Select(entry => entry.Hash.ToArray()).ToArray()
        );
        Add(batch, MoveHead, entries[^1].Position, entries[^1].Hash.ToArray(), entries[0].Position - 1);
        // Told by the server when and only when the transaction is committed.
        Add(batch, $"NOTIFY {PostgresDatabase.Channel}");
        await batch.ExecuteNonQueryAsync();
        if (batch.BatchCommands[1].RecordsAffected != 1)
            throw new JournalException(JournalFailure.Unreadable, NoHead);
    }

    internal override async Task CommitAsync(string operation)
    {
        var commit = Server.CreateCommand();
        commit.CommandText = "COMMIT";
        // No cancel request, ever: it would end the wait for the standby and leave the transaction stored on one machine only.
        commit.CommandTimeout = 0;
        _wasWarned = false;
        var committing = commit.ExecuteNonQueryAsync();
        try
        {
            await committing.WaitAsync(database.Options.AnswerPatience, database.Options.Time);
        }
        catch (TimeoutException)
        {
            // It holds the head until it has ended one way or the other, so whoever locks the head next knows which.
            _ = EndAsync(Abandon(), committing);
            _isInTransaction = false;
            throw Unknown(operation, "the answer is late");
        }
        catch (Exception error) when (!PostgresFailure.IsCertain(error) && FailureOf(error, operation) is { } failure)
        {
            throw Unknown(operation, failure.Message);
        }
        _isInTransaction = false;
        // "Canceling wait for synchronous replication" is no more than a warning, and means that the standby may not have it.
        if (_wasWarned)
            throw Unknown(operation, "the synchronous standby has not confirmed it");
    }

    internal override async Task RollbackAsync()
    {
        var mustRoll = _isInTransaction && Connection is not null;
        _isInTransaction = false;
        if (!mustRoll)
            return;
        // After some errors the driver has closed it by itself.
        if (IsStale())
        {
            await CloseAsync();
            return;
        }
        try
        {
            await Statement("ROLLBACK").ExecuteNonQueryAsync();
        }
        catch (Exception error) when (FailureOf(error, "roll back") is not null)
        {
            await CloseAsync();
        }
    }

    internal override async Task<string?> CheckAsync(CancellationToken cancellation)
    {
        // Without a row of the head there is nothing to compare.
        if (Tables.LockWriters is not null)
            return null;
        const string compare =
            "SELECT (position, hash) = (SELECT position, hash FROM entry ORDER BY position DESC LIMIT 1) FROM head"
            + " UNION ALL SELECT position = 0 FROM head WHERE NOT EXISTS (SELECT FROM entry)";
        await using var row = await Statement(compare).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            if (!row.IsDBNull(0) && row.GetBoolean(0))
                return null;
        }
        return NoHead;
    }

    internal override async Task WaitForMoveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var head = await DoAsync("watch for changes", LookAsync, cancellation);
            if (_seen != (Generation, head))
            {
                _seen = (Generation, head);
                return;
            }
            // Ends with a word of the server, or without one after a while. After a word the head may be where it was, and yet have been elsewhere:
            // a backup that was put in place of what another node has pushed here meanwhile.
            if (await DoAsync("watch for changes", _ => Server.WaitAsync(database.Options.PollInterval, cancellation), cancellation))
            {
                _seen = (Generation, await DoAsync("watch for changes", LookAsync, cancellation));
                return;
            }
        }

        // To listen before the look, so that nothing falls between the two.
        async Task<JournalHead> LookAsync(SqlSession session)
        {
            if (_listens != Generation)
                await Statement($"LISTEN {PostgresDatabase.Channel}").ExecuteNonQueryAsync(cancellation);
            _listens = Generation;
            return await session.ReadHeadAsync(cancellation);
        }
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = database.NewConnection();
        try
        {
            connection.Notice += (_, notice) => _wasWarned |= notice.Notice.InvariantSeverity == "WARNING";
            await connection.OpenAsync(cancellation);
            await PostgresSchemaRunner.PrepareAsync(connection, database.Options, database.Name, !database.WasOpen, cancellation);
            database.WasOpen = true;
            _isInTransaction = false;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    protected override bool IsStale() =>
        Server.FullState.HasFlag(System.Data.ConnectionState.Broken) || Server.State == System.Data.ConnectionState.Closed;

    protected override JournalException? FailureOf(Exception error, string operation) =>
        PostgresFailure.Of(error, operation, database.Name);

    protected override JournalException ConnectionLost(string operation) =>
        new(JournalFailure.Away, $"journal {database.Name}: {operation}: the connection was lost; try again");

    protected override bool IsEndOfConnection(JournalException failure) =>
        failure.InnerException is { } error && PostgresFailure.IsEndOfConnection(error);

    protected override DbParameter NewParameter(int number) => new NpgsqlParameter();

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    // Nobody waits for it any more; what became of it is found out under the next lock.
    private static async Task EndAsync(DbConnection connection, Task committing)
    {
        await ((Task)committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }

    private string NoHead => $"journal {database.Name}: its row of the head does not fit its entries; restore them from a backup";

    private JournalException Unknown(string operation, string why) =>
        new(JournalFailure.OutcomeUnknown, $"journal {database.Name}: {operation}: whether it took place is not known: {why}");
}
