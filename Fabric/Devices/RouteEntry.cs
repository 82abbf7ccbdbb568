using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>What a routing table holds under one prefix.</summary>
/// <param name="Routes">Its routes, lowest metric first.</param>
/// <param name="Own">The ports whose own address the prefix is.</param>
internal readonly record struct RouteEntry(ImmutableArray<Route> Routes, ImmutableArray<PortId> Own)
{
    /// <summary>Nothing.</summary>
    public static RouteEntry Empty { get; } = new([], []);

    /// <summary>The entry holds nothing.</summary>
    public bool IsEmpty => Routes.IsEmpty && Own.IsEmpty;
}
