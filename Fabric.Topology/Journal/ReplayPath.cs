using System.Runtime.CompilerServices;
using Fabric.Changes;
using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>From stored bytes to the description at a position: a snapshot, then the entries after it.</summary>
public static class ReplayPath
{
    /// <summary>How many entries one read of the journal takes.</summary>
    public const int PageEntries = 1024;

    /// <summary>The state at a position, or at the head when that is before it.</summary>
    /// <exception cref="JournalException">An entry on the way is damaged or unreadable.</exception>
    public static async ValueTask<ReplicaState> ReadStateAsync(IJournalReader journal, long position, CancellationToken cancellation)
    {
        var state = await ReadSnapshotAsync(journal, position, cancellation);
        await foreach (var item in ReadEntriesAsync(journal, state.Head.Position, state.Head.Hash, position, cancellation))
            state = new ReplicaState(TopologyEvolution.Apply(state.Topology, item.Entry), item.Head);
        return state;
    }

    /// <summary>The entries after a position up to another, in order, each checked against the one before.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="after">The position before the first wanted.</param>
    /// <param name="hash">The hash there; null when it is not known, and the first entry is believed.</param>
    /// <param name="upTo">The last position wanted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="JournalException">The next entry is damaged or unreadable; all before it were given.</exception>
    public static async IAsyncEnumerable<FeedItem.Stored> ReadEntriesAsync(
        IJournalReader journal,
        long after,
        EntryHash? hash,
        long upTo,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (after < upTo)
        {
            var page = await journal.ReadAsync(after, (int)Math.Min(PageEntries, upTo - after), cancellation);
            var opened = EntryChain.Open(after, hash, page);
            foreach (var item in opened.Items)
                yield return item;
            if (opened.Damage is { } damage)
                throw new JournalException(JournalFailure.Unreadable, $"journal {journal.Name}: {damage}");
            if (page.IsEmpty)
                yield break;
            (after, hash) = (opened.Head.Position, opened.Head.Hash);
        }
    }

    // A snapshot is a shortcut only: one that is not of this journal, or not readable, is passed over.
    private static async ValueTask<ReplicaState> ReadSnapshotAsync(IJournalReader journal, long position, CancellationToken cancellation)
    {
        while (position > 0 && await journal.ReadSnapshotAsync(position, cancellation) is { } stored)
        {
            var entry = await journal.ReadAsync(stored.Head.Position - 1, 1, cancellation);
            if (!entry.IsEmpty && entry[0].Head == stored.Head && SnapshotPayload.TryDecode(stored, out var topology))
                return new ReplicaState(topology, stored.Head);
            position = stored.Head.Position - 1;
        }
        return ReplicaState.Start;
    }
}
