using Fabric.Changes;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Akka.Journal;

/// <summary>Brings a new writer to the head of the journal: from the replica of its node, which is nearly there, and not from the past.</summary>
/// <remarks>
/// This is what makes a change of writers quick: every node has the whole state, so a writer that begins replays what its node has not
/// heard yet, and not a snapshot and all events after it.
/// </remarks>
internal static class HeadPath
{
    /// <summary>The state at the head.</summary>
    /// <exception cref="JournalException">The journal cannot be read, is damaged, or is empty though this node knows that it was not.</exception>
    internal static async Task<ReplicaState> FollowAsync(IJournalReader journal, ReplicaState known, CancellationToken cancellation)
    {
        if (!await HoldsAsync(journal, known.Head, cancellation))
        {
            // A backup was put in place: what is there now is what commands are for.
            known = ReplicaState.Start;
            if (await journal.ReadHeadAsync(cancellation) == JournalHead.Start)
                throw new JournalException(
                    JournalFailure.Away,
                    $"journal {journal.Name}: it is empty, and this node has followed it before; restore a backup"
                );
            known = await ReplayPath.ReadStateAsync(journal, long.MaxValue, cancellation);
        }
        var (topology, head) = (known.Topology, known.Head);
        await foreach (var item in ReplayPath.ReadEntriesAsync(journal, head.Position, head.Hash, long.MaxValue, cancellation))
            (topology, head) = (TopologyEvolution.Apply(topology, item.Entry), item.Head);
        return new ReplicaState(topology, head);
    }

    private static async ValueTask<bool> HoldsAsync(IJournalReader journal, JournalHead place, CancellationToken cancellation)
    {
        if (place == JournalHead.Start)
            return true;
        var entries = await journal.ReadAsync(place.Position - 1, 1, cancellation);
        return !entries.IsEmpty && entries[0].Head == place;
    }
}
