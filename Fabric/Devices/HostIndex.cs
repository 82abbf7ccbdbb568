using System.Collections.Immutable;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>Derived from the ports that are bound to one host: whose each interface is.</summary>
public sealed record HostIndex
{
    /// <summary>A host that no port is bound to.</summary>
    public static HostIndex Empty { get; } = new();

    /// <summary>The port that is bound to each interface, by the interface's name.</summary>
    /// <remarks>Where two ports claim one interface the lower id stands here; the rules of the network refuse that it happens.</remarks>
    public PersistentMap<string, PortId> Interfaces { get; init; } = PersistentMap<string, PortId>.Empty;

    /// <summary>Interfaces that more than one port claims, each with the port that does not count; empty but between the events of one entry.</summary>
    public ImmutableArray<HostConflict> Conflicts { get; init; } = [];

    /// <summary>The ports that are bound to the host, those of conflicts too.</summary>
    public IEnumerable<PortId> Ports => Interfaces.Values.Concat(Conflicts.Select(conflict => conflict.Rival));
}
