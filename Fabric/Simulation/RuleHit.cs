using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A rule that matched a copy of the packet; what counters per rule are kept by.</summary>
/// <param name="Chain">The chain that holds the rule.</param>
/// <param name="Index">The rule's place in it from 0.</param>
public readonly record struct RuleHit(ChainId Chain, int Index);
