using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>Routes one packet (RFC 1812, section 5; RFC 8200).</summary>
internal static class RouterStep
{
    /// <summary>Takes a packet that entered a router by a port, after the port's own checks and inbound chain.</summary>
    public static void Enter(ref Walk walk, Port inPort) => walk.Drop(DropReason.NotRoutable, Decider.At(inPort.Owner));
}
