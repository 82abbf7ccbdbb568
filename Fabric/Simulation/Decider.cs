using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>What decided that a packet goes nowhere.</summary>
/// <param name="Device">The port, bridge or router where it was decided; for a rule, where the chain is attached.</param>
/// <param name="Chain">The chain that holds the rule, if a rule decided.</param>
/// <param name="RuleIndex">The rule's place in its chain from 0, or -1.</param>
/// <param name="Hook">Where the chain that began the traversal is attached.</param>
public readonly record struct Decider(DeviceRef Device, ChainId Chain, int RuleIndex, ChainHook Hook)
{
    /// <summary>A device decided, not a rule.</summary>
    public static Decider At(DeviceRef device) => new(device, default, -1, ChainHook.None);

    /// <summary>A rule decided.</summary>
    public bool IsRule => RuleIndex >= 0;
}
