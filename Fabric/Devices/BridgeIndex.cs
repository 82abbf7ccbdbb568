using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>Derived from the ports of one bridge and their peers: where frames go without learning.</summary>
public sealed record BridgeIndex
{
    /// <summary>A bridge without ports.</summary>
    public static BridgeIndex Empty { get; } = new();

    /// <summary>The bridge's ports in the order of their ids.</summary>
    public PortList Ports { get; init; } = [];

    /// <summary>The port behind which a known station is: attached stations of bindings, and router ports linked to the bridge.</summary>
    /// <remarks>Where two ports claim one address the lower id stands here; the rules of the network refuse that it happens.</remarks>
    public PersistentMap<MacAddress, PortId> Stations { get; init; } = PersistentMap<MacAddress, PortId>.Empty;

    /// <summary>The Ethernet address of every known IP address on the bridge: attached stations and linked router ports.</summary>
    public AddressMap<MacAddress> Addresses { get; init; } = AddressMap<MacAddress>.Empty;

    /// <summary>Addresses that more than one port claims; empty but between the events of one entry.</summary>
    public ImmutableArray<AddressConflict> Conflicts { get; init; } = [];
}
