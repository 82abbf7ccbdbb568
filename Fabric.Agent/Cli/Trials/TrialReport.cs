using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>All that came of one packet of a trial.</summary>
internal sealed record TrialReport
{
    /// <summary>The description that it was simulated in, for names.</summary>
    public required TopologySnapshot Topology { get; init; }

    /// <summary>The port that it came in by.</summary>
    public required Port Ingress { get; init; }

    /// <summary>Its headers.</summary>
    public required FlowKey Key { get; init; }

    /// <summary>Its identifier if it is an echo, which is not among the headers of the key; 0 otherwise.</summary>
    public required ushort EchoIdentifier { get; init; }

    /// <summary>How it ended.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Its copies that left the network.</summary>
    public required ImmutableArray<TrialPacket> Outputs { get; init; }

    /// <summary>What the network made because of it.</summary>
    public required ImmutableArray<GeneratedPacket> Generated { get; init; }

    /// <summary>The bits of it that were decided by.</summary>
    public required FlowMask Mask { get; init; }

    /// <summary>Rewrites and outputs in order.</summary>
    public required ImmutableArray<RewriteStep> Actions { get; init; }

    /// <summary>The rules that matched, in order.</summary>
    public required ImmutableArray<RuleHit> RuleHits { get; init; }

    /// <summary>The lookups that were made.</summary>
    public required ImmutableArray<FlowTag> Tags { get; init; }

    /// <summary>What happened to it, step by step.</summary>
    public required ImmutableArray<TraceStep> Trace { get; init; }

    /// <summary>How it ended, in one sentence.</summary>
    public required string Why { get; init; }
}
