namespace Fabric.Devices;

/// <summary>The kinds of things that the description of the network consists of.</summary>
public enum DeviceKind : byte
{
    /// <summary>An attachment point of a bridge or router.</summary>
    Port,

    /// <summary>A virtual switch.</summary>
    Bridge,

    /// <summary>A virtual router.</summary>
    Router,

    /// <summary>A named list of rules.</summary>
    Chain,

    /// <summary>A named set of IP prefixes.</summary>
    AddressSet,

    /// <summary>A named group of ports.</summary>
    PortGroup,

    /// <summary>A machine that runs an agent.</summary>
    Host,
}
