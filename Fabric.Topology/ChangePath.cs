using Fabric.Changes;
using Fabric.Topology.Entities;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Topology;

/// <summary>The way of a change: from a command to every upcall thread of this process. docs/change-path.md tells the same at length.</summary>
/// <remarks>Runs in the turn of the device's actor (<see cref="DeviceActor"/>), which is alone on the device in this process.</remarks>
internal sealed class ChangePath(TopologyReplica replica, IAppender append, FeedActor feed, IJournalReader journal)
{
    /// <summary>Decides, stores, applies; then there is an answer.</summary>
    internal async Task<SubmitResult> ChangeAsync(CommandEnvelope envelope, CancellationToken cancellation) =>
        await AnswerAsync(await StoreAsync(envelope, cancellation), cancellation);

    /// <summary>The first half, at the node of the device's actor: decides and stores.</summary>
    internal Task<StoreOutcome> StoreAsync(CommandEnvelope envelope, CancellationToken cancellation)
    {
        // One state, from beginning to end. There is no other: what this process knows of the device is what every node knows.
        var before = replica.State;

        // Events or a refusal, from the rules alone. Outdated if another node was faster; that shows below.
        var decision = TopologyDecisions.Decide(before.Topology, envelope.Command, out _, append.Horizon);

        // Lock the head; if it is past that state, fetch, apply and decide again; insert at head + 1; commit. I/O.
        return append.StoreAsync(new Proposal(envelope, before.Head, decision, cancellation));
    }

    /// <summary>The second half, at the node that was asked: waits until the replica there has it, and answers.</summary>
    internal async Task<SubmitResult> AnswerAsync(StoreOutcome outcome, CancellationToken cancellation)
    {
        // Stored; now applied. The feed gives each entry to the replica, which (a) applies it, (b) asks ChangeImpact which flows depend
        // on it, (c) publishes the snapshot, (d) posts the tags to every upcall thread. Other nodes do the same from the journal.
        if (outcome is StoreOutcome.Fulfilled stored)
            await feed.ReachedAsync(stored.Position, cancellation);

        return outcome switch
        {
            StoreOutcome.Fulfilled fulfilled => new SubmitResult.Accepted(fulfilled.Position, fulfilled.Versions),
            StoreOutcome.Repeated repeated => await RecallAsync(repeated.Position, cancellation),
            StoreOutcome.Refused refused => new SubmitResult.Rejected(refused.Rejection),
            StoreOutcome.Unavailable away => new SubmitResult.Unavailable(away.Reason, away.MayBeStored),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // The request was stored before, here or at another node; it gets the answer that it got, or would have got, then.
    private async Task<SubmitResult> RecallAsync(long position, CancellationToken cancellation)
    {
        try
        {
            await feed.ReachedAsync(position, cancellation);
            var after = await ReplayPath.ReadStateAsync(journal, position, cancellation);
            var entry = (await journal.ReadAsync(position - 1, 1, cancellation))[0].Open();
            return new SubmitResult.Accepted(position, Versions.Of(entry, after.Topology));
        }
        catch (JournalException failure)
        {
            return new SubmitResult.Unavailable(failure.Message, MayBeStored: true);
        }
    }
}
