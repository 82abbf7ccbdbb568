using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>The whole description of the network as of one position of the journal.</summary>
/// <remarks>
/// Immutable; any thread. Made only by applying events (<c>TopologyEvolution</c>), which also keeps the derived indexes right; an event
/// costs its change, not the network. One packet sees one snapshot from beginning to end.
/// </remarks>
public sealed record TopologySnapshot
{
    /// <summary>The network without any device, before the first entry.</summary>
    public static TopologySnapshot Empty { get; } = new();

    /// <summary>The position of the journal that this is the state at; 0 is before the first entry.</summary>
    public long Position { get; init; }

    /// <summary>All ports.</summary>
    public ImmutableDictionary<PortId, Port> Ports { get; init; } = ImmutableDictionary<PortId, Port>.Empty;

    /// <summary>All bridges.</summary>
    public ImmutableDictionary<BridgeId, Bridge> Bridges { get; init; } = ImmutableDictionary<BridgeId, Bridge>.Empty;

    /// <summary>All routers.</summary>
    public ImmutableDictionary<RouterId, Router> Routers { get; init; } = ImmutableDictionary<RouterId, Router>.Empty;

    /// <summary>All chains.</summary>
    public ImmutableDictionary<ChainId, Chain> Chains { get; init; } = ImmutableDictionary<ChainId, Chain>.Empty;

    /// <summary>All address sets.</summary>
    public ImmutableDictionary<AddressSetId, AddressSet> AddressSets { get; init; } = ImmutableDictionary<AddressSetId, AddressSet>.Empty;

    /// <summary>All port groups.</summary>
    public ImmutableDictionary<PortGroupId, PortGroup> PortGroups { get; init; } = ImmutableDictionary<PortGroupId, PortGroup>.Empty;

    /// <summary>All hosts.</summary>
    public ImmutableDictionary<HostId, Host> Hosts { get; init; } = ImmutableDictionary<HostId, Host>.Empty;

    /// <summary>The tunnel keys of ports and bridges.</summary>
    public TunnelKeys TunnelKeys { get; init; } = TunnelKeys.None;

    /// <summary>The keys by which hosts' agents know each other's messages; of the agents that have started at least once.</summary>
    public ImmutableDictionary<HostId, PeerKey> PeerKeys { get; init; } = ImmutableDictionary<HostId, PeerKey>.Empty;

    /// <summary>Derived: devices by kind and name.</summary>
    public ImmutableDictionary<(DeviceKind Kind, DeviceName Name), DeviceRef> Names { get; init; } =
        ImmutableDictionary<(DeviceKind, DeviceName), DeviceRef>.Empty;

    /// <summary>Derived: what simulation needs of each bridge's ports.</summary>
    public ImmutableDictionary<BridgeId, BridgeIndex> BridgeIndexes { get; init; } = ImmutableDictionary<BridgeId, BridgeIndex>.Empty;

    /// <summary>Derived: what simulation needs of each router's ports and routes.</summary>
    public ImmutableDictionary<RouterId, RouterIndex> RouterIndexes { get; init; } = ImmutableDictionary<RouterId, RouterIndex>.Empty;

    /// <summary>Derived: which port each interface of a host is bound to.</summary>
    public ImmutableDictionary<HostId, HostIndex> HostIndexes { get; init; } = ImmutableDictionary<HostId, HostIndex>.Empty;

    /// <summary>Derived: whose each underlay address is.</summary>
    /// <remarks>Where two hosts claim one address the lower id stands here.</remarks>
    public ImmutableDictionary<IpAddress, HostId> UnderlayAddresses { get; init; } = ImmutableDictionary<IpAddress, HostId>.Empty;

    /// <summary>Derived: for every device that others name, who names it, and how often.</summary>
    public ImmutableDictionary<DeviceRef, ImmutableDictionary<DeviceRef, int>> Referrers { get; init; } =
        ImmutableDictionary<DeviceRef, ImmutableDictionary<DeviceRef, int>>.Empty;

    /// <summary>Finds a device of any kind by id.</summary>
    public Device? Find(DeviceRef reference) =>
        reference.Kind switch
        {
            DeviceKind.Port => Ports.GetValueOrDefault(new PortId(reference.Id)),
            DeviceKind.Bridge => Bridges.GetValueOrDefault(new BridgeId(reference.Id)),
            DeviceKind.Router => Routers.GetValueOrDefault(new RouterId(reference.Id)),
            DeviceKind.Chain => Chains.GetValueOrDefault(new ChainId(reference.Id)),
            DeviceKind.AddressSet => AddressSets.GetValueOrDefault(new AddressSetId(reference.Id)),
            DeviceKind.PortGroup => PortGroups.GetValueOrDefault(new PortGroupId(reference.Id)),
            DeviceKind.Host => Hosts.GetValueOrDefault(new HostId(reference.Id)),
        };

    /// <summary>Finds a device by kind and name.</summary>
    public Device? Find(DeviceKind kind, DeviceName name) => Names.TryGetValue((kind, name), out var reference) ? Find(reference) : null;
}
