namespace Fabric.Agent.Datapaths;

/// <summary>The outcomes of queued work on flows.</summary>
public enum FlowAnswerKind : byte
{
    /// <summary>The flow is installed.</summary>
    Installed,

    /// <summary>The datapath holds another flow for the same packets; this one is not installed.</summary>
    Duplicate,

    /// <summary>The datapath refused the flow.</summary>
    Failed,

    /// <summary>The flow is deleted.</summary>
    Deleted,

    /// <summary>The flow to be deleted was not there.</summary>
    Gone,
}
