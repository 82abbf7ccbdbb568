namespace Fabric.Devices;

/// <summary>How a pool chooses the member for a new connection.</summary>
public enum BalancingMethod : byte
{
    /// <summary>By a consistent hash of addresses and ports: a member that comes or goes moves hardly more than its own share.</summary>
    Maglev,

    /// <summary>By the same hash of the client's address alone: all that a client begins comes to one member.</summary>
    Source,

    /// <summary>The one that has fewest connections for its weight, of those that the host remembers.</summary>
    LeastConnections,
}
