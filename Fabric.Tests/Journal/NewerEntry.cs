using Fabric.Changes;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>An entry as a later version may write it: sound by its hash, and of a level that nobody reads yet.</summary>
internal static class NewerEntry
{
    private const byte Level = 99;

    /// <summary>Stores one at the head of a journal.</summary>
    public static async Task AppendAsync(string place)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(place));
        await using var session = await journal.LockHeadAsync(CancellationToken.None);
        await session.CommitAsync([After(session.Head)]);
    }

    private static StoredEntry After(JournalHead head)
    {
        var known = Entries.After(head, 1)[0];
        return Rehash(known with { Payload = AtLevel(known.Payload.ToArray()) }, head);
    }

    /// <summary>format | level | CRC-32C of level and content, highest byte first | content.</summary>
    private static byte[] AtLevel(byte[] payload)
    {
        payload[1] = Level;
        var checksum = uint.MaxValue;
        foreach (var each in (byte[])[Level, .. payload[6..]])
            checksum = System.Numerics.BitOperations.Crc32C(checksum, each);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(2), ~checksum);
        return payload;
    }

    private static StoredEntry Rehash(StoredEntry entry, JournalHead head) => entry with { Hash = entry.HashAfter(head.Hash) };
}
