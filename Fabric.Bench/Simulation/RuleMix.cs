namespace Fabric.Bench.Simulation;

/// <summary>What the failing rules of a long chain ask for.</summary>
internal enum RuleMix
{
    /// <summary>Prefixes of the source.</summary>
    Prefixes,

    /// <summary>UDP ports of the destination.</summary>
    Ports,

    /// <summary>The one and the other in turn.</summary>
    Both,
}
