namespace Fabric.Devices;

/// <summary>What a route does with a packet.</summary>
public enum RouteKind : byte
{
    /// <summary>Sends it out of a port, to a gateway or to the destination itself.</summary>
    Forward,

    /// <summary>Drops it silently.</summary>
    Blackhole,

    /// <summary>Drops it and tells the source that communication is prohibited.</summary>
    Reject,
}
