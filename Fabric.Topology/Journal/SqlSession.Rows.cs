using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Data.Common;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

// The rows of a journal.
internal abstract partial class SqlSession
{
    /// <summary>How the journal lies in the database.</summary>
    protected abstract JournalTables Tables { get; }

    internal async Task<JournalHead> ReadHeadAsync(CancellationToken cancellation) =>
        await PlaceAsync(Statement(Tables.SelectHead), cancellation) ?? JournalHead.Start;

    /// <summary>The places of the entries that answered requests; those that none answered are missing.</summary>
    internal virtual async Task<ImmutableDictionary<RequestId, JournalHead>> FindAsync(
        ImmutableArray<RequestId> requests,
        CancellationToken cancellation
    )
    {
        var found = ImmutableDictionary.CreateBuilder<RequestId, JournalHead>();
        foreach (var request in requests)
        {
            if (await PlaceAsync(Statement(Tables.SelectRequest, Bytes(request)), cancellation) is { } place)
                found[request] = place;
        }
        return found.ToImmutable();
    }

    internal async Task<ImmutableArray<StoredEntry>> ReadAsync(long after, int limit, CancellationToken cancellation)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        await using var row = await Statement(Tables.SelectEntries, after, limit).ExecuteReaderAsync(cancellation);
        var values = new object[row.FieldCount];
        while (await row.ReadAsync(cancellation))
        {
            try
            {
                row.GetValues(values);
                entries.Add(Tables.EntryOf(values));
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
            await Statement(Tables.InsertEntry, Tables.ValuesOf(entry).AsSpan()).ExecuteNonQueryAsync();
    }

    internal async Task<StoredSnapshot?> ReadSnapshotAsync(long atOrBefore, CancellationToken cancellation)
    {
        await using var row = await Statement(Tables.SelectSnapshot, atOrBefore).ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new StoredSnapshot(new(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))), row.GetFieldValue<byte[]>(2))
            : null;
    }

    internal async Task<ImmutableArray<long>> ReadSnapshotPositionsAsync(CancellationToken cancellation)
    {
        var positions = ImmutableArray.CreateBuilder<long>();
        await using var row = await Statement(Tables.SelectSnapshots).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            positions.Add(row.GetInt64(0));
        return positions.DrainToImmutable();
    }

    internal Task DeleteSnapshotAsync(long position, CancellationToken cancellation) =>
        Statement(Tables.DeleteSnapshot, position).ExecuteNonQueryAsync(cancellation);

    internal Task InsertAsync(StoredSnapshot snapshot, CancellationToken cancellation) =>
        Statement(Tables.InsertSnapshot, Tables.ValuesOf(snapshot).AsSpan()).ExecuteNonQueryAsync(cancellation);

    /// <summary>Executes a statement of the caller's own.</summary>
    /// <returns>How many rows it changed.</returns>
    internal Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params ReadOnlySpan<object> values) =>
        Statement(sql, values).ExecuteNonQueryAsync(cancellation);

    /// <summary>Asks a question of the caller's own whose answer is text in one column.</summary>
    internal Task<ImmutableArray<string>> AskAsync(string sql, CancellationToken cancellation, params ReadOnlySpan<object> values) =>
        TextsAsync(Statement(sql, values), cancellation);

    private static async Task<ImmutableArray<string>> TextsAsync(DbCommand statement, CancellationToken cancellation)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        await using var row = await statement.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            texts.Add(row.GetString(0));
        return texts.DrainToImmutable();
    }

    protected static async Task<JournalHead?> PlaceAsync(DbCommand statement, CancellationToken cancellation)
    {
        await using var row = await statement.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new JournalHead(row.GetInt64(0), EntryHash.Read(row.GetFieldValue<byte[]>(1))) : null;
    }

    internal static RequestId Request(byte[] bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    internal static byte[] Bytes(RequestId request)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, request.Value);
        return bytes;
    }
}
