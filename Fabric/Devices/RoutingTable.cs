namespace Fabric.Devices;

/// <summary>A router's routes by destination prefix, for both versions.</summary>
public sealed class RoutingTable
{
    /// <summary>The table without routes.</summary>
    public static RoutingTable Empty { get; } = new();
}
