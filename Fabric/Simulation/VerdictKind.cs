namespace Fabric.Simulation;

/// <summary>How a packet ends.</summary>
public enum VerdictKind : byte
{
    /// <summary>It leaves by at least one exterior port.</summary>
    Forward,

    /// <summary>It goes nowhere.</summary>
    Drop,

    /// <summary>A device of the network took it for itself, and may have answered.</summary>
    Consume,

    /// <summary>A fact is missing that was asked for; the packet should wait and be simulated again.</summary>
    Incomplete,
}
