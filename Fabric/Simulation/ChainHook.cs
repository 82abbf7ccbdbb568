namespace Fabric.Simulation;

/// <summary>The places where a chain can be attached.</summary>
public enum ChainHook : byte
{
    /// <summary>No chain.</summary>
    None,

    /// <summary>Entering a device by a port.</summary>
    PortInbound,

    /// <summary>Leaving a device by a port.</summary>
    PortOutbound,

    /// <summary>Entering a bridge or router.</summary>
    DeviceInbound,

    /// <summary>Leaving a bridge or router.</summary>
    DeviceOutbound,
}
