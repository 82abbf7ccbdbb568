namespace Fabric.Simulation;

/// <summary>The named limits of one simulation; reaching one is a drop with its own reason.</summary>
public static class SimulationLimits
{
    /// <summary>Devices that one copy of a packet may pass.</summary>
    public const int MaxHops = 32;

    /// <summary>Device steps of all copies of a packet together.</summary>
    public const int MaxSteps = 4096;

    /// <summary>Chains that may be entered by jumps within one traversal.</summary>
    public const int MaxChainDepth = 32;

    /// <summary>Jumps within one traversal: chains that fork into others by the dozen would else take for ever without being deep.</summary>
    public const int MaxJumps = 4_096;

    /// <summary>Outputs of one packet: exterior ports that a flood may reach.</summary>
    public const int MaxOutputs = 65_536;
}
