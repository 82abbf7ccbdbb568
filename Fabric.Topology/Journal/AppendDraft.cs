using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Journal;

/// <summary>What a group of commands would store after a head: each is decided against the state that those before it leave.</summary>
/// <remarks>Pure but for its own growing; nothing is true before it is committed, not even a refusal.</remarks>
internal sealed class AppendDraft(ReplicaState head, DateTimeOffset time, LowestLevel readers, KeyHorizon horizon = default)
{
    private readonly ImmutableArray<StoredEntry>.Builder _entries = ImmutableArray.CreateBuilder<StoredEntry>();
    private readonly ImmutableArray<FeedItem.Stored>.Builder _items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
    private readonly Dictionary<RequestId, StoreOutcome> _byRequest = [];

    /// <summary>The state after all entries of the draft.</summary>
    internal ReplicaState State { get; private set; } = head;

    /// <summary>How many proposals could not keep the decision that they came with.</summary>
    internal int DecidedAgain { get; private set; }

    /// <summary>The entries to store.</summary>
    internal ImmutableArray<StoredEntry> Entries => _entries.ToImmutable();

    /// <summary>The same entries for the feed.</summary>
    internal ImmutableArray<FeedItem.Stored> Items => _items.ToImmutable();

    /// <summary>Adds a command that was not stored before.</summary>
    /// <returns>What becomes of it if the draft is committed.</returns>
    internal StoreOutcome Add(Proposal proposal)
    {
        // The same request twice in one group: the journal does not know it yet.
        if (_byRequest.TryGetValue(proposal.Envelope.Request, out var first))
            return first;
        var outcome = TryDecide(proposal);
        if (outcome is StoreOutcome.Fulfilled)
            _byRequest.Add(proposal.Envelope.Request, outcome);
        return outcome;
    }

    // The others of the group are not to suffer from it: the draft grows only when everything about a proposal has gone well.
    private StoreOutcome TryDecide(Proposal proposal)
    {
        try
        {
            return Decide(proposal);
        }
        catch (Exception bug)
        {
            return new StoreOutcome.Failed(bug);
        }
    }

    private StoreOutcome Decide(Proposal proposal)
    {
        var decision = proposal.Decision;
        if (proposal.DecidedAt != State.Head)
        {
            decision = TopologyDecisions.Decide(State.Topology, proposal.Envelope.Command, out _, horizon);
            DecidedAgain++;
        }
        if (decision.Rejection is { } rejection)
            return new StoreOutcome.Refused(rejection);
        if (decision.Events.IsEmpty)
            return new StoreOutcome.Fulfilled(State.Head.Position, []);

        var (request, author, reason, _) = proposal.Envelope;
        var entry = new JournalEntry(State.Head.Position + 1, time, author, reason, request, decision.Events);
        var stored = StoredEntry.After(State.Head, entry);
        if (stored.Payload.Length > EntryPayload.MaxLengthBytes)
            return new StoreOutcome.Refused(TooLarge(stored.Payload.Length));
        if (FeedCodec.LevelOf(stored.Payload.Span) is var level && level > readers.Level)
            return new StoreOutcome.Refused(TooNew(level));
        State = new ReplicaState(TopologyEvolution.Apply(State.Topology, entry), stored.Head);
        _entries.Add(stored);
        _items.Add(new FeedItem.Stored(entry, stored.Hash));
        return new StoreOutcome.Fulfilled(entry.Position, Versions.Of(entry, State.Topology));
    }

    private static Rejection TooLarge(int lengthBytes) =>
        new(
            RejectionReason.Invalid,
            $"The change takes {lengthBytes} bytes in the journal, and an entry may have {EntryPayload.MaxLengthBytes}; send it in parts."
        );

    private Rejection TooNew(int level) =>
        new(
            RejectionReason.TooNew,
            $"The change takes a program of level {level} to read, and the agent of host '{readers.Host}' is of level {readers.Level}: upgrade that agent, or delete the host if it is gone for good"
        );
}
