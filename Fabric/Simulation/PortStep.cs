using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Moves a packet into and out of devices by their ports.</summary>
internal static class PortStep
{
    /// <summary>Takes a packet into the device of a port.</summary>
    public static void Enter(ref Walk walk, Port port)
    {
    }

    /// <summary>Takes a packet out of a device by a port: to the peer's device, or out of the network.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">The port by which it had entered that device; null for a packet that the device made.</param>
    /// <param name="port">The port to leave by.</param>
    public static void Leave(ref Walk walk, Port? inPort, Port port)
    {
    }
}
