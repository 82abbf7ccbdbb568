using System.Collections.Immutable;

namespace Fabric.Topology.Membership;

/// <summary>What the database said of all leases, or that it said nothing.</summary>
/// <param name="Rows">The leases; default while the database is away.</param>
/// <param name="Other">Another incarnation that has this host's lease, or null.</param>
internal sealed record LeaseReading(ImmutableArray<LeaseRow> Rows, LeaseRow? Other)
{
    /// <summary>The database is away.</summary>
    internal static LeaseReading Away { get; } = new(default, null);
}
