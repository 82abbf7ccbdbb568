using System.Collections.Immutable;

namespace Fabric.Changes;

/// <summary>One position of the journal: events that were decided as a whole and are applied as a whole.</summary>
/// <param name="Position">1 for the first entry; without gaps.</param>
/// <param name="Time">When it was stored, by the storing node's clock; for people, and for how long a tunnel key rests.</param>
/// <param name="Author">Who wanted it.</param>
/// <param name="Reason">Why, in the author's words.</param>
/// <param name="Request">The request that it answers.</param>
/// <param name="Events">1..n events in order.</param>
public sealed record JournalEntry(
    long Position,
    DateTimeOffset Time,
    string Author,
    string Reason,
    RequestId Request,
    ImmutableArray<TopologyEvent> Events
)
{
    /// <inheritdoc/>
    public bool Equals(JournalEntry? other) =>
        other is not null
        && (Position, Time, Author, Reason, Request) == (other.Position, other.Time, other.Author, other.Reason, other.Request)
        && Events.SequenceEqual(other.Events);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Position, Request);
}
