using System.Collections.Immutable;
using Fabric.Akka.Protocol;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Journal;

/// <summary>The tables that Akka.Persistence.Sql writes and everybody reads: an event is an entry, its sequence number the position.</summary>
internal sealed class AkkaTables : JournalTables
{
    /// <summary>The one persistent actor: whoever writes all changes.</summary>
    internal const string PersistenceId = "fabric";

    private const string Ours = $"persistence_id = '{PersistenceId}'";
    private const string Place = "sequence_number, substr(message, 1, 32)";
    private const string Request = "substr(message, 41, 16)";

    internal static AkkaTables Instance { get; } = new();

    internal override int SchemaBase => 1000;

    internal override string SelectHead => $"SELECT {Place} FROM akka_journal WHERE {Ours} ORDER BY sequence_number DESC LIMIT 1";

    internal override string SelectRequest => $"SELECT {Place} FROM akka_journal WHERE {Request} = $1";

    internal override string SelectRequests => $"SELECT {Request}, {Place} FROM akka_journal WHERE {Request} = ANY($1)";

    internal override string SelectEntries =>
        $"SELECT sequence_number, message FROM akka_journal WHERE {Ours} AND sequence_number > $1 ORDER BY sequence_number LIMIT $2";

    internal override string InsertEntry =>
        "INSERT INTO akka_journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) "
        + $"VALUES ($1, false, '{PersistenceId}', $2, $3, '{HiveSerializer.EntryManifest}', {HiveSerializer.Id}, 'journal copy')";

    internal override string SelectSnapshot => Own.SelectSnapshot;

    internal override string InsertSnapshot => Own.InsertSnapshot;

    internal override string SelectSnapshots => Own.SelectSnapshots;

    internal override string DeleteSnapshot => Own.DeleteSnapshot;

    internal override string LockWriters => "LOCK TABLE akka_journal IN EXCLUSIVE MODE";

    internal override IReadOnlyList<string> Scripts(string kind) =>
        SchemaScripts.Of(typeof(AkkaTables).Assembly, $"Fabric.Akka.Journal.Schema.{kind}.");

    internal override StoredEntry EntryOf(ReadOnlySpan<object> row) => EntryBytes.Read((long)row[0], (byte[])row[1]);

    internal override ImmutableArray<object> ValuesOf(StoredEntry entry) => [entry.TimeMicros / 1000, entry.Position, EntryBytes.Of(entry)];

    internal override ImmutableArray<object> ValuesOf(StoredSnapshot snapshot) => Own.ValuesOf(snapshot);
}
