using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A rule that matched a copy of the packet; what counters per rule are kept by.</summary>
/// <param name="Chain">The chain that holds the rule.</param>
/// <param name="Rule">The rule's name, which is its own in the chain and stays when rules come before it.</param>
public readonly record struct RuleHit(ChainId Chain, string Rule);
