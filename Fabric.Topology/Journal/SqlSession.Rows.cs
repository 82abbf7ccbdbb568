using System.Buffers.Binary;
using System.Collections.Immutable;
using Fabric.Changes;
using Microsoft.Data.Sqlite;

namespace Fabric.Topology.Journal;

// The statements of a journal and the rows that they tell.
internal sealed partial class SqlSession
{
    private const string SelectHead = "SELECT position, hash FROM entry ORDER BY position DESC LIMIT 1";
    private const string SelectRequest = "SELECT position, hash FROM entry WHERE request = $1";
    private const string SelectEntries =
        "SELECT position, time, author, reason, request, payload, hash FROM entry WHERE position > $1 ORDER BY position LIMIT $2";
    private const string InsertEntry =
        "INSERT INTO entry (position, time, author, reason, request, payload, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    private const string SelectSnapshot =
        "SELECT position, hash, payload FROM snapshot WHERE position <= $1 ORDER BY position DESC LIMIT 1";
    private const string InsertSnapshot = "INSERT OR IGNORE INTO snapshot (position, hash, payload) VALUES ($1, $2, $3)";

    private const string SelectSnapshots = "SELECT position FROM snapshot";
    private const string DeleteOneSnapshot = "DELETE FROM snapshot WHERE position = $1";

    internal JournalHead ReadHead() => Place(Statement(SelectHead)) ?? JournalHead.Start;

    internal JournalHead? Find(RequestId request) => Place(Statement(SelectRequest, Bytes(request)));

    internal ImmutableArray<StoredEntry> Read(long after, int limit)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        using var row = Statement(SelectEntries, after, limit).ExecuteReader();
        while (row.Read())
        {
            entries.Add(
                new StoredEntry(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetString(2),
                    row.GetString(3),
                    new RequestId(BinaryPrimitives.ReadUInt128BigEndian(row.GetFieldValue<byte[]>(4))),
                    row.GetFieldValue<byte[]>(5),
                    EntryHash.Read(row.GetFieldValue<byte[]>(6))
                )
            );
        }
        return entries.DrainToImmutable();
    }

    internal void Insert(StoredEntry entry) =>
        Statement(
                InsertEntry,
                entry.Position,
                entry.TimeMicros,
                entry.Author,
                entry.Reason,
                Bytes(entry.Request),
                entry.Payload.ToArray(),
                entry.Hash.ToArray()
            )
            .ExecuteNonQuery();

    internal StoredSnapshot? ReadSnapshot(long atOrBefore)
    {
        using var row = Statement(SelectSnapshot, atOrBefore).ExecuteReader();
        return row.Read()
            ? new StoredSnapshot(new(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))), row.GetFieldValue<byte[]>(2))
            : null;
    }

    internal ImmutableArray<long> ReadSnapshotPositions()
    {
        var positions = ImmutableArray.CreateBuilder<long>();
        using var row = Statement(SelectSnapshots).ExecuteReader();
        while (row.Read())
            positions.Add(row.GetInt64(0));
        return positions.DrainToImmutable();
    }

    internal void DeleteSnapshot(long position) => Statement(DeleteOneSnapshot, position).ExecuteNonQuery();

    internal void Insert(StoredSnapshot snapshot) =>
        Statement(InsertSnapshot, snapshot.Head.Position, snapshot.Head.Hash.ToArray(), snapshot.Payload.ToArray()).ExecuteNonQuery();

    private static JournalHead? Place(SqliteCommand statement)
    {
        using var row = statement.ExecuteReader();
        return row.Read() ? new JournalHead(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))) : null;
    }

    private static byte[] Bytes(RequestId request)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, request.Value);
        return bytes;
    }
}
