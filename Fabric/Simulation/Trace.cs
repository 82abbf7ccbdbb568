using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>The explanation of a simulation: its steps in order, recorded only when asked for.</summary>
/// <remarks>Not thread-safe; text is made while recording, so only packets that somebody asked about pay for it.</remarks>
public sealed class Trace
{
    private readonly List<TraceStep> steps = [];

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<TraceStep> Steps => steps;

    /// <summary>Records a step.</summary>
    public void Add(TraceStepKind kind, DeviceRef device, int depth, string text, in FlowKey packet) =>
        steps.Add(new TraceStep(kind, device, depth, text, packet));

    /// <summary>Forgets all steps.</summary>
    public void Clear() => steps.Clear();
}
