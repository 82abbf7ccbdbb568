using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Fabric.Akka.Nodes;
using Fabric.Akka.Protocol;
using Fabric.Changes;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Akka.Journal;

/// <summary>The one of the cluster that puts changes in order: decides at the head, stores, then answers and pushes.</summary>
/// <remarks>
/// <para>
/// A cluster singleton with one persistence id, so sequence numbers are positions. Commands that wait are stored together. Before each group it
/// looks whether the journal's head is still its own, and which of the requests were answered before; a head that is not its own means that
/// another writer lives, or that a backup was put in place, and it ends, to begin anew at the head that is there.
/// </para>
/// <para>
/// That there is one writer is a matter of speed. What makes it safe is the database's unique (persistence id, sequence number) and unique
/// request: of two writers that believe to be alone, one fails to store, and has answered nothing that it did not store.
/// </para>
/// </remarks>
internal sealed class WriterActor : ReceivePersistentActor
{
    /// <summary>How many commands may wait; one more is sent again by who sent it.</summary>
    internal const int Capacity = AppendActor.Capacity;

    // More bytes than this are not pushed to every node; each reads them from the journal.
    private const int MaxPushedBytes = 256 << 10;

    private readonly NodeParts _parts;
    private readonly Queue<Asked> _waiting = [];
    private ImmutableArray<Asked> _group = [];
    private ReplicaState? _state;
    private bool _isStoring;
    private bool _isLooking;

    /// <param name="parts">What its node has.</param>
    public WriterActor(NodeParts parts)
    {
        _parts = parts;
        Command<Append>(Take);
        Command<Flush>(_ => Look());
        Command<Reached>(reached => Begin(reached.State));
        Command<Looked>(looked => Decide(looked));
        Command<Failed>(failed => Fail(failed.Cause));
        Recover<RecoveryCompleted>(_ => Follow());
    }

    /// <inheritdoc/>
    public override string PersistenceId => AkkaTables.PersistenceId;

    /// <summary>Nothing is replayed: the node's replica is the state. Only the last sequence number is asked for.</summary>
    public override Recovery Recovery => Recovery.None;

    private sealed record Asked(CommandEnvelope Envelope, IActorRef Sender);

    private sealed record Flush;

    private sealed record Reached(ReplicaState State);

    private sealed record Looked(JournalHead Head, ImmutableDictionary<RequestId, JournalHead> Found);

    private sealed record Failed(Exception Cause);

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        // Akka.Persistence stops the actor next. Perhaps only the answer was lost, so who asked must find out.
        _parts.Health.Stored(new JournalException(JournalFailure.OutcomeUnknown, cause.Message, cause));
        AnswerGroup(new StoreOutcome.Unavailable(cause.Message, MayBeStored: true, IsPassing: true));
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        AnswerGroup(new StoreOutcome.Unavailable(cause.Message, MayBeStored: false, IsPassing: true));
        // Its sequence number was counted all the same, so what came next would leave a gap.
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _parts.IsWriter = false;
        AnswerGroup(new StoreOutcome.Unavailable("the writer ended while it stored this", MayBeStored: _isStoring, IsPassing: true));
        AnswerAll(new StoreOutcome.Unavailable("the writer moves to another node", MayBeStored: false, IsPassing: true));
        base.PostStop();
    }

    private void Take(Append append)
    {
        if (_waiting.Count >= Capacity)
        {
            Sender.Tell(new StoreOutcome.Unavailable($"{Capacity} commands wait for the writer", MayBeStored: false, IsPassing: true));
            return;
        }
        _waiting.Enqueue(new Asked(append.Envelope, Sender));
        // Behind what is in the mailbox already, so that all of it is one group.
        if (_waiting.Count == 1)
            Self.Tell(new Flush());
    }

    private void Follow() =>
        HeadPath
            .FollowAsync(_parts.Journal, _parts.Replica.State, _parts.Stopping)
            .PipeTo(Self, success: state => new Reached(state), failure: cause => new Failed(cause));

    private void Begin(ReplicaState state)
    {
        if (state.Head.Position != LastSequenceNr)
        {
            // It moved between the two questions.
            Context.Stop(Self);
            return;
        }
        _state = state;
        _parts.IsWriter = true;
        Look();
    }

    private void Look()
    {
        if (_state is null || _isLooking || !_group.IsEmpty || _waiting.Count == 0)
            return;
        var group = ImmutableArray.CreateBuilder<Asked>();
        while (group.Count < AppendActor.GroupLimit && _waiting.TryDequeue(out var asked))
            group.Add(asked);
        (_group, _isLooking) = (group.DrainToImmutable(), true);
        _parts
            .Journal.LookAsync([.. _group.Select(asked => asked.Envelope.Request)], _parts.Stopping)
            .AsTask()
            .PipeTo(Self, success: looked => new Looked(looked.Head, looked.Found), failure: cause => new Failed(cause));
    }

    private void Decide(Looked looked)
    {
        _isLooking = false;
        if (looked.Head != _state!.Head)
        {
            Context.Stop(Self);
            return;
        }
        var time = StoredEntry.Truncate(_parts.Options.Runtime.Time.GetUtcNow());
        var draft = new AppendDraft(_state, time, _parts.Readers(), _parts.Horizon());
        var outcomes = new List<StoreOutcome>(_group.Length);
        foreach (var (envelope, _) in _group)
        {
            var isRepeated = looked.Found.TryGetValue(envelope.Request, out var place);
            outcomes.Add(isRepeated ? new StoreOutcome.Repeated(place.Position) : draft.Add(Proposal.Undecided(envelope)));
        }
        var entries = draft.Entries;
        if (entries.IsEmpty)
        {
            Answer(outcomes);
            return;
        }
        _isStoring = true;
        var left = entries.Length;
        PersistAll(
            entries,
            _ =>
            {
                if (--left == 0)
                    Commit(draft, outcomes);
            }
        );
    }

    // Stored; then every node applies; then there are answers.
    private void Commit(AppendDraft draft, List<StoreOutcome> outcomes)
    {
        var before = _state!.Head;
        (_state, _isStoring) = (draft.State, false);
        _parts.Health.CountGroup(draft.Entries.Length, decidedAgain: 0);
        _parts.Snapshots.Stored(before.Position, draft.State);
        _parts.Feed.Offer(before, draft.Items);
        var isSmall = draft.Entries.Sum(entry => entry.Payload.Length) <= MaxPushedBytes;
        NodeActor.Publish(Context.System, new Pushed(before, isSmall ? draft.Entries : []));
        Answer(outcomes);
    }

    private void Answer(List<StoreOutcome> outcomes)
    {
        for (var i = 0; i < _group.Length; i++)
            _group[i].Sender.Tell(outcomes[i]);
        _group = [];
        _parts.Health.Stored();
        Look();
    }

    private void Fail(Exception cause)
    {
        _isLooking = false;
        var away = cause as JournalException ?? new JournalException(JournalFailure.Away, cause.Message, cause);
        _parts.Health.Stored(away);
        // Nothing was stored, for certain. Who has sent it before with another outcome remembers that.
        AnswerGroup(new StoreOutcome.Unavailable(away.Message, MayBeStored: false));
        AnswerAll(new StoreOutcome.Unavailable(away.Message, MayBeStored: false));
        if (_state is null)
            Context.Stop(Self);
    }

    private void AnswerGroup(StoreOutcome outcome)
    {
        foreach (var (_, sender) in _group)
            sender.Tell(outcome);
        _group = [];
    }

    private void AnswerAll(StoreOutcome outcome)
    {
        while (_waiting.TryDequeue(out var asked))
            asked.Sender.Tell(outcome);
    }
}
