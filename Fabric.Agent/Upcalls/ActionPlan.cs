using Fabric.Agent.Datapaths;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Upcalls;

/// <summary>What a simulation's outputs mean for this host's datapath.</summary>
/// <remarks>Owned by one upcall thread and reused; the actions stand until the next <see cref="Make"/>.</remarks>
public sealed class ActionPlan
{
    private readonly Buffer<RewriteStep> _steps = new(16);
    private readonly Buffer<FlowAction> _actions = new(16);
    private readonly Buffer<PortId> _unreached = new(4);
    private readonly Buffer<FlowAction> _kept = new(16);
    private readonly FloodCopies _floods = new();

    /// <summary>The actions; empty drops.</summary>
    public ReadOnlySpan<FlowAction> Actions => _actions.Span;

    /// <summary>Ports that copies should leave by and that are neither attached at this host nor reached at another.</summary>
    public ReadOnlySpan<PortId> Unreached => _unreached.Span;

    /// <summary>The longest frame that fits every tunnel it is sent through, as it came in.</summary>
    public int LongestFrame { get; private set; } = TunnelFit.Unlimited;

    /// <summary>The packet opens a TCP connection through a tunnel: what it announces is to be lowered to what fits, so it makes no flow.</summary>
    public bool IsOpening { get; private set; }

    /// <summary>What is left of the actions for a frame that is longer than fits.</summary>
    public ReadOnlySpan<FlowAction> ActionsFor(int frameBytes)
    {
        TunnelFit.Keep(_actions.Span, frameBytes, _kept);
        return _kept.Span;
    }

    /// <summary>Plans rewrites and outputs, and finds where the outputs are. The mask of the simulation grows by what the plan presupposes.</summary>
    /// <param name="topology">The description that was simulated with.</param>
    /// <param name="decided">The simulation; tags of hosts are added.</param>
    /// <param name="ports">The ports of this host, and the way to those of others.</param>
    public void Make(TopologySnapshot topology, SimulationScratch decided, PortTable ports)
    {
        ports.Underlay.Begin(topology, decided);
        RewritePlan.Make(decided.Key, decided.Outputs.Span, _steps);
        ActionTranslator.Translate(_steps.Span, ports, _floods, _actions, _unreached);
        if (ports.Underlay.CopiesDscp)
            TunnelDscp.Copy(decided.Key, _actions);
        if (decided.ReturnsTo is { } peer && ports.Underlay.TryReturn(peer, out var back))
        {
            _actions.Add(back);
            _actions.Add(FlowAction.Output(ports.Underlay.TunnelPort));
        }
        LongestFrame = TunnelFit.LongestFrame(_actions.Span);
        IsOpening = LongestFrame != TunnelFit.Unlimited && SegmentClamp.IsOpening(decided.Key);
    }
}
