using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Derived from a router's routes and ports: what routing needs.</summary>
public sealed record RouterIndex
{
    /// <summary>A router without ports.</summary>
    public static RouterIndex Empty { get; } = new();

    /// <summary>The router's ports in the order of their ids.</summary>
    public PortList Ports { get; init; } = [];

    /// <summary>The router's own addresses and the port of each; a port's link-local IPv6 address is not among them (it is valid on its link only).</summary>
    public AddressMap<PortId> LocalAddresses { get; init; } = AddressMap<PortId>.Empty;

    /// <summary>The IPv4 and IPv6 table: configured routes and the ports' subnets.</summary>
    public RoutingTable Table { get; init; } = RoutingTable.Empty;

    /// <summary>Addresses that more than one port claims; empty but between the events of one entry.</summary>
    public ImmutableArray<AddressConflict> Conflicts { get; init; } = [];
}
