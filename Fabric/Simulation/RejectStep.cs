using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>Tells the source of a refused packet, if the standards allow an answer; dropping is left to the caller.</summary>
internal static class RejectStep
{
    /// <summary>A rule rejected: TCP reset, or ICMP administratively prohibited.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">The port by which the packet entered the device where the rule is attached; the answer leaves by it.</param>
    public static void Answer(ref Walk walk, Port inPort) => walk.IsUncacheable = true;

    /// <summary>A router or its port is administratively down: ICMP prohibited.</summary>
    public static void Prohibited(ref Walk walk, Port inPort) => walk.IsUncacheable = true;
}
