using System.Buffers.Binary;
using Fabric.Changes;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Protocol;

/// <summary>An entry as the one event that Akka.Persistence stores, and as nodes push it to each other.</summary>
/// <remarks>
/// <code>
///  0  hash      32
/// 32  time       8  microseconds since 1970-01-01 UTC
/// 40  request   16  an index of the database reads it there
/// 56  author        length and UTF-8
///     reason        length and UTF-8
///     payload       length and the events, as FeedCodec writes them
/// </code>
/// The position is the sequence number, and stands beside it.
/// </remarks>
internal static class EntryBytes
{
    private const int TimeAt = EntryHash.Length;
    private const int RequestAt = TimeAt + sizeof(long);
    private const int AuthorAt = RequestAt + 16;

    internal static byte[] Of(StoredEntry entry)
    {
        using var bytes = new MemoryStream(AuthorAt + entry.Author.Length + entry.Reason.Length + entry.Payload.Length + 16);
        using var writer = new BinaryWriter(bytes);
        writer.Write(entry.Hash.ToArray());
        Span<byte> word = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(word, entry.TimeMicros);
        writer.Write(word);
        writer.Write(SqlSession.Bytes(entry.Request));
        writer.Write(entry.Author);
        writer.Write(entry.Reason);
        writer.Write7BitEncodedInt(entry.Payload.Length);
        writer.Write(entry.Payload.Span);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="ArgumentException">The bytes are damaged.</exception>
    internal static StoredEntry Read(long position, byte[] bytes)
    {
        if (bytes.Length < AuthorAt)
            throw new ArgumentException($"an entry has {AuthorAt} bytes at least, and this {bytes.Length}", nameof(bytes));
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, AuthorAt, bytes.Length - AuthorAt));
            var (author, reason) = (reader.ReadString(), reader.ReadString());
            var payload = reader.ReadBytes(reader.Read7BitEncodedInt());
            return new StoredEntry(
                position,
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(TimeAt)),
                author,
                reason,
                new RequestId(BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(RequestAt))),
                payload,
                EntryHash.Read(bytes)
            );
        }
        catch (Exception damage) when (damage is EndOfStreamException or FormatException)
        {
            throw new ArgumentException($"the bytes of an entry are damaged: {damage.Message}", nameof(bytes), damage);
        }
    }
}
