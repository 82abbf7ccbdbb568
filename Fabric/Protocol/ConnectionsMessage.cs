using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>Connections from one agent to another that may see their packets, and which such messages of the other's have arrived.</summary>
/// <param name="Incarnation">A random number that the sender chose when it started: with another one it knows nothing of what was told before.</param>
/// <param name="Receiver">The receiver's incarnation, as far as the sender knows, or 0: <paramref name="Arrived"/> is of that one's messages.</param>
/// <param name="Number">The sender's number for this message, from 1, by which its arrival is told; 0 for one that nobody waits for.</param>
/// <param name="Arrived">The numbers of the receiver's messages that have arrived.</param>
/// <param name="Connections">The connections.</param>
/// <param name="Asked">Directions that packets came in with here and that are of no connection known here: does the receiver know one?</param>
public sealed record ConnectionsMessage(
    ulong Incarnation,
    ulong Receiver,
    int Number,
    ImmutableArray<int> Arrived,
    ImmutableArray<ToldConnection> Connections,
    ImmutableArray<ConnectionKey> Asked
)
{
    /// <inheritdoc/>
    public bool Equals(ConnectionsMessage? other) =>
        other is not null
        && (Incarnation, Receiver, Number) == (other.Incarnation, other.Receiver, other.Number)
        && Arrived.SequenceEqual(other.Arrived)
        && Connections.SequenceEqual(other.Connections)
        && Asked.SequenceEqual(other.Asked);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Incarnation, Number);
}
