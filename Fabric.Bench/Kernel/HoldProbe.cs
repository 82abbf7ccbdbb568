using Fabric.Bench.Results;

namespace Fabric.Bench.Kernel;

/// <summary>200 000 flows at once, all in use: what they cost the agent, and what a change costs beside them.</summary>
internal static class HoldProbe
{
    private const int Flows = 200_000;
    private const int NeighborsFlows = 800;

    private const double NearlyAll = 0.99;

    // Each flow is used every eighth second, so none is idle for the ten that would end it.
    private const int UsesPerSecond = 25_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    /// <summary>Measures; the agent has forgotten all flows before.</summary>
    /// <param name="contender">The agent.</param>
    /// <param name="duration">How long the sweeps are watched.</param>
    /// <param name="figures">Receives what comes out.</param>
    public static void Measure(FabricContender contender, TimeSpan duration, Dictionary<string, double> figures)
    {
        using var source = new FlowSource(contender, GuestPlan.Left, GuestPlan.Right);
        using var neighbor = new FlowSource(contender, GuestPlan.Other, GuestPlan.Far);
        // In the first rounds not every packet finds the agent ready; a flow that was missed comes again in the next.
        using var uses = FlowBlaster.StartCycle(source, UsesPerSecond, Flows);
        SpinWait.SpinUntil(() => Slept() && contender.ReadDatapath().Flows >= Flows * NearlyAll, s_patience);
        figures[KernelMetric.HeldSweep.Name] = ProcessUsage.Percent(contender.ProcessId, duration);
        var held = contender.Ask(AgentRequest.Report);
        figures[KernelMetric.Held.Name] = held.Flows;
        figures[KernelMetric.HeldMemory.Name] = ProcessUsage.Of(contender.ProcessId).MemoryBytes / 1e6;
        figures[KernelMetric.HeldHeap.Name] = held.HeapBytes / 1e6;
        for (var i = 0; i < NeighborsFlows; i += FlowSource.BatchFrames)
            neighbor.SendNew(FlowSource.BatchFrames);
        Thread.Sleep(TimeSpan.FromSeconds(0.5));
        // The first edit of an agent's life finds much of what it needs not compiled; the figure is that of all later ones.
        var first = contender.Ask(AgentRequest.EditQuietRule);
        var before = contender.Ask(AgentRequest.Report);
        var edited = contender.Ask(AgentRequest.EditRule);
        figures[KernelMetric.EditTouched.Name] = edited.Revalidated - before.Revalidated;
        figures[KernelMetric.EditTime.Name] = edited.Milliseconds;
        Console.WriteLine(
            $"  held: {held}, {Figure.Of(figures[KernelMetric.HeldSweep.Name])} % CPU; first edit: {first.Milliseconds} ms, edited: {edited}"
        );
    }

    private static bool Slept()
    {
        Thread.Sleep(500);
        return true;
    }
}
