using System.Collections.Immutable;

namespace Fabric.Topology.Journal;

/// <summary>A table of entries with a column for each part, and one of snapshots; PostgreSQL has a row of the head besides.</summary>
internal sealed class EntryTables : JournalTables
{
    internal override int SchemaBase => 0;

    internal override string SelectHead => "SELECT position, hash FROM entry ORDER BY position DESC LIMIT 1";

    internal override string SelectRequest => "SELECT position, hash FROM entry WHERE request = $1";

    internal override string SelectRequests => "SELECT request, position, hash FROM entry WHERE request = ANY($1)";

    internal override string SelectEntries =>
        "SELECT position, time, author, reason, request, payload, hash FROM entry WHERE position > $1 ORDER BY position LIMIT $2";

    internal override string InsertEntry =>
        "INSERT INTO entry (position, time, author, reason, request, payload, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    internal override string SelectSnapshot =>
        "SELECT position, hash, payload FROM snapshot WHERE position <= $1 ORDER BY position DESC LIMIT 1";

    internal override string InsertSnapshot => "INSERT INTO snapshot (position, hash, payload) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    internal override string SelectSnapshots => "SELECT position FROM snapshot";

    internal override string DeleteSnapshot => "DELETE FROM snapshot WHERE position = $1";

    internal override IReadOnlyList<string> Scripts(string kind) =>
        SchemaScripts.Of(typeof(EntryTables).Assembly, $"Fabric.Topology.Journal.Schema.{kind}.");

    internal override StoredEntry EntryOf(ReadOnlySpan<object> row) =>
        new(
            (long)row[0],
            (long)row[1],
            (string)row[2],
            (string)row[3],
            SqlSession.Request((byte[])row[4]),
            (byte[])row[5],
            EntryHash.Read((byte[])row[6])
        );

    internal override ImmutableArray<object> ValuesOf(StoredEntry entry) =>
        [
            entry.Position,
            entry.TimeMicros,
            entry.Author,
            entry.Reason,
            SqlSession.Bytes(entry.Request),
            entry.Payload.ToArray(),
            entry.Hash.ToArray(),
        ];

    internal override ImmutableArray<object> ValuesOf(StoredSnapshot snapshot) =>
        [snapshot.Head.Position, snapshot.Head.Hash.ToArray(), snapshot.Payload.ToArray()];
}
