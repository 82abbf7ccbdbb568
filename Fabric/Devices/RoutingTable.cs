using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>A router's routes and own addresses by destination prefix, for both versions.</summary>
/// <remarks>
/// Immutable; any thread. A change copies the nodes on the way to one prefix, at most 33 or 129, and shares all others.
/// Own addresses are entries of the same trie, so that one walk tells with the fewest bits whether a packet is for the router.
/// </remarks>
public sealed class RoutingTable
{
    /// <summary>How the names of connected routes begin; no configured name holds a colon.</summary>
    internal const string ConnectedPrefix = "connected:";

    private readonly RouteNode? _v4;
    private readonly RouteNode? _v6;

    private RoutingTable(RouteNode? v4, RouteNode? v6)
    {
        _v4 = v4;
        _v6 = v6;
    }

    /// <summary>The table without routes.</summary>
    public static RoutingTable Empty { get; } = new(null, null);

    /// <summary>The table with a route added, in place of the route of that name and destination if there is one.</summary>
    /// <remarks>A route whose destination changed is another entry: take the old value out first.</remarks>
    public RoutingTable With(Route route)
    {
        var entry = EntryOf(route.Destination);
        return Put(route.Destination, entry with { Routes = Insert(Remove(entry.Routes, route.Name), route) });
    }

    /// <summary>The table without the route of that name and destination; the same table if it has none.</summary>
    public RoutingTable Without(Route route)
    {
        var entry = EntryOf(route.Destination);
        var rest = Remove(entry.Routes, route.Name);
        return rest.Length == entry.Routes.Length ? this : Put(route.Destination, entry with { Routes = rest });
    }

    /// <summary>The table with what a router port brings: its own addresses, and its subnets as routes of metric 0.</summary>
    /// <remarks>Call it with the port as it is; when the port changes, take the old value out first.</remarks>
    public RoutingTable With(Port port)
    {
        var table = this;
        foreach (var own in port.Addresses)
        {
            if (IsOfLinkOnly(own.Address))
                continue;
            var self = IpPrefix.Host(own.Address);
            var entry = table.EntryOf(self);
            table = table.Put(self, entry with { Own = Insert(entry.Own, port.Id) });
            if (HasSubnet(own))
                table = table.With(Connected(port.Id, own.Subnet));
        }
        return table;
    }

    /// <summary>The table without what that value of a router port brought.</summary>
    public RoutingTable Without(Port port)
    {
        var table = this;
        foreach (var own in port.Addresses)
        {
            if (IsOfLinkOnly(own.Address))
                continue;
            var self = IpPrefix.Host(own.Address);
            var entry = table.EntryOf(self);
            table = table.Put(self, entry with { Own = entry.Own.Remove(port.Id) });
            if (HasSubnet(own))
                table = table.Without(Connected(port.Id, own.Subnet));
        }
        return table;
    }

    /// <summary>The route that a port's subnet is without being configured.</summary>
    public static Route Connected(PortId port, IpPrefix subnet) =>
        new()
        {
            Name = $"{ConnectedPrefix}{port}:{subnet}",
            Destination = subnet,
            Source = IpPrefix.All(subnet.Family),
            Port = port,
            Metric = 0,
        };

    /// <summary>All routes, connected ones included, in the order of their destinations.</summary>
    public IReadOnlyList<Route> ToList()
    {
        var routes = new List<Route>();
        RouteNode.Collect(_v4, routes);
        RouteNode.Collect(_v6, routes);
        return routes;
    }

    /// <summary>Finds what the table holds for a destination.</summary>
    /// <param name="destination">The address.</param>
    /// <param name="maxLength">Bits that the routes' prefix may have at most; less than the width when longer ones were of no use.</param>
    public RouteMatch Find(IpAddress destination, int maxLength = 128)
    {
        var width = destination.Width;
        var bits = RouteNode.Align(destination);
        RouteNode? best = null;
        PortId? own = null;
        var toldApart = 0;
        for (var node = RootOf(destination.Family); node is not null; )
        {
            var common = RouteNode.CommonLength(node.Bits, bits);
            if (common < node.Length)
            {
                // The bit where the ways part excludes this node; the bits before it are shared with it.
                toldApart = common + 1;
                break;
            }
            if (node.Length <= maxLength && node.Entry.Routes.Length > 0)
                best = node;
            if (node.Length == width && node.Entry.Own.Length > 0)
                own = node.Entry.Own[0];
            if (node.IsLeaf)
            {
                toldApart = node.Length;
                break;
            }
            // Which way, is one more bit, also if nothing is there.
            toldApart = node.Length + 1;
            node = node.Child(bits);
        }
        var routes = best?.Entry.Routes ?? [];
        return new RouteMatch(routes, best?.Length ?? 0, new IpPrefix(destination, toldApart), own);
    }

    /// <summary>A link-local IPv6 address is valid on its link only (RFC 4291, section 2.5.6), so the table does not know it.</summary>
    private static bool IsOfLinkOnly(IpAddress address) => address.Family == IpFamily.V6 && address.IsLinkLocal;

    private static bool HasSubnet(InterfaceAddress own) => own.PrefixLength < own.Address.Width;

    private RouteNode? RootOf(IpFamily family) => family == IpFamily.V4 ? _v4 : _v6;

    private RouteEntry EntryOf(IpPrefix prefix) => RouteNode.EntryOf(RootOf(prefix.Family), RouteNode.Align(prefix.Address), prefix.Length);

    private RoutingTable Put(IpPrefix prefix, RouteEntry entry)
    {
        var root = RouteNode.Put(RootOf(prefix.Family), RouteNode.Align(prefix.Address), prefix.Length, entry);
        return prefix.Family == IpFamily.V4 ? new RoutingTable(root, _v6) : new RoutingTable(_v4, root);
    }

    private static ImmutableArray<Route> Remove(ImmutableArray<Route> routes, string name)
    {
        for (var i = 0; i < routes.Length; i++)
        {
            if (routes[i].Name == name)
                return routes.RemoveAt(i);
        }
        return routes;
    }

    /// <summary>Keeps the order in which a search wants them: lowest metric first, then by name so that all nodes agree.</summary>
    private static ImmutableArray<Route> Insert(ImmutableArray<Route> routes, Route route)
    {
        var i = 0;
        while (i < routes.Length && IsBefore(routes[i], route))
            i++;
        return routes.Insert(i, route);
    }

    /// <summary>Two ports of one address are refused by the rules of the network; within one entry they may meet, and the lowest id counts.</summary>
    private static ImmutableArray<PortId> Insert(ImmutableArray<PortId> ports, PortId port)
    {
        var place = ports.BinarySearch(port);
        return place >= 0 ? ports : ports.Insert(~place, port);
    }

    private static bool IsBefore(Route left, Route right) =>
        left.Metric != right.Metric ? left.Metric < right.Metric : string.CompareOrdinal(left.Name, right.Name) < 0;
}
