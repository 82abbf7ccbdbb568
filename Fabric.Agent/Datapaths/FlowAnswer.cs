namespace Fabric.Agent.Datapaths;

/// <summary>What became of a flow that was queued for installing or deleting.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Kind">The outcome.</param>
/// <param name="Errno">The kernel's error number for <see cref="FlowAnswerKind.Failed"/>, else 0.</param>
/// <param name="Text">The kernel's words for a failure, or null.</param>
/// <param name="Statistics">For a deleted flow, what it carried to the end.</param>
public readonly record struct FlowAnswer(FlowId Id, FlowAnswerKind Kind, int Errno, string? Text, FlowStatistics Statistics);
