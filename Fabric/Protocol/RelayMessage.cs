using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>What a node that follows another's feed and the node that feeds it tell each other; each fits into one message between agents.</summary>
/// <remarks>Immutable. Any of them may be lost, doubled or late: the follower says again where it is, and is fed from there.</remarks>
public abstract record RelayMessage
{
    private RelayMessage() { }

    /// <summary>The follower is at a place and wants what comes after it; said again and again, as long as it follows.</summary>
    /// <param name="After">The place of the last entry that it has whole.</param>
    /// <param name="Offset">How many bytes of the next entry it has.</param>
    /// <param name="Credit">How many parts it may be sent until it asks again; 0 only asks for a <see cref="Standing"/>.</param>
    /// <param name="Reach">How far it is, and those that it feeds.</param>
    public sealed record Ask(FeedPlace After, int Offset, int Credit, RelayReach Reach) : RelayMessage;

    /// <summary>Some bytes of the next entry, which is a <see cref="FeedMessage.Entry"/> when it is whole.</summary>
    /// <param name="Position">The entry's position.</param>
    /// <param name="Offset">Where in the entry the bytes stand.</param>
    /// <param name="Length">How many bytes the entry has.</param>
    /// <param name="Bytes">The bytes.</param>
    public sealed record Part(long Position, int Offset, int Length, ImmutableArray<byte> Bytes) : RelayMessage
    {
        /// <inheritdoc/>
        public bool Equals(Part? other) =>
            other is not null
            && (Position, Offset, Length) == (other.Position, other.Offset, other.Length)
            && Bytes.SequenceEqual(other.Bytes);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Position, Offset, Bytes.Length);
    }

    /// <summary>The answer to each question: how far the feeding node is, and through whom it follows.</summary>
    /// <param name="Head">Its place.</param>
    /// <param name="Way">The node that feeds it, the node that feeds that one, and so on; none when it reads the database itself.</param>
    public sealed record Standing(FeedPlace Head, ImmutableArray<HostId> Way) : RelayMessage
    {
        /// <inheritdoc/>
        public bool Equals(Standing? other) => other is not null && Head == other.Head && Way.SequenceEqual(other.Way);

        /// <inheritdoc/>
        public override int GetHashCode() => Head.GetHashCode();
    }

    /// <summary>The feeding node does not hold what comes after the follower's place: it is too old, or of another journal.</summary>
    public sealed record Refusal : RelayMessage;
}
