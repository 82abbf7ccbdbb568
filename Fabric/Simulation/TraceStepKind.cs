namespace Fabric.Simulation;

/// <summary>The kinds of steps in a trace.</summary>
public enum TraceStepKind : byte
{
    /// <summary>The packet entered a device by a port.</summary>
    Ingress,

    /// <summary>A chain was entered.</summary>
    Chain,

    /// <summary>A rule was tried and matched.</summary>
    Rule,

    /// <summary>A table was asked: MAC, route, neighbor, address, connection.</summary>
    Lookup,

    /// <summary>Header fields were rewritten.</summary>
    Rewrite,

    /// <summary>The network answered by itself.</summary>
    Reply,

    /// <summary>The packet left a device by a port.</summary>
    Egress,

    /// <summary>A copy left the network by an exterior port.</summary>
    Output,

    /// <summary>A copy was dropped.</summary>
    Drop,
}
