using Fabric.Addresses;
using Fabric.Collections;

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
    public PersistentMap<PortId, Port> Ports { get; init; } = PersistentMap<PortId, Port>.Empty;

    /// <summary>All bridges.</summary>
    public PersistentMap<BridgeId, Bridge> Bridges { get; init; } = PersistentMap<BridgeId, Bridge>.Empty;

    /// <summary>All routers.</summary>
    public PersistentMap<RouterId, Router> Routers { get; init; } = PersistentMap<RouterId, Router>.Empty;

    /// <summary>All chains.</summary>
    public PersistentMap<ChainId, Chain> Chains { get; init; } = PersistentMap<ChainId, Chain>.Empty;

    /// <summary>All address sets.</summary>
    public PersistentMap<AddressSetId, AddressSet> AddressSets { get; init; } = PersistentMap<AddressSetId, AddressSet>.Empty;

    /// <summary>All port groups.</summary>
    public PersistentMap<PortGroupId, PortGroup> PortGroups { get; init; } = PersistentMap<PortGroupId, PortGroup>.Empty;

    /// <summary>All hosts.</summary>
    public PersistentMap<HostId, Host> Hosts { get; init; } = PersistentMap<HostId, Host>.Empty;

    /// <summary>The tunnel keys of ports and bridges.</summary>
    public TunnelKeys TunnelKeys { get; init; } = TunnelKeys.None;

    /// <summary>The keys by which hosts' agents know each other's messages; of the agents that have started at least once.</summary>
    public PersistentMap<HostId, PeerKey> PeerKeys { get; init; } = PersistentMap<HostId, PeerKey>.Empty;

    /// <summary>The blocks of ports outside that hosts have, to translate sources to.</summary>
    public PortLeases PortLeases { get; init; } = PortLeases.None;

    /// <summary>Derived: devices by kind and name.</summary>
    public NameIndex Names { get; init; } = NameIndex.Empty;

    /// <summary>Derived: what simulation needs of each bridge's ports.</summary>
    public PersistentMap<BridgeId, BridgeIndex> BridgeIndexes { get; init; } = PersistentMap<BridgeId, BridgeIndex>.Empty;

    /// <summary>Derived: what simulation needs of each router's ports and routes.</summary>
    public PersistentMap<RouterId, RouterIndex> RouterIndexes { get; init; } = PersistentMap<RouterId, RouterIndex>.Empty;

    /// <summary>Derived: how many chains have a rule that asks about connections; without any, none are remembered.</summary>
    public int ConnectionChains { get; init; }

    /// <summary>Derived: which port each interface of a host is bound to.</summary>
    public PersistentMap<HostId, HostIndex> HostIndexes { get; init; } = PersistentMap<HostId, HostIndex>.Empty;

    /// <summary>Derived: whose each underlay address is.</summary>
    /// <remarks>Where two hosts claim one address the lower id stands here.</remarks>
    public PersistentMap<IpAddress, HostId> UnderlayAddresses { get; init; } = PersistentMap<IpAddress, HostId>.Empty;

    /// <summary>Derived: for every device that others name, who names it, and how often; <see cref="ReferrersOf"/> finds all.</summary>
    /// <remarks>Not the ports of bridges, routers and hosts, which the indexes of these hold.</remarks>
    public PersistentMap<DeviceRef, PersistentMap<DeviceRef, int>> Referrers { get; init; } =
        PersistentMap<DeviceRef, PersistentMap<DeviceRef, int>>.Empty;

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

    /// <summary>The devices that name one, each once.</summary>
    public IEnumerable<DeviceRef> ReferrersOf(DeviceRef device)
    {
        IEnumerable<PortId> ports = device.Kind switch
        {
            DeviceKind.Bridge => BridgeIndexes.GetValueOrDefault(device.AsBridge, BridgeIndex.Empty).Ports,
            DeviceKind.Router => RouterIndexes.GetValueOrDefault(device.AsRouter, RouterIndex.Empty).Ports,
            DeviceKind.Host => HostIndexes.GetValueOrDefault(new HostId(device.Id), HostIndex.Empty).Ports,
            _ => [],
        };
        var others = Referrers.TryGetValue(device, out var counts) ? counts.Keys : [];
        return ports.Select(port => (DeviceRef)port).Concat(others);
    }

    /// <summary>Finds a device by kind and name.</summary>
    public Device? Find(DeviceKind kind, DeviceName name) => Names.TryGetValue((kind, name), out var reference) ? Find(reference) : null;
}
