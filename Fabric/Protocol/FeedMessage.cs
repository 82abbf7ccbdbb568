using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>What a node that feeds and a node that follows tell each other about the description of the network.</summary>
/// <remarks>Immutable. After <see cref="Follow"/> come entries without gaps, or a snapshot in parts and then entries.</remarks>
public abstract record FeedMessage
{
    private FeedMessage() { }

    /// <summary>The follower wants what comes after a place.</summary>
    public sealed record Follow(FeedPlace After) : FeedMessage;

    /// <summary>The next entry, and the place that it is at.</summary>
    public sealed record Entry(FeedPlace Place, JournalEntry Journal) : FeedMessage;

    /// <summary>A whole description follows, because the follower's place is too old or is not in the journal.</summary>
    /// <param name="Place">The place that it is the state at.</param>
    /// <param name="Devices">How many devices it has.</param>
    public sealed record SnapshotBegun(FeedPlace Place, int Devices) : FeedMessage;

    /// <summary>Some devices of the description, each in one part only.</summary>
    public sealed record SnapshotPart(ImmutableArray<Device> Devices) : FeedMessage
    {
        /// <inheritdoc/>
        public bool Equals(SnapshotPart? other) => other is not null && Devices.SequenceEqual(other.Devices);

        /// <inheritdoc/>
        public override int GetHashCode() => Devices.Length;
    }

    /// <summary>The description is complete.</summary>
    public sealed record SnapshotEnded : FeedMessage;

    /// <summary>Nothing has happened since a place; tells that the feed lives.</summary>
    public sealed record Idle(FeedPlace Place) : FeedMessage;
}
