namespace Fabric.Agent.Datapaths;

/// <summary>What a flow had carried when it was looked at.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Statistics">All since it was installed.</param>
public readonly record struct FlowReading(FlowId Id, FlowStatistics Statistics);
