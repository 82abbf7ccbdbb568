using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Data.Common;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

// The statements of a journal and the rows that they tell.
internal abstract partial class SqlSession
{
    private const string SelectHead = "SELECT position, hash FROM entry ORDER BY position DESC LIMIT 1";
    private const string SelectRequest = "SELECT position, hash FROM entry WHERE request = $1";
    private const string SelectEntries =
        "SELECT position, time, author, reason, request, payload, hash FROM entry WHERE position > $1 ORDER BY position LIMIT $2";
    private const string InsertEntry =
        "INSERT INTO entry (position, time, author, reason, request, payload, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    private const string SelectSnapshot =
        "SELECT position, hash, payload FROM snapshot WHERE position <= $1 ORDER BY position DESC LIMIT 1";
    private const string InsertSnapshot = "INSERT INTO snapshot (position, hash, payload) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    private const string SelectSnapshots = "SELECT position FROM snapshot";
    private const string DeleteOneSnapshot = "DELETE FROM snapshot WHERE position = $1";

    internal async Task<JournalHead> ReadHeadAsync(CancellationToken cancellation) =>
        await PlaceAsync(Statement(SelectHead), cancellation) ?? JournalHead.Start;

    /// <summary>The places of the entries that answered requests; those that none answered are missing.</summary>
    internal virtual async Task<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
        ImmutableArray<RequestId> requests,
        CancellationToken cancellation
    )
    {
        var found = ImmutableDictionary.CreateBuilder<RequestId, JournalHead>();
        foreach (var request in requests)
        {
            if (await PlaceAsync(Statement(SelectRequest, Bytes(request)), cancellation) is { } place)
                found[request] = place;
        }
        return found.ToImmutable();
    }

    internal async Task<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        await using var row = await Statement(SelectEntries, after, limit).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            try
            {
                entries.Add(EntryOf(row));
            }
            catch (Exception wrong) when (wrong is InvalidCastException or InvalidOperationException or ArgumentException)
            {
                var position = entries.Count > 0 ? entries[^1].Position : after;
                throw new JournalException(
                    JournalFailure.Unreadable,
                    $"journal {Name}: the row after entry {position} is damaged; restore a backup",
                    wrong
                );
            }
        }
        return entries.DrainToImmutable();
    }

    /// <summary>Stores entries that follow the head which the transaction holds.</summary>
    internal virtual async Task InsertAsync(ImmutableArray<StoredEntry> entries)
    {
        foreach (var entry in entries)
        {
            await Statement(
                    InsertEntry,
                    entry.Position,
                    entry.TimeMicros,
                    entry.Author,
                    entry.Reason,
                    Bytes(entry.Request),
                    entry.Payload.ToArray(),
                    entry.Hash.ToArray()
                )
                .ExecuteNonQueryAsync();
        }
    }

    internal async Task<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation)
    {
        await using var row = await Statement(SelectSnapshot, atOrBefore).ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new StoredSnapshot(new(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))), row.GetFieldValue<byte[]>(2))
            : null;
    }

    internal async Task<ImmutableArray<long>> ReadSnapshotPositionsAsync(CancellationToken cancellation)
    {
        var positions = ImmutableArray.CreateBuilder<long>();
        await using var row = await Statement(SelectSnapshots).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            positions.Add(row.GetInt64(0));
        return positions.DrainToImmutable();
    }

    internal Task DeleteSnapshotAsync(long position, CancellationToken cancellation) =>
        Statement(DeleteOneSnapshot, position).ExecuteNonQueryAsync(cancellation);

    internal Task InsertAsync(StoredSnapshot snapshot, CancellationToken cancellation) =>
        Statement(InsertSnapshot, snapshot.Head.Position, snapshot.Head.Hash.ToArray(), snapshot.Payload.ToArray())
            .ExecuteNonQueryAsync(cancellation);

    // A column of a damaged row may be missing, of another type or too short.
    private static StoredEntry EntryOf(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetString(2),
            row.GetString(3),
            Request(row.GetFieldValue<byte[]>(4)),
            row.GetFieldValue<byte[]>(5),
            EntryHash.Read(row.GetFieldValue<byte[]>(6))
        );

    protected static async Task<JournalHead?> PlaceAsync(DbCommand statement, CancellationToken cancellation)
    {
        await using var row = await statement.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new JournalHead(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))) : null;
    }

    protected static RequestId Request(byte[] bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    protected static byte[] Bytes(RequestId request)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, request.Value);
        return bytes;
    }
}
