namespace Fabric.Bench.Simulation;

/// <summary>The work for one packet, which is measured by doing it very often on one thread.</summary>
internal abstract class PacketBody
{
    /// <summary>Does it once.</summary>
    public abstract void Run();
}
