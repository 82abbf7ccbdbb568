using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Journal;

/// <summary>What became of a proposal.</summary>
internal abstract record StoreOutcome
{
    private StoreOutcome() { }

    /// <summary>It is fulfilled: at a position of its own, or, when nothing needed to change, at the head.</summary>
    internal sealed record Fulfilled(long Position, ImmutableArray<DeviceVersion> Versions) : StoreOutcome;

    /// <summary>Its request was stored before, at a position of the past.</summary>
    internal sealed record Repeated(long Position) : StoreOutcome;

    /// <summary>It was refused at the head.</summary>
    internal sealed record Refused(Rejection Rejection) : StoreOutcome;

    /// <summary>To decide about it failed by a bug of ours; its sender alone is told.</summary>
    internal sealed record Failed(Exception Bug) : StoreOutcome;

    /// <summary>The journal could not take it.</summary>
    /// <param name="Reason">One sentence for people.</param>
    /// <param name="MayBeStored">It took it and fell silent.</param>
    /// <param name="IsPassing">It is worth asking again at once: only whoever was asked could not.</param>
    internal sealed record Unavailable(string Reason, bool MayBeStored, bool IsPassing = false) : StoreOutcome;
}
