namespace Fabric.Agent.FlowTable;

/// <summary>What can happen to a flow.</summary>
public enum FlowInput : byte
{
    /// <summary>The datapath says that it is installed.</summary>
    Installed,

    /// <summary>The datapath holds another flow for the same packets.</summary>
    Duplicate,

    /// <summary>The datapath refused it.</summary>
    Failed,

    /// <summary>The agent wants it gone: stale, idle, or to make room.</summary>
    Evict,

    /// <summary>The datapath says that it is deleted, or was not there.</summary>
    Deleted,
}
