namespace Fabric.Agent.Questions;

/// <summary>Whether a host has answered a question.</summary>
internal enum HostReportState
{
    /// <summary>It has.</summary>
    Answered,

    /// <summary>Not in time, or not in a way that can be read.</summary>
    Silent,

    /// <summary>It was not asked: no agent of it is known to live.</summary>
    Unreachable,

    /// <summary>It was not asked: more hosts than are asked at once.</summary>
    Skipped,
}
