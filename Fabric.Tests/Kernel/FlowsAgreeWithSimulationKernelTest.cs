using Fabric.Tests.Laws;

namespace Fabric.Tests.Kernel;

/// <summary>The law FlowsAgreeWithSimulation on the kernel module: its lookups, its masks, its actions and checksums.</summary>
public class FlowsAgreeWithSimulationKernelTest : KernelTest
{
    private const int Worlds = 12;

    [Test]
    public void APacketLeavesTheKernelAsSimulatingItSays() => LawRun.ForEachSeed(LawRun.Cases(Worlds), Holds);

    /// <summary>Seeds that failed once, kept for ever.</summary>
    [TestCase(37)]
    public void KnownSeedsHold(int seed) => Holds(seed).ShouldBeNull();

    private static string? Holds(int seed)
    {
        using var wires = new KernelWires();
        return FlowAgreement.Holds(seed, wires);
    }
}
