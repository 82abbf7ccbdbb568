using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Turns the copies of a packet that leave into one sequence of rewrites and outputs.</summary>
/// <remarks>
/// <para>
/// Copies that leave as the packet came in go first; the others follow in the order decided, each from the rewrites of the one before.
/// The plan holds for every packet that the mask admits, not only for the one simulated: see <see cref="RewriteState"/>.
/// </para>
/// <para>Pure; allocates nothing once the buffer has grown.</para>
/// </remarks>
public static class RewritePlan
{
    /// <summary>Plans the outputs of one simulation.</summary>
    /// <param name="key">The packet; its mask grows by the fields that must be set back between outputs and by what the rewrites presuppose.</param>
    /// <param name="outputs">The copies that leave.</param>
    /// <param name="steps">Emptied, then filled with the plan.</param>
    public static void Make(ObservedKey key, ReadOnlySpan<Output> outputs, Buffer<RewriteStep> steps)
    {
        steps.Clear();
        // The mask grows below; what went first must not be judged by the grown one.
        var untouched = new RewriteState(key);
        var mask = key.Mask;
        foreach (ref readonly var output in outputs)
        {
            if (untouched.IsAt(output.Packet, mask))
                steps.Add(RewriteStep.Output(output.Port));
        }
        if (steps.Count == outputs.Length)
            return;
        var state = new RewriteState(key);
        foreach (ref readonly var output in outputs)
        {
            if (untouched.IsAt(output.Packet, mask))
                continue;
            state.MoveTo(output.Packet, steps);
            steps.Add(RewriteStep.Output(output.Port));
        }
    }
}
