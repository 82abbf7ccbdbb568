namespace Fabric.Topology.Membership;

/// <summary>What the journal's database says of a host's agent.</summary>
public enum LeaseStanding : byte
{
    /// <summary>It renews its lease.</summary>
    Fresh,

    /// <summary>It gave its lease back, or has not renewed it though it could have.</summary>
    Expired,

    /// <summary>It has no lease.</summary>
    None,

    /// <summary>The database is away, or was until a moment ago: nothing can be said.</summary>
    Unknown,
}
