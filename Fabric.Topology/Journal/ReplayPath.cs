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
    public static ValueTask<ReplicaState> ReadStateAsync(IJournalReader journal, long position, CancellationToken cancellation) =>
        ReadStateAsync(journal, position, null, cancellation);

    /// <summary>The state at a position, or at the head when that is before it.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="position">The position.</param>
    /// <param name="kept">States of jumps before, from which this one may begin, and to which it adds; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JournalException">An entry on the way is damaged or unreadable.</exception>
    public static async ValueTask<ReplicaState> ReadStateAsync(
        IJournalReader journal,
        long position,
        PastStates? kept,
        CancellationToken cancellation
    )
    {
        var (origin, state) = await FindBeginningAsync(journal, position, kept, cancellation);
        await foreach (var item in ReadEntriesAsync(journal, state.Head.Position, state.Head.Hash, position, cancellation))
        {
            state = new ReplicaState(TopologyEvolution.Apply(state.Topology, item.Entry), item.Head);
            if (state.Head.Position % PastStates.Every == 0)
                kept?.Keep(new PastState(origin, state));
        }
        kept?.Keep(new PastState(origin, state));
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

    /// <summary>What is nearest before a position: a state that was kept, or a stored snapshot.</summary>
    private static async ValueTask<PastState> FindBeginningAsync(
        IJournalReader journal,
        long position,
        PastStates? kept,
        CancellationToken cancellation
    )
    {
        // Of a journal that was replaced by a backup nothing is kept that is not in it.
        var near = kept?.Nearest(position) is { } found && await HoldsAsync(journal, found.State.Head, cancellation) ? found : null;
        if (near is not null && position - near.State.Head.Position < PastStates.Every)
            return near;
        var stored = await ReadSnapshotAsync(journal, position, cancellation);
        return near is not null && near.State.Head.Position >= stored.Head.Position ? near : new PastState(stored.Head.Position, stored);
    }

    private static async ValueTask<bool> HoldsAsync(IJournalReader journal, JournalHead head, CancellationToken cancellation) =>
        await journal.ReadAsync(head.Position - 1, 1, cancellation) is [var entry] && entry.Head == head;

    // A snapshot is a shortcut only: one that is not of this journal, or not readable, is passed over.
    private static async ValueTask<ReplicaState> ReadSnapshotAsync(IJournalReader journal, long position, CancellationToken cancellation)
    {
        while (position > 0 && await journal.ReadSnapshotAsync(position, cancellation) is { } stored)
        {
            if (await HoldsAsync(journal, stored.Head, cancellation) && SnapshotPayload.TryDecode(stored, out var topology))
                return new ReplicaState(topology, stored.Head);
            position = stored.Head.Position - 1;
        }
        return ReplicaState.Start;
    }
}
