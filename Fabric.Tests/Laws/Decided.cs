using System.Text;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Laws;

/// <summary>What a simulation decided, kept beyond its scratch and comparable.</summary>
internal sealed class Decided
{
    private readonly Buffer<RewriteStep> _steps = new(8);

    public Verdict Verdict { get; private set; }

    public FlowMask Mask { get; private set; }

    public FlowTag[] Tags { get; private set; } = [];

    public string Plan { get; private set; } = "";

    /// <summary>Something is to be remembered that is not known yet: a flow may not stand, or nobody would.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Simulates one packet without payload.</summary>
    public static Decided About(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId ingress,
        in FlowKey key,
        SimulationScratch scratch
    )
    {
        var decided = new Decided { Verdict = Simulator.Run(topology, learned, ingress, key, default, scratch) };
        RewritePlan.Make(scratch.Key, scratch.Outputs.Span, decided._steps);
        decided.Mask = scratch.Key.Mask;
        decided.Tags = scratch.Tags.Span.ToArray();
        decided.Plan = Describe(decided._steps.Span);
        foreach (ref readonly var effect in scratch.Effects.Span)
            decided.HasNews |=
                effect.Kind == EffectKind.OpenConnection
                || effect is { Kind: EffectKind.SeeConnection, Seen: { Direction: FlowDirection.Return, IsAnswered: false } };
        return decided;
    }

    /// <summary>Whether a flow made of this verdict would treat a packet as the other verdict does.</summary>
    /// <remarks>An uncacheable verdict makes no flow: it only has to be recognised as such.</remarks>
    public bool SameAs(Decided other) =>
        Verdict.IsCacheable ? Verdict == other.Verdict && Plan == other.Plan && !other.HasNews : !other.Verdict.IsCacheable;

    public override string ToString() =>
        $"{Verdict.Kind} {Verdict.Reason} by {Verdict.Decider.Device.Kind} {Verdict.Decider.Device.Id} rule {Verdict.Decider.RuleIndex}, cacheable {Verdict.IsCacheable}, plan [{Plan}]{(HasNews ? ", with news" : "")}";

    private static string Describe(ReadOnlySpan<RewriteStep> steps)
    {
        var text = new StringBuilder();
        foreach (ref readonly var step in steps)
        {
            text.Append(
                step.IsOutput
                    ? $"output {step.Port.Value}; "
                    : $"{step.Rewrite.Kind} {step.Rewrite.Field} {step.Rewrite.Value:x}/{step.Rewrite.Mask:x} {step.Rewrite.Tpid:x} {step.Rewrite.Tci:x}; "
            );
        }
        return text.ToString();
    }
}
