using System.Runtime.CompilerServices;
using Fabric.Changes;
using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>Reads a journal from its first entry on, and believes nothing: chain, codec and replay are checked for each entry.</summary>
/// <remarks>Needs the memory of a page and of the description, however long the journal is.</remarks>
public static class AuditPath
{
    /// <summary>How many entries one read of the journal takes.</summary>
    public const int PageEntries = 256;

    /// <summary>The entries after a state up to a position, in order.</summary>
    /// <param name="journal">The journal; it may grow meanwhile.</param>
    /// <param name="after">Where to begin; <see cref="ReplicaState.Start"/> for the first entry.</param>
    /// <param name="upTo">The last position wanted, which the journal has reached.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="JournalException">The next entry is not sound; all before it were given, and the message says how many.</exception>
    public static async IAsyncEnumerable<AuditPage> ReadAsync(
        IJournalReader journal,
        ReplicaState after,
        long upTo,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var state = after;
        var limit = PageEntries;
        while (state.Head.Position < upTo)
        {
            var count = (int)Math.Min(limit, upTo - state.Head.Position);
            if (await TryReadAsync(journal, state, count, cancellation) is not var (page, damage))
            {
                // Not even the row can be read: one by one it is found which.
                limit = 1;
                continue;
            }
            if (page is not null)
            {
                state = page.State;
                yield return page;
            }
            if (damage is not null)
                throw NotSound(journal, damage, state);
        }
    }

    /// <summary>Reads all of a journal, and compares its snapshots with the replay of its entries.</summary>
    /// <param name="journal">The journal; what is stored after the begin is not looked at.</param>
    /// <param name="reached">Is told the position that was reached, and the last one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JournalException">It cannot be read at all just now.</exception>
    public static async ValueTask<AuditResult> VerifyAsync(SqlJournal journal, Action<long, long>? reached, CancellationToken cancellation)
    {
        var (state, sound) = (ReplicaState.Start, 0);
        try
        {
            if (await journal.CheckAsync(cancellation) is { } damage)
                return new AuditResult(state.Head, sound, damage);
            var head = await journal.ReadHeadAsync(cancellation);
            foreach (var place in await SnapshotsAsync(journal, head.Position, cancellation))
            {
                await FollowAsync(place.Position);
                if (await WhyNotAsync(journal, place, state, cancellation) is { } wrong)
                    return new AuditResult(state.Head, sound, wrong);
                sound++;
            }
            await FollowAsync(head.Position);
            return new AuditResult(state.Head, sound, null);

            async ValueTask FollowAsync(long position)
            {
                await foreach (var page in ReadAsync(journal, state, position, cancellation))
                {
                    state = page.State;
                    reached?.Invoke(state.Head.Position, head.Position);
                }
            }
        }
        catch (JournalException failure) when (failure.Failure == JournalFailure.Unreadable)
        {
            return new AuditResult(state.Head, sound, failure.Message);
        }
    }

    private static async ValueTask<(AuditPage? Page, string? Damage)?> TryReadAsync(
        IJournalReader journal,
        ReplicaState state,
        int count,
        CancellationToken cancellation
    )
    {
        try
        {
            var page = await journal.ReadAsync(state.Head.Position, count, cancellation);
            var opened = EntryChain.Open(state.Head.Position, state.Head.Hash, page);
            var topology = opened.Items.Aggregate(state.Topology, (so, item) => TopologyEvolution.Apply(so, item.Entry));
            var damage = opened.Damage ?? (page.IsEmpty ? $"entry {state.Head.Position + 1} is missing" : null);
            var sound = page[..opened.Items.Length];
            return (sound.IsEmpty ? null : new AuditPage(sound, new ReplicaState(topology, opened.Head)), damage);
        }
        catch (JournalException failure) when (failure.Failure == JournalFailure.Unreadable)
        {
            return count == 1 ? throw NotSound(journal, failure.Message, state) : null;
        }
    }

    private static async ValueTask<Stack<JournalHead>> SnapshotsAsync(IJournalReader journal, long last, CancellationToken cancellation)
    {
        // The latest first, so the earliest lies on top.
        var places = new Stack<JournalHead>();
        while (last > 0 && await journal.ReadSnapshotAsync(last, cancellation) is { } stored)
        {
            places.Push(stored.Head);
            last = stored.Head.Position - 1;
        }
        return places;
    }

    private static async ValueTask<string?> WhyNotAsync(
        IJournalReader journal,
        JournalHead place,
        ReplicaState state,
        CancellationToken cancellation
    )
    {
        var stored = await journal.ReadSnapshotAsync(place.Position, cancellation);
        // Agents delete old ones at any time.
        if (stored is null || stored.Head.Position != place.Position)
            return null;
        var what = $"journal {journal.Name}: the snapshot at {place.Position}";
        if (stored.Head != state.Head)
            return $"{what} is of another journal; all entries up to there are sound";
        if (!SnapshotPayload.TryDecode(stored, out var topology))
            return $"{what} cannot be read; all entries up to there are sound";
        return SnapshotPayload.Encode(topology).Span.SequenceEqual(SnapshotPayload.Encode(state.Topology).Span)
            ? null
            : $"{what} is not what the entries say; all entries up to there are sound";
    }

    private static JournalException NotSound(IJournalReader journal, string damage, ReplicaState state)
    {
        var name = damage.StartsWith("journal ", StringComparison.Ordinal) ? "" : $"journal {journal.Name}: ";
        return new JournalException(JournalFailure.Unreadable, $"{name}{damage}; {Before(state.Head.Position)}");
    }

    private static string Before(long count) =>
        count switch
        {
            0 => "it is the first",
            1 => "the one before it is sound",
            _ => $"the {count} before it are sound",
        };
}
