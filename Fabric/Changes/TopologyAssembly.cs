using System.Diagnostics;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Makes a description of its devices at once: for a stored or received snapshot, where one event a device would be slow.</summary>
public static class TopologyAssembly
{
    /// <summary>The description that consists of some devices, each with the version that it has.</summary>
    /// <param name="position">The position of the journal that it is the state at.</param>
    /// <param name="devices">The devices in any order; of two with one id the later counts.</param>
    /// <param name="keys">Their tunnel keys; its derived parts are made anew.</param>
    public static TopologySnapshot Of(long position, IEnumerable<Device> devices, TunnelKeys? keys = null)
    {
        var parts = new Parts();
        foreach (var device in devices)
            parts.Add(device);
        var topology = TopologySnapshot.Empty with
        {
            Position = position,
            TunnelKeys = keys ?? TunnelKeys.None,
            Ports = parts.Ports.ToPersistentMap(),
            Bridges = parts.Bridges.ToPersistentMap(),
            Routers = parts.Routers.ToPersistentMap(),
            Chains = parts.Chains.ToPersistentMap(),
            ConnectionChains = parts.Chains.Values.Count(chain => chain.AsksConnections),
            AddressSets = parts.AddressSets.ToPersistentMap(),
            PortGroups = parts.PortGroups.ToPersistentMap(),
            Hosts = parts.Hosts.ToPersistentMap(),
        };
        return TopologyEvolution.IndexFromScratch(topology);
    }

    /// <summary>The devices of a description, by kind and then by id: the counterpart of <see cref="Of"/>.</summary>
    public static IEnumerable<Device> DevicesOf(TopologySnapshot topology) =>
        [
            .. topology.Hosts.Values.OrderBy(host => host.Id.Value),
            .. topology.AddressSets.Values.OrderBy(set => set.Id.Value),
            .. topology.PortGroups.Values.OrderBy(group => group.Id.Value),
            .. topology.Chains.Values.OrderBy(chain => chain.Id.Value),
            .. topology.Bridges.Values.OrderBy(bridge => bridge.Id.Value),
            .. topology.Routers.Values.OrderBy(router => router.Id.Value),
            .. topology.Ports.Values.OrderBy(port => port.Id),
        ];

    private sealed class Parts
    {
        public Dictionary<PortId, Port> Ports { get; } = [];
        public Dictionary<BridgeId, Bridge> Bridges { get; } = [];
        public Dictionary<RouterId, Router> Routers { get; } = [];
        public Dictionary<ChainId, Chain> Chains { get; } = [];
        public Dictionary<AddressSetId, AddressSet> AddressSets { get; } = [];
        public Dictionary<PortGroupId, PortGroup> PortGroups { get; } = [];
        public Dictionary<HostId, Host> Hosts { get; } = [];

        public void Add(Device device)
        {
            switch (device)
            {
                case Port port:
                    Ports[port.Id] = port;
                    break;
                case Bridge bridge:
                    Bridges[bridge.Id] = bridge;
                    break;
                case Router router:
                    Routers[router.Id] = router;
                    break;
                case Chain chain:
                    Chains[chain.Id] = chain;
                    break;
                case AddressSet set:
                    AddressSets[set.Id] = set;
                    break;
                case PortGroup group:
                    PortGroups[group.Id] = group;
                    break;
                case Host host:
                    Hosts[host.Id] = host;
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }
}
