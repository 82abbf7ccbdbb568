namespace Fabric.Bench.Kernel;

/// <summary>What is measured of a program in one guest, in this order.</summary>
[Flags]
internal enum KernelPart
{
    None = 0,

    /// <summary>Round trips of first packets, and of those that follow.</summary>
    Trips = 1 << 0,

    /// <summary>Ping, TCP and packets of flows that stand.</summary>
    Standing = 1 << 1,

    /// <summary>New flows at each rate.</summary>
    Rates = 1 << 2,

    /// <summary>New flows flat out, and as fast as they are taken.</summary>
    Flat = 1 << 3,

    /// <summary>New flows beside a flood of them.</summary>
    Flood = 1 << 4,

    /// <summary>Processor and memory, idle and lightly loaded.</summary>
    Usage = 1 << 5,

    /// <summary>200 000 flows held, and an edit beside them; of the agent only.</summary>
    Held = 1 << 6,

    /// <summary>New connections through a translation and through a balancer, flat out.</summary>
    Connections = 1 << 7,

    All = Trips | Standing | Rates | Flat | Flood | Usage | Held | Connections,
}
