namespace Fabric.Simulation;

/// <summary>What a device tells the source of a packet that it does not pass on.</summary>
internal enum IcmpError : byte
{
    /// <summary>No route holds the destination.</summary>
    NoRoute,

    /// <summary>The next hop or destination on the last link does not answer.</summary>
    HostUnreachable,

    /// <summary>A filter or the operator forbids it.</summary>
    Prohibited,

    /// <summary>The route rejects.</summary>
    RouteRejects,

    /// <summary>Time to live or hop limit ran out in transit.</summary>
    TtlExceeded,

    /// <summary>The destination knows no such protocol.</summary>
    ProtocolUnreachable,

    /// <summary>Nothing listens at the destination's port.</summary>
    PortUnreachable,

    /// <summary>The source's address is not valid on the destination's link.</summary>
    BeyondScope,

    /// <summary>The packet is to go a way that its source chose, and cannot.</summary>
    SourceRoute,
}
