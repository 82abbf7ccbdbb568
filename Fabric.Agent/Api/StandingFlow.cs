using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>What is copied of a flow on its thread, whose record may be another flow's later.</summary>
internal readonly struct StandingFlow
{
    private readonly FlowKey _key;

    /// <summary>Copies; on the thread.</summary>
    /// <param name="record">The flow's record.</param>
    /// <param name="statistics">What the flow has carried.</param>
    public StandingFlow(FlowRecord record, in FlowStatistics statistics)
    {
        (Record, Statistics, Id) = (record, statistics, record.Flow.Id);
        _key = record.Flow.Key;
        (Mask, Actions) = (record.Flow.SharedMask, record.Flow.Actions);
        (Ingress, Verdict, Reason) = (record.Ingress, record.Verdict.Kind, record.Verdict.Reason);
        (Rules, Created) = (record.Rules, record.Created);
    }

    /// <summary>The record, of which only its thread may read.</summary>
    public FlowRecord Record { get; }

    /// <summary>The flow's id.</summary>
    public FlowId Id { get; }

    /// <summary>Its key.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref readonly FlowKey Key => ref _key;

    /// <summary>Its mask.</summary>
    public SharedMask Mask { get; }

    /// <summary>What it does.</summary>
    public FlowAction[] Actions { get; }

    /// <summary>The port by which its packets enter.</summary>
    public PortId Ingress { get; }

    /// <summary>What was decided.</summary>
    public VerdictKind Verdict { get; }

    /// <summary>Why it drops, if it does.</summary>
    public DropReason Reason { get; }

    /// <summary>The rules that its packets match.</summary>
    public RuleHit[] Rules { get; }

    /// <summary>What it has carried.</summary>
    public FlowStatistics Statistics { get; }

    /// <summary>When it was admitted, in ticks of the agent's clock.</summary>
    public long Created { get; }

    /// <summary>The record is still this flow's; on the thread.</summary>
    public bool IsStill => Record.Flow.Id == Id && Record.State is FlowState.Installing or FlowState.Installed;
}
