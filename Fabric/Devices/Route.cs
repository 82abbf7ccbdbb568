using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>One route of a router.</summary>
/// <remarks>
/// The longest destination prefix wins; among routes of one prefix only those whose source prefix holds the packet's source
/// count, and of these the lowest metric; ties share the traffic by <see cref="Weight"/>, a connection staying on one.
/// When none of a prefix counts, the next shorter prefix is tried.
/// </remarks>
public sealed record Route
{
    /// <summary>Its name, unique in the router.</summary>
    public required string Name { get; init; }

    /// <summary>Destinations that it is for.</summary>
    public required IpPrefix Destination { get; init; }

    /// <summary>Sources that it is for, of the same version.</summary>
    public required IpPrefix Source { get; init; }

    /// <summary>What it does.</summary>
    public RouteKind Kind { get; init; } = RouteKind.Forward;

    /// <summary>The router's port to leave by; set exactly for <see cref="RouteKind.Forward"/>.</summary>
    public PortId? Port { get; init; }

    /// <summary>The next hop, of the same version; null when destinations are attached to the port's link.</summary>
    public IpAddress? Gateway { get; init; }

    /// <summary>Preference among routes of one prefix: the lowest wins. 0..2^31-1, 100 by default.</summary>
    public int Metric { get; init; } = DefaultMetric;

    /// <summary>Share among routes of equal metric, 1..65535, 1 by default.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The metric when none is given.</summary>
    public const int DefaultMetric = 100;
}
