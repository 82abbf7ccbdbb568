using System.Collections.Immutable;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>Reads stored entries and holds them to their chain of hashes.</summary>
internal static class EntryChain
{
    /// <summary>The entries up to the first that is damaged.</summary>
    /// <param name="after">The position before the first.</param>
    /// <param name="hash">The hash there; null when the reader does not know it, and the first entry is believed.</param>
    /// <param name="page">Entries as a journal gave them.</param>
    internal static Opened Open(long after, EntryHash? hash, ImmutableArray<StoredEntry> page)
    {
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>(page.Length);
        var head = new JournalHead(after, hash ?? default);
        foreach (var stored in page)
        {
            if (stored.Position != head.Position + 1)
                return new Opened(items.DrainToImmutable(), head, $"entry {head.Position + 1} is missing; restore a backup");
            var isFirstUnknown = hash is null && items.Count == 0;
            if (!isFirstUnknown && !stored.Follows(head))
                return new Opened(items.DrainToImmutable(), head, $"the hash of entry {stored.Position} does not fit; restore a backup");
            try
            {
                items.Add(new FeedItem.Stored(stored.Open(), stored.Hash));
            }
            catch (JournalException unreadable)
            {
                return new Opened(items.DrainToImmutable(), head, unreadable.Message);
            }
            head = stored.Head;
        }
        return new Opened(items.DrainToImmutable(), head, null);
    }

    /// <summary>What could be read.</summary>
    /// <param name="Items">The entries that are sound.</param>
    /// <param name="Head">The place after the last of them.</param>
    /// <param name="Damage">What is wrong with the entry after them, or null.</param>
    internal readonly record struct Opened(ImmutableArray<FeedItem.Stored> Items, JournalHead Head, string? Damage);
}
