using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>Learned facts from one agent to another, and which such messages of the other's have arrived.</summary>
/// <param name="Incarnation">A random number that the sender chose when it started: with another one it knows nothing of what was told before.</param>
/// <param name="Receiver">The receiver's incarnation, as far as the sender knows, or 0: <paramref name="Arrived"/> is of that one's messages.</param>
/// <param name="Number">The sender's number for this message, from 1, by which its arrival is told; 0 for one that nobody waits for.</param>
/// <param name="Arrived">The numbers of the receiver's messages that have arrived.</param>
/// <param name="Facts">The facts.</param>
public sealed record FactsMessage(
    ulong Incarnation,
    ulong Receiver,
    int Number,
    ImmutableArray<int> Arrived,
    ImmutableArray<StampedFact> Facts
)
{
    /// <inheritdoc/>
    public bool Equals(FactsMessage? other) =>
        other is not null
        && (Incarnation, Receiver, Number) == (other.Incarnation, other.Receiver, other.Number)
        && Arrived.SequenceEqual(other.Arrived)
        && Facts.SequenceEqual(other.Facts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Incarnation, Number);
}
