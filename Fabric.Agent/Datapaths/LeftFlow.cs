namespace Fabric.Agent.Datapaths;

/// <summary>A flow that an agent before this one left in the datapath.</summary>
/// <param name="Flow">What it matches and does.</param>
/// <param name="Statistics">What it has carried.</param>
public readonly record struct LeftFlow(DatapathFlow Flow, FlowStatistics Statistics);
