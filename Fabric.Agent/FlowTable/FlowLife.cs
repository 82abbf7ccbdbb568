namespace Fabric.Agent.FlowTable;

/// <summary>The life of a flow as one function.</summary>
/// <remarks>
/// Requests go to the datapath in order, so an eviction of a flow that is still being installed is queued behind its create, and the
/// answer to the create then changes nothing.
/// </remarks>
public static class FlowLife
{
    /// <summary>The state after something happened.</summary>
    public static FlowState Next(FlowState state, FlowInput input) =>
        (state, input) switch
        {
            (FlowState.Installing, FlowInput.Installed) => FlowState.Installed,
            (FlowState.Installing, FlowInput.Duplicate) => FlowState.Ended,
            (FlowState.Installing, FlowInput.Failed) => FlowState.Ended,
            (FlowState.Installing, FlowInput.Evict) => FlowState.Evicting,
            (FlowState.Installing, FlowInput.Deleted) => FlowState.Ended,
            (FlowState.Installed, FlowInput.Installed) => FlowState.Installed,
            (FlowState.Installed, FlowInput.Duplicate) => FlowState.Installed,
            (FlowState.Installed, FlowInput.Failed) => FlowState.Installed,
            (FlowState.Installed, FlowInput.Evict) => FlowState.Evicting,
            (FlowState.Installed, FlowInput.Deleted) => FlowState.Ended,
            (FlowState.Evicting, FlowInput.Installed) => FlowState.Evicting,
            (FlowState.Evicting, FlowInput.Duplicate) => FlowState.Evicting,
            (FlowState.Evicting, FlowInput.Failed) => FlowState.Evicting,
            (FlowState.Evicting, FlowInput.Evict) => FlowState.Evicting,
            (FlowState.Evicting, FlowInput.Deleted) => FlowState.Ended,
            (FlowState.Ended, FlowInput.Installed) => FlowState.Ended,
            (FlowState.Ended, FlowInput.Duplicate) => FlowState.Ended,
            (FlowState.Ended, FlowInput.Failed) => FlowState.Ended,
            (FlowState.Ended, FlowInput.Evict) => FlowState.Ended,
            (FlowState.Ended, FlowInput.Deleted) => FlowState.Ended,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
