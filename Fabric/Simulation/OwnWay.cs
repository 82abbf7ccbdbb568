using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>By which port, to which station and from which address a router itself speaks to another.</summary>
/// <param name="Port">The port.</param>
/// <param name="Source">The router's address there.</param>
/// <param name="Hop">The next hop.</param>
/// <param name="Mac">The next hop's Ethernet address; null if it must be asked for.</param>
public readonly record struct OwnWay(Port Port, IpAddress Source, IpAddress Hop, MacAddress? Mac)
{
    /// <summary>Finds the way; false if there is none.</summary>
    /// <remarks>The first of several routes of equal cost: what the router itself says is little. Routes for some sources are not for it.</remarks>
    /// <param name="topology">The description.</param>
    /// <param name="learned">The learned facts.</param>
    /// <param name="router">The router.</param>
    /// <param name="destination">Whom it speaks to.</param>
    /// <param name="way">The way.</param>
    public static bool TryFind(TopologySnapshot topology, LearnedSnapshot learned, RouterId router, IpAddress destination, out OwnWay way)
    {
        way = default;
        if (topology.Routers.GetValueOrDefault(router) is not { IsAdminUp: true })
            return false;
        var table = topology.RouterIndexes.GetValueOrDefault(router, RouterIndex.Empty).Table;
        var match = table.Find(destination);
        while (match.Own is null && !match.Routes.IsEmpty)
        {
            foreach (var route in match.Routes)
            {
                if (route.Source.Length > 0)
                    continue;
                if (route.Kind != RouteKind.Forward)
                    return false;
                if (TryLeave(topology, learned, route, destination, out way))
                    return true;
            }
            if (match.Length == 0)
                break;
            match = table.Find(destination, match.Length - 1);
        }
        return false;
    }

    private static bool TryLeave(TopologySnapshot topology, LearnedSnapshot learned, Route route, IpAddress destination, out OwnWay way)
    {
        way = default;
        if (route.Port is not { } id || topology.Ports.GetValueOrDefault(id) is not { IsAdminUp: true } port)
            return false;
        if (!port.IsInterior && (port.Binding is null || learned.DownPorts.Contains(id)))
            return false;
        var hop = route.Gateway ?? destination;
        if (port.Mac is null || !PortAddressing.IsOnLink(port, hop) || PortAddressing.SourceFor(port, hop) is not { } source)
            return false;
        way = new OwnWay(port, source, hop, MacOf(topology, learned, port, hop));
        return true;
    }

    private static MacAddress? MacOf(TopologySnapshot topology, LearnedSnapshot learned, Port port, IpAddress hop)
    {
        if (port.Peer is { } peerId && topology.Ports.GetValueOrDefault(peerId) is { } peer)
        {
            if (peer.IsRouterPort)
                return PortAddressing.Owns(peer, hop) ? peer.Mac : null;
            var index = topology.BridgeIndexes.GetValueOrDefault(peer.Owner.AsBridge, BridgeIndex.Empty);
            if (index.Addresses.TryGetValue(hop, out var known))
                return known;
        }
        return learned.Neighbors.TryGetValue(new NeighborKey(port.Id, hop), out var mac) ? mac : null;
    }
}
