namespace Fabric.Topology.Membership;

/// <summary>The kinds of duties: what may be done twice without harm, and is done by one live member with the role.</summary>
/// <remarks>The numbers are part of the share-out, so a value is never given another meaning.</remarks>
public enum DutyKind : byte
{
    /// <summary>Health checks of a pool.</summary>
    HealthCheck = 1,

    /// <summary>Keeping the neighbors of a router port known.</summary>
    NeighborRefresh = 2,

    /// <summary>Taking back what hosts held that have left.</summary>
    Sweep = 3,
}
