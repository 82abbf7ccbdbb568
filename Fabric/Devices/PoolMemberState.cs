namespace Fabric.Devices;

/// <summary>What the operator wants of a member of a pool.</summary>
public enum PoolMemberState : byte
{
    /// <summary>It takes connections.</summary>
    Up,

    /// <summary>It keeps the connections that it has and takes no new ones, persistent clients' neither.</summary>
    Draining,

    /// <summary>It has none: connections to it are refused, and clients begin again at another member.</summary>
    Down,
}
