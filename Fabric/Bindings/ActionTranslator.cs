using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>Turns a plan over virtual ports into the actions of one host's datapath.</summary>
/// <remarks>
/// <para>Pure; allocates nothing once the buffers have grown.</para>
/// <para>
/// A flood goes once to each other host, under the key of the bridge's floods, if the copies are for exactly the ports that the host gives
/// such a packet to. Where they are not, because a chain let some pass and others not, each port has its copy.
/// </para>
/// </remarks>
public static class ActionTranslator
{
    /// <summary>Translates a plan.</summary>
    /// <typeparam name="TLocations">Where ports are.</typeparam>
    /// <param name="steps">The plan.</param>
    /// <param name="locations">Where ports are.</param>
    /// <param name="floods">Working memory.</param>
    /// <param name="actions">Emptied, then filled; stays empty, which drops, when no port can be reached.</param>
    /// <param name="unreached">Emptied, then filled with the ports that the plan outputs to and that cannot be reached; those outputs are left out.</param>
    public static void Translate<TLocations>(
        ReadOnlySpan<RewriteStep> steps,
        TLocations locations,
        FloodCopies floods,
        Buffer<FlowAction> actions,
        Buffer<PortId> unreached
    )
        where TLocations : IPortLocations
    {
        actions.Clear();
        unreached.Clear();
        var afterLastOutput = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            if (!steps[i].IsOutput)
            {
                actions.Add(steps[i].Rewrite);
                continue;
            }
            var alike = CountAlike(steps[i..]);
            Output(steps.Slice(i, alike), locations, floods, actions, unreached, ref afterLastOutput);
            i += alike - 1;
        }
        // A rewrite that nothing leaves after would only cost time.
        actions.Truncate(afterLastOutput);
    }

    /// <summary>Outputs with no rewrite between them send the same packet.</summary>
    private static int CountAlike(ReadOnlySpan<RewriteStep> steps)
    {
        var count = 0;
        while (count < steps.Length && steps[count].IsOutput)
            count++;
        return count;
    }

    private static void Output<TLocations>(
        ReadOnlySpan<RewriteStep> outputs,
        TLocations locations,
        FloodCopies floods,
        Buffer<FlowAction> actions,
        Buffer<PortId> unreached,
        ref int afterLastOutput
    )
        where TLocations : IPortLocations
    {
        if (outputs.Length > 1)
            Count(outputs, locations, floods);
        foreach (ref readonly var output in outputs)
        {
            if (!locations.TryFind(output.Port, out var location))
            {
                unreached.Add(output.Port);
                continue;
            }
            var isOneForAll = outputs.Length > 1 && floods.IsOneForAll(location);
            if (isOneForAll && !floods.TryTake(location))
                continue;
            if (location.IsRemote)
            {
                var key = isOneForAll ? location.FloodKey : location.TunnelKey;
                actions.Add(FlowAction.SetTunnel(key, location.Source, location.Destination, location.Options, location.MaxFrameBytes));
            }
            actions.Add(FlowAction.Output(location.DatapathPort));
            afterLastOutput = actions.Count;
        }
    }

    private static void Count<TLocations>(ReadOnlySpan<RewriteStep> outputs, TLocations locations, FloodCopies floods)
        where TLocations : IPortLocations
    {
        floods.Clear();
        foreach (ref readonly var output in outputs)
        {
            if (locations.TryFind(output.Port, out var location))
                floods.Count(output.Port, location);
        }
    }
}
