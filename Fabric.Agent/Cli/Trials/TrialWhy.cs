using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Says in one sentence how a packet ended.</summary>
internal static class TrialWhy
{
    /// <summary>The sentence, without a full stop.</summary>
    public static string Of(TopologySnapshot topology, Verdict verdict, ImmutableArray<TrialPacket> outputs, SimulationScratch scratch) =>
        verdict.Kind switch
        {
            VerdictKind.Forward when outputs is [var only] => $"delivered to port `{only.Port.Name.Name}`",
            VerdictKind.Forward =>
                $"flooded to {outputs.Length} ports: {string.Join(", ", outputs.Select(output => $"`{output.Port.Name.Name}`"))}",
            VerdictKind.Drop => TraceText.DropSentence(topology, verdict.Reason, verdict.Decider),
            VerdictKind.Consume => Consumed(topology, scratch),
            VerdictKind.Incomplete => Waiting(topology, scratch),
        };

    private static string Consumed(TopologySnapshot topology, SimulationScratch scratch)
    {
        foreach (ref readonly var effect in scratch.Effects.Span)
        {
            if (effect.Kind == EffectKind.Emit)
                return $"answered by {TraceText.Place(topology, topology.Ports[effect.Port].Owner)}";
        }
        var last = scratch.Traversed.Count > 0 ? scratch.Traversed[scratch.Traversed.Count - 1] : default;
        return $"taken by {TraceText.Place(topology, last)}, without an answer";
    }

    private static string Waiting(TopologySnapshot topology, SimulationScratch scratch)
    {
        foreach (ref readonly var effect in scratch.Effects.Span)
        {
            if (effect.Kind == EffectKind.ResolveNeighbor)
                return $"waits until {effect.Address} answers at {TraceText.Place(topology, effect.Port)}";
        }
        return "waits for a fact that was asked for";
    }
}
