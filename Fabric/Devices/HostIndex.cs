using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>Derived from the ports that are bound to one host: whose each interface is.</summary>
public sealed record HostIndex
{
    /// <summary>A host that no port is bound to.</summary>
    public static HostIndex Empty { get; } = new();

    /// <summary>The port that is bound to each interface, by the interface's name.</summary>
    /// <remarks>Where two ports claim one interface the lower id stands here; the rules of the network refuse that it happens.</remarks>
    public ImmutableDictionary<string, PortId> Interfaces { get; init; } =
        ImmutableDictionary.Create<string, PortId>(StringComparer.Ordinal);

    /// <summary>Interfaces that more than one port claims, each with the port that does not count; empty but between the events of one entry.</summary>
    public ImmutableArray<HostConflict> Conflicts { get; init; } = [];
}
