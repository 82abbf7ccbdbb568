using System.Collections.Immutable;
using System.Threading.Channels;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>Stores what commands mean, at the head of the journal: locks it, catches up, decides again where needed, and commits.</summary>
/// <remarks>
/// Commands that wait share one transaction. Whoever holds the lock of the head sees all that any node has stored, so a decision made under
/// it cannot be outdated by another node: nothing between two devices can skew.
/// </remarks>
internal sealed class AppendActor : IAppender, IAsyncDisposable
{
    /// <summary>How many commands may wait; the next waits for room.</summary>
    internal const int Capacity = 4096;

    /// <summary>How many commands share a transaction at most.</summary>
    internal const int GroupLimit = 256;

    /// <summary>How many entries are caught up with under the lock at most; more are left to the feed, without it.</summary>
    internal const int MaxBehind = ReplayPath.PageEntries;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ActorRuntime _runtime;
    private readonly IJournal _journal;
    private readonly TopologyReplica _replica;
    private readonly FeedActor _feed;
    private readonly SnapshotActor _snapshots;
    private readonly HiveHealth _health;
    private readonly TimeSpan _patience;
    private readonly Mailbox<Proposal> _mailbox;
    private readonly CancellationTokenSource _stop = new();

    // What was stored here and may not have reached the replica yet.
    private ReplicaState _tail = ReplicaState.Start;

    internal AppendActor(HiveOptions options, IJournal journal, TopologyReplica replica, FeedActor feed, HiveHealth health)
    {
        (_runtime, _journal, _replica, _feed, _health) = (options.Runtime, journal, replica, feed, health);
        _patience = options.OutcomePatience;
        _snapshots = new SnapshotActor(_runtime, journal, health, options.SnapshotEvery);
        _mailbox = new Mailbox<Proposal>(_runtime, Capacity, GroupLimit, ReceiveAsync);
    }

    private ReplicaState Newest => _replica.State is var seen && seen.Head.Position < _tail.Head.Position ? _tail : seen;

    /// <summary>Tells the position that all members have reached, so that what was freed before is nobody's any more.</summary>
    internal Func<long> PositionEverywhere { get; set; } = () => 0;

    /// <summary>Tells what all members read.</summary>
    internal Func<LowestLevel> Readers { get; set; } = () => LowestLevel.Own;

    /// <inheritdoc/>
    public KeyHorizon Horizon => KeyHorizon.At(PositionEverywhere(), _runtime.Time.GetUtcNow());

    /// <summary>Ends with the actor.</summary>
    internal Task Completion => _mailbox.Completion;

    /// <inheritdoc/>
    public async Task<StoreOutcome> StoreAsync(Proposal proposal)
    {
        try
        {
            await _mailbox.PostAsync(proposal, proposal.Cancellation);
        }
        catch (ChannelClosedException)
        {
            return new StoreOutcome.Unavailable("this node is closing; send the command to another", MayBeStored: false);
        }
        return await proposal.Answer.Task;
    }

    /// <summary>Answers what waits, and stops; an outcome that is unknown then stays so.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Stop();
        await _mailbox.DisposeAsync();
        await _snapshots.DisposeAsync();
        _stop.Dispose();
    }

    private async ValueTask ReceiveAsync(IReadOnlyList<Proposal> proposals)
    {
        var group = new AppendGroup([.. proposals.Where(proposal => !proposal.DropIfCancelled())], _runtime.Time.GetTimestamp());
        while (!group.IsAnswered)
        {
            try
            {
                await StoreAsync(group);
                _health.Stored();
            }
            catch (JournalException failure)
            {
                _health.Stored(failure);
                group.MayBeStored |= failure.Failure == JournalFailure.OutcomeUnknown;
                if (MustGiveUp(group))
                    group.AnswerUnavailable(failure.Message);
                else
                    await Task.Delay(Pause, _runtime.Time);
            }
            catch (Exception stopped) when (stopped is TimeoutException or OperationCanceledException)
            {
                group.AnswerUnavailable($"this node has not caught up with journal {_journal.Name}; try again later");
            }
            catch (Exception bug)
            {
                group.Fail(bug);
            }
        }
    }

    // What was certainly not stored is answered so at once. What may be stored is found out: the next lock of the head tells.
    private bool MustGiveUp(AppendGroup group) =>
        !group.MayBeStored || _stop.IsCancellationRequested || _runtime.Time.GetElapsedTime(group.StartTimestamp) > _patience;

    private async ValueTask StoreAsync(AppendGroup group)
    {
        await using var session = await _journal.LockHeadAsync(CancellationToken.None);
        if (session.Head.Position - Newest.Head.Position > MaxBehind)
        {
            await session.DisposeAsync();
            await FollowAsync(session.Head.Position);
            return;
        }
        if (await CatchUpAsync(session, group) is not var (mine, head, missed))
            return;

        var draft = new AppendDraft(head, StoredEntry.Truncate(_runtime.Time.GetUtcNow()), Readers(), Horizon);
        var outcomes = new List<StoreOutcome>(group.Proposals.Length);
        var earlier = await session.FindAsync([.. group.Proposals.Select(proposal => proposal.Envelope.Request)], CancellationToken.None);
        foreach (var proposal in group.Proposals)
        {
            var isRepeated = earlier.TryGetValue(proposal.Envelope.Request, out var place);
            outcomes.Add(isRepeated ? new StoreOutcome.Repeated(place.Position) : draft.Add(proposal));
        }
        // All requests were looked up under the lock: whatever happened before, the draft holds exactly what is not stored.
        var rests = outcomes.Exists(outcome => outcome is StoreOutcome.Repeated);
        group.MayBeStored = rests;

        var entries = draft.Entries;
        // What an earlier transaction has stored is certain to last when one after it is: docs/decisions/0019-unknown-outcomes.md.
        if (!entries.IsEmpty || rests)
            await session.CommitAsync(entries);
        await session.DisposeAsync();

        _tail = draft.State;
        _health.CountGroup(entries.Length, draft.DecidedAgain);
        _snapshots.Stored(head.Head.Position, draft.State);
        ImmutableArray<FeedItem.Stored> news = [.. missed, .. draft.Items];
        if (!news.IsEmpty)
            _feed.Offer(mine, news);
        group.Answer(outcomes);
    }

    // Far behind, after a long absence: reading it all under the lock would hold every other node up.
    private async ValueTask FollowAsync(long position)
    {
        _feed.Wake();
        await _feed.ReachedAsync(position, _stop.Token).AsTask().WaitAsync(_patience, _runtime.Time, _stop.Token);
    }

    // The state at the locked head: what this process has, and what other nodes have stored since. Null if it is to be tried again.
    private async ValueTask<(JournalHead Mine, ReplicaState Head, ImmutableArray<FeedItem.Stored> Missed)?> CatchUpAsync(
        IAppendSession session,
        AppendGroup group
    )
    {
        var state = Newest;
        var mine = state.Head;
        var missed = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        while (state.Head != session.Head)
        {
            var page = await session.ReadAsync(state.Head.Position, ReplayPath.PageEntries, CancellationToken.None);
            var opened = EntryChain.Open(state.Head.Position, state.Head.Hash, page);
            if (opened.Items.IsEmpty)
            {
                // Another journal than was followed, or a damaged one. The feed may have found that out before, and gone on from there.
                (var tail, _tail) = (_tail, ReplicaState.Start);
                if (tail.Head == mine && _replica.State.Head != mine)
                    return await CatchUpAsync(session, group);
                if (opened.Damage is null && !group.HasAskedFeed)
                {
                    // A backup was put in place: what is there now is what commands are for, once the feed follows it.
                    group.HasAskedFeed = true;
                    await session.DisposeAsync();
                    await _feed.RepairAsync(_stop.Token);
                    return null;
                }
                throw new JournalException(
                    JournalFailure.Away,
                    $"journal {_journal.Name}: {opened.Damage ?? $"it does not hold position {mine}, which this node has"}; try again"
                );
            }
            foreach (var item in opened.Items)
                state = new ReplicaState(Changes.TopologyEvolution.Apply(state.Topology, item.Entry), item.Head);
            missed.AddRange(opened.Items);
        }
        return (mine, state, missed.DrainToImmutable());
    }
}
