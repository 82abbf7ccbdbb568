using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    /// <summary>The description with all derived indexes made anew; costs the network.</summary>
    internal static TopologySnapshot IndexFromScratch(TopologySnapshot topology)
    {
        var referrers = new Dictionary<DeviceRef, Dictionary<DeviceRef, int>>();
        var devices = TopologyAssembly.DevicesOf(topology).ToList();
        foreach (var device in devices)
        {
            foreach (var reference in Listed(device))
            {
                if (!referrers.TryGetValue(reference, out var counts))
                    referrers.Add(reference, counts = []);
                counts[device.Ref] = counts.GetValueOrDefault(device.Ref) + 1;
            }
        }
        return topology with
        {
            Names = NameIndex.Of(devices),
            Referrers = referrers.ToPersistentMap(pair => pair.Key, pair => pair.Value.ToPersistentMap()),
            TunnelKeys = topology.TunnelKeys.Indexed(),
            UnderlayAddresses = UnderlayFromScratch(topology),
            BridgeIndexes = BridgesFromScratch(topology),
            RouterIndexes = RoutersFromScratch(topology),
            HostIndexes = topology
                .Ports.Values.Where(port => port.Binding is not null)
                .GroupBy(port => port.Binding!.Value.Host)
                .ToPersistentMap(ports => ports.Key, IndexBindings),
        };
    }

    private static PersistentMap<BridgeId, BridgeIndex> BridgesFromScratch(TopologySnapshot topology) =>
        topology
            .Ports.Values.Where(port => port.IsBridgePort)
            .GroupBy(port => port.Owner.AsBridge)
            .ToPersistentMap(
                ports => ports.Key,
                ports => StationsFromScratch(topology, BridgeIndex.Empty with { Ports = [.. ports.Select(port => port.Id)] })
            );

    private static PersistentMap<RouterId, RouterIndex> RoutersFromScratch(TopologySnapshot topology)
    {
        var ports = topology.Ports.Values.Where(port => port.IsRouterPort).ToLookup(port => port.Owner.AsRouter);
        var routers = ports
            .Select(group => group.Key)
            .Concat(topology.Routers.Values.Where(r => !r.Routes.IsEmpty).Select(r => r.Id))
            .Distinct();
        return routers.ToPersistentMap(id => id, id => RouterFromScratch(topology, id, ports[id]));
    }

    private static RouterIndex RouterFromScratch(TopologySnapshot topology, RouterId id, IEnumerable<Port> ports)
    {
        var routes = topology.Routers.TryGetValue(id, out var router) ? router.Routes.Values : [];
        var index = RouterIndex.Empty with
        {
            Ports = [.. ports.Select(port => port.Id)],
            Table = ports.Aggregate(Exchange(RoutingTable.Empty, [], routes), (table, port) => table.With(port)),
        };
        return AddressesFromScratch(topology, index);
    }
}
