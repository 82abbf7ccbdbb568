using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>Turns a plan over virtual ports into the actions of one host's datapath.</summary>
/// <remarks>Pure; allocates nothing once the buffers have grown.</remarks>
public static class ActionTranslator
{
    /// <summary>Translates a plan.</summary>
    /// <typeparam name="TLocations">Where ports are.</typeparam>
    /// <param name="steps">The plan.</param>
    /// <param name="locations">Where ports are.</param>
    /// <param name="actions">Emptied, then filled; stays empty, which drops, when no port can be reached.</param>
    /// <param name="unreached">Emptied, then filled with the ports that the plan outputs to and that cannot be reached; those outputs are left out.</param>
    public static void Translate<TLocations>(
        ReadOnlySpan<RewriteStep> steps,
        TLocations locations,
        Buffer<FlowAction> actions,
        Buffer<PortId> unreached
    )
        where TLocations : IPortLocations
    {
        actions.Clear();
        unreached.Clear();
        var afterLastOutput = 0;
        foreach (ref readonly var step in steps)
        {
            if (!step.IsOutput)
            {
                actions.Add(step.Rewrite);
            }
            else if (locations.TryFind(step.Port, out var location))
            {
                if (location.IsRemote)
                    actions.Add(FlowAction.SetTunnel(location.TunnelKey, location.Source, location.Destination, location.Options));
                actions.Add(FlowAction.Output(location.DatapathPort));
                afterLastOutput = actions.Count;
            }
            else
            {
                unreached.Add(step.Port);
            }
        }
        // A rewrite that nothing leaves after would only cost time.
        actions.Truncate(afterLastOutput);
    }
}
