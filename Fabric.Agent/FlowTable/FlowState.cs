namespace Fabric.Agent.FlowTable;

/// <summary>Where a flow is in its life.</summary>
public enum FlowState : byte
{
    /// <summary>Queued for the datapath, not answered yet.</summary>
    Installing,

    /// <summary>The datapath holds it.</summary>
    Installed,

    /// <summary>Queued for deletion, not answered yet.</summary>
    Evicting,

    /// <summary>Not in the datapath, nor will it be; the record is dropped.</summary>
    Ended,
}
