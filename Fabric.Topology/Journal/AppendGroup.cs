using System.Collections.Immutable;

namespace Fabric.Topology.Journal;

/// <summary>Commands that share a transaction; each is answered once.</summary>
internal sealed class AppendGroup(ImmutableArray<Proposal> proposals, long startTimestamp)
{
    /// <summary>The commands, in the order in which they came.</summary>
    internal ImmutableArray<Proposal> Proposals => proposals;

    /// <summary>When the group was taken, by the runtime's clock.</summary>
    internal long StartTimestamp => startTimestamp;

    /// <summary>A commit of them was begun and its outcome is not known.</summary>
    internal bool MayBeStored { get; set; }

    /// <summary>The journal was found to be another one, and the feed has looked at it since.</summary>
    internal bool HasAskedFeed { get; set; }

    /// <summary>Nothing more is to be done.</summary>
    internal bool IsAnswered { get; private set; } = proposals.IsEmpty;

    /// <summary>Tells each what became of it.</summary>
    internal void Answer(IReadOnlyList<StoreOutcome> outcomes)
    {
        for (var i = 0; i < proposals.Length; i++)
        {
            if (outcomes[i] is StoreOutcome.Failed failed)
                proposals[i].Answer.TrySetException(failed.Bug);
            else
                proposals[i].Answer.TrySetResult(outcomes[i]);
        }
        IsAnswered = true;
    }

    /// <summary>Tells all that the journal did not take them, or may not have.</summary>
    internal void AnswerUnavailable(string reason)
    {
        foreach (var proposal in proposals)
            proposal.Answer.TrySetResult(new StoreOutcome.Unavailable(reason, MayBeStored));
        IsAnswered = true;
    }

    /// <summary>Tells all of a bug of ours.</summary>
    internal void Fail(Exception bug)
    {
        foreach (var proposal in proposals)
            proposal.Answer.TrySetException(bug);
        IsAnswered = true;
    }
}
