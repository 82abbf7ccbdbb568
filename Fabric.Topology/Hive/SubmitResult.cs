using System.Collections.Immutable;
using Fabric.Changes;

namespace Fabric.Topology.Hive;

/// <summary>The answer to a command.</summary>
public abstract record SubmitResult
{
    private SubmitResult() { }

    /// <summary>The wish is fulfilled: durably stored, and applied to this process's replica.</summary>
    /// <param name="Position">The position that fulfils it; when nothing needed to change, the one at which that was so.</param>
    /// <param name="Versions">The devices that the change touched, each once, in the order of the events; empty when nothing changed.</param>
    public sealed record Accepted(long Position, ImmutableArray<DeviceVersion> Versions) : SubmitResult
    {
        /// <inheritdoc/>
        public bool Equals(Accepted? other) =>
            other is not null && Position == other.Position && Versions.AsSpan().SequenceEqual(other.Versions.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Position, Versions.Length);
    }

    /// <summary>The wish was refused and nothing has changed; decided at the head of the journal, not at a copy that lags.</summary>
    /// <param name="Rejection">Why.</param>
    public sealed record Rejected(Rejection Rejection) : SubmitResult;

    /// <summary>The journal could not take it; the network goes on as it is.</summary>
    /// <param name="Reason">One sentence for people.</param>
    /// <param name="MayBeStored">
    /// False: nothing was changed. True: the journal took it and fell silent; sending the same request again, here or at any other node,
    /// finds out and does it at most once.
    /// </param>
    public sealed record Unavailable(string Reason, bool MayBeStored) : SubmitResult;
}
