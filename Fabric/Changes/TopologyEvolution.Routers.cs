using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    private static TopologySnapshot PutRouter(TopologySnapshot topology, Router? old, Router router)
    {
        topology = topology with { Routers = topology.Routers.SetItem(router.Id, router) };
        if (ReferenceEquals(old?.Routes, router.Routes))
            return topology;
        return WithTable(topology, router.Id, table => Exchange(table, old?.Routes.Values ?? [], router.Routes.Values));
    }

    private static TopologySnapshot DeleteRouter(TopologySnapshot topology, Router router)
    {
        topology = topology with { Routers = topology.Routers.Remove(router.Id), PortLeases = topology.PortLeases.Without(router.Id) };
        return WithTable(topology, router.Id, table => Exchange(table, router.Routes.Values, []));
    }

    private static TopologySnapshot LeasePorts(TopologySnapshot topology, TopologyEvent.PortsLeased leased) =>
        topology.Routers.ContainsKey(leased.Router) && topology.Hosts.ContainsKey(leased.Host)
            ? topology with
            {
                PortLeases = topology.PortLeases.With(leased.Router, leased.Host, leased.Blocks),
            }
            : topology;

    private static TopologySnapshot ReturnPorts(TopologySnapshot topology, TopologyEvent.PortsReturned returned) =>
        topology.PortLeases.ByRouter.ContainsKey(returned.Router)
            ? topology with
            {
                PortLeases = topology.PortLeases.Without(returned.Router, returned.Host, returned.Blocks),
            }
            : topology;

    private static TopologySnapshot PutRoute(TopologySnapshot topology, TopologyEvent.RoutePut put)
    {
        if (!topology.Routers.TryGetValue(put.Router, out var router))
            return topology;
        var old = router.Routes.GetValueOrDefault(put.Route.Name);
        return WithRoutes(topology, router, router.Routes.SetItem(put.Route.Name, put.Route), old, put.Route);
    }

    private static TopologySnapshot DeleteRoute(TopologySnapshot topology, TopologyEvent.RouteDeleted deleted)
    {
        if (!topology.Routers.TryGetValue(deleted.Router, out var router) || !router.Routes.TryGetValue(deleted.Name, out var old))
            return topology;
        return WithRoutes(topology, router, router.Routes.Remove(deleted.Name), old, null);
    }

    private static TopologySnapshot WithRoutes(
        TopologySnapshot topology,
        Router router,
        ImmutableSortedDictionary<string, Route> routes,
        Route? old,
        Route? route
    )
    {
        router = router with { Routes = routes, Version = router.Version + 1 };
        topology = topology with { Routers = topology.Routers.SetItem(router.Id, router) };
        topology = Refer(topology, router.Ref, PortOf(old), PortOf(route));
        return WithTable(topology, router.Id, table => Exchange(table, old is null ? [] : [old], route is null ? [] : [route]));
    }

    private static IEnumerable<DeviceRef> PortOf(Route? route) => route?.Port is { } port ? [port] : [];

    /// <summary>Keeps the indexes of the routers that a changed port belonged and belongs to.</summary>
    private static TopologySnapshot ReindexRouters(TopologySnapshot topology, Port? old, Port? port)
    {
        if (old?.Owner == port?.Owner && old is not null && port is not null && old.Addresses.SequenceEqual(port.Addresses))
            return topology;
        if (old is { IsRouterPort: true })
            topology = RemoveAddresses(topology, old);
        if (port is { IsRouterPort: true })
            topology = AddAddresses(topology, port);
        return topology;
    }

    private static TopologySnapshot RemoveAddresses(TopologySnapshot topology, Port port)
    {
        var router = port.Owner.AsRouter;
        var index = topology.RouterIndexes.GetValueOrDefault(router, RouterIndex.Empty);
        index = index with { Table = index.Table.Without(port) };
        index = index.Conflicts.IsEmpty
            ? index with
            {
                LocalAddresses = index.LocalAddresses.RemoveRange(LocalAddresses(port)),
            }
            : AddressesFromScratch(topology, index);
        return With(topology, router, index);
    }

    private static TopologySnapshot AddAddresses(TopologySnapshot topology, Port port)
    {
        var router = port.Owner.AsRouter;
        var index = topology.RouterIndexes.GetValueOrDefault(router, RouterIndex.Empty);
        index = index with { Table = index.Table.With(port) };
        var isContested = !index.Conflicts.IsEmpty || LocalAddresses(port).Any(index.LocalAddresses.ContainsKey);
        index = isContested
            ? AddressesFromScratch(topology, index)
            : index with
            {
                LocalAddresses = index.LocalAddresses.AddRange(LocalAddresses(port).Select(own => KeyValuePair.Create(own, port.Id))),
            };
        return With(topology, router, index);
    }

    /// <summary>The addresses of a router port that are the router's own on every port; link-local ones hold on their link only (RFC 4291, section 2.5.6).</summary>
    private static IEnumerable<IpAddress> LocalAddresses(Port port) =>
        port.Addresses.Select(own => own.Address).Where(address => address is not { Family: IpFamily.V6, IsLinkLocal: true }).Distinct();

    private static RouterIndex AddressesFromScratch(TopologySnapshot topology, RouterIndex index)
    {
        var addresses = new Dictionary<IpAddress, PortId>();
        var conflicts = ImmutableArray.CreateBuilder<AddressConflict>();
        foreach (var id in index.Ports)
        {
            if (!topology.Ports.TryGetValue(id, out var port))
                continue;
            foreach (var address in LocalAddresses(port))
            {
                if (!addresses.TryAdd(address, id))
                    conflicts.Add(new AddressConflict(addresses[address], id, null, address));
            }
        }
        return index with { LocalAddresses = AddressMap<PortId>.Of(addresses), Conflicts = conflicts.ToImmutable() };
    }

    private static TopologySnapshot WithTable(TopologySnapshot topology, RouterId router, Func<RoutingTable, RoutingTable> change)
    {
        var index = topology.RouterIndexes.GetValueOrDefault(router, RouterIndex.Empty);
        return With(topology, router, index with { Table = change(index.Table) });
    }

    /// <summary>Takes routes out of a table and puts others in; what is in both stays untouched.</summary>
    private static RoutingTable Exchange(RoutingTable table, IEnumerable<Route> old, IEnumerable<Route> routes)
    {
        var kept = old.Intersect(routes).ToHashSet();
        foreach (var route in old.Where(route => !kept.Contains(route)))
            table = table.Without(route);
        foreach (var route in routes.Where(route => !kept.Contains(route)))
            table = table.With(route);
        return table;
    }

    private static TopologySnapshot With(TopologySnapshot topology, RouterId router, RouterIndex index)
    {
        // A router without ports and routes looks as if it had no index.
        var isEmpty = index.Ports.IsEmpty && (!topology.Routers.TryGetValue(router, out var known) || known.Routes.IsEmpty);
        return topology with
        {
            RouterIndexes = isEmpty ? topology.RouterIndexes.Remove(router) : topology.RouterIndexes.SetItem(router, index),
        };
    }
}
