using Fabric.Tests.Datapaths;

namespace Fabric.Tests.Laws;

/// <summary>
/// Installed flows send real packets where simulating each of them would, while the network changes under them: mask, plan, tags, impact,
/// flow table and datapath together.
/// </summary>
/// <remarks>On the kernel module: Kernel/FlowsAgreeWithSimulationKernelTest.</remarks>
[TestFixture]
[Category("Laws")]
[Parallelizable(ParallelScope.All)]
public sealed class FlowsAgreeWithSimulationLaw
{
    [Test]
    public void A_packet_leaves_as_simulating_it_says() => LawRun.ForEachSeed(LawRun.Cases(12_000) / FlowAgreement.StepsPerWorld, Holds);

    /// <summary>Seeds that failed once, kept for ever.</summary>
    [TestCase(0)]
    public void Known_seeds_hold(int seed) => Holds(seed).ShouldBeNull();

    private static string? Holds(int seed)
    {
        using var wires = new MemoryWires();
        return FlowAgreement.Holds(seed, wires);
    }
}
