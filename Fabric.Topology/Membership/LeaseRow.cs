namespace Fabric.Topology.Membership;

/// <summary>A lease as it was read.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Age">How long ago it was renewed, by the database's clock alone; never negative.</param>
/// <param name="IsReleased">Its agent gave it back when it ended.</param>
public sealed record LeaseRow(Lease Lease, TimeSpan Age, bool IsReleased)
{
    /// <summary>Its agent must be taken to live.</summary>
    public bool IsFresh => !IsReleased && Age < Lease.Term;
}
