using System.Diagnostics.CodeAnalysis;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Peers;

namespace Fabric.Topology.Learned;

/// <summary>What one other host has still to be told: the newest fact of each thing, until its arrival is told back.</summary>
/// <remarks>As <see cref="PeerOutbox{TSubject, TWord}"/> says.</remarks>
internal sealed class FactOutbox
{
    /// <summary>Facts in a message: so many fit, whatever they are.</summary>
    internal const int MessageFacts = 12;

    private readonly PeerOutbox<LearnedFact, StampedFact> _facts = new(
        MessageFacts,
        (known, other) => other.Version >= known.Version ? other : known
    );

    /// <summary>Adds a fact; it takes the place of an older one about the same thing.</summary>
    internal void Post(StampedFact stamped) => _facts.Post(stamped.Fact.Subject, stamped);

    /// <summary>Takes a message's incarnation.</summary>
    /// <returns>The other is not the one that was told things before: it knows nothing.</returns>
    internal bool IsAnotherStart(ulong incarnation) => _facts.IsAnotherStart(incarnation);

    /// <summary>The other was heard: after a silence what waits for it goes at once.</summary>
    internal void Hear(TimeProvider time, long now) => _facts.Hear(time, now);

    /// <summary>Messages have arrived.</summary>
    /// <returns>Facts were dropped while the host did not answer: it must be told all of them again.</returns>
    internal bool Arrive(ReadOnlySpan<int> numbers, TimeProvider time, long now) => _facts.Arrive(numbers, time, now);

    /// <summary>Has the other told that its message arrived.</summary>
    internal void Acknowledge(int number) => _facts.Acknowledge(number);

    /// <summary>Makes the next message, if there is something to send now.</summary>
    internal bool TryNext(TimeProvider time, long now, ulong incarnation, [NotNullWhen(true)] out FactsMessage? message)
    {
        message = _facts.TryNext(time, now, out var next)
            ? new FactsMessage(incarnation, next.Receiver, next.Number, next.Arrived, next.Words)
            : null;
        return message is not null;
    }

    /// <summary>How long until something is due again by itself; null if nothing is.</summary>
    internal TimeSpan? DueIn(TimeProvider time, long now) => _facts.DueIn(time, now);
}
