using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>Runs a packet through a chain.</summary>
internal static class ChainStep
{
    /// <summary>Runs the rules; false means the packet was dropped or rejected, and the walk knows why.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="chain">The chain attached here, or null for none.</param>
    /// <param name="hook">Where it is attached.</param>
    /// <param name="at">The port, bridge or router that it is attached to.</param>
    /// <param name="inPort">The port by which the packet entered the current bridge or router; null for a packet that it made.</param>
    /// <param name="outPort">The port by which the packet leaves the current bridge or router, where known.</param>
    public static bool Passes(ref Walk walk, ChainId? chain, ChainHook hook, DeviceRef at, Port? inPort, Port? outPort) => true;
}
