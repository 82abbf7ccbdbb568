using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fabric.Changes;

namespace Fabric.Topology.Journal;

/// <summary>An entry of the journal as it is stored: the events are bytes still, and the hash ties it to the entry before.</summary>
/// <param name="Position">1 for the first; without gaps.</param>
/// <param name="TimeMicros">When it was stored, in microseconds since 1970-01-01 UTC by the storing node's clock; for people.</param>
/// <param name="Author">Who wanted it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Request">The request that it answers; unique in a journal.</param>
/// <param name="Payload">The events, as <see cref="EntryPayload"/> writes them.</param>
/// <param name="Hash">The hash over the entry before and this one.</param>
/// <remarks>Immutable by agreement: nobody writes to the payload.</remarks>
public sealed record StoredEntry(
    long Position,
    long TimeMicros,
    string Author,
    string Reason,
    RequestId Request,
    ReadOnlyMemory<byte> Payload,
    EntryHash Hash
)
{
    /// <summary>The place of this entry.</summary>
    public JournalHead Head => new(Position, Hash);

    /// <summary>Makes the entry that follows a head.</summary>
    public static StoredEntry After(JournalHead previous, JournalEntry entry)
    {
        var micros = (entry.Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var payload = EntryPayload.Encode(entry.Events);
        var stored = new StoredEntry(previous.Position + 1, micros, entry.Author, entry.Reason, entry.Request, payload, default);
        return stored with { Hash = stored.HashAfter(previous.Hash) };
    }

    /// <summary>The time as it will be read again: whole microseconds.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The entry is the one that follows a head, unaltered.</summary>
    public bool Follows(JournalHead previous) => Position == previous.Position + 1 && Hash == HashAfter(previous.Hash);

    /// <summary>Reads the events.</summary>
    /// <exception cref="JournalException">They are not readable: damaged, or written by a newer version.</exception>
    public JournalEntry Open()
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(TimeMicros * TimeSpan.TicksPerMicrosecond);
        return new JournalEntry(Position, time, Author, Reason, Request, EntryPayload.Decode(Payload.Span, Position));
    }

    /// <summary>The hash that the entry must have after another.</summary>
    // previous hash (32) | position (8) | time (8) | request (16) | author length (4), UTF-8 | reason length (4), UTF-8 | payload
    internal EntryHash HashAfter(EntryHash previous)
    {
        Span<byte> word = stackalloc byte[EntryHash.Length];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        previous.Write(word);
        sha.AppendData(word);
        BinaryPrimitives.WriteInt64BigEndian(word, Position);
        BinaryPrimitives.WriteInt64BigEndian(word[8..], TimeMicros);
        BinaryPrimitives.WriteUInt128BigEndian(word[16..], Request.Value);
        sha.AppendData(word);
        AppendText(sha, Author);
        AppendText(sha, Reason);
        sha.AppendData(Payload.Span);
        sha.GetHashAndReset(word);
        return EntryHash.Read(word);
    }

    // The length goes first, so that no two different pairs of texts are the same bytes.
    private static void AppendText(IncrementalHash sha, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        sha.AppendData(length);
        sha.AppendData(bytes);
    }
}
