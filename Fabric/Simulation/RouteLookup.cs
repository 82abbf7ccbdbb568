using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Chooses the route of a packet (RFC 1812, section 5.2.4.3), observing no more than it must.</summary>
internal static class RouteLookup
{
    /// <summary>Finds what a router's table holds for the packet's destination, and leaves the tag of the lookup.</summary>
    /// <remarks>
    /// The mask and the tag hold the destinations that the search did not tell apart, not the winner's prefix: the bits that
    /// exclude a longer prefix count as much as those that match.
    /// </remarks>
    public static RouteMatch Find(ref Walk walk, RouterId router, RoutingTable table, IpAddress destination)
    {
        var match = table.Find(destination);
        walk.Key.ObserveWide(FlowField.NwDst, match.ToldApart.Mask);
        walk.Tag(FlowTag.Prefix(FlowTagKind.Destination, router.Value, match.ToldApart));
        return match;
    }

    /// <summary>The packet's destination, unobserved: for <see cref="Find"/>, which observes what of it matters.</summary>
    public static IpAddress DestinationOf(ref Walk walk, IpFamily family) =>
        IpAddress.Of(family, walk.Key.Current.GetWide(FlowField.NwDst));

    /// <summary>The best route that can be used, from the longest prefix to the shortest; null if there is none.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="table">The router's table.</param>
    /// <param name="destination">The packet's.</param>
    /// <param name="match">What <see cref="Find"/> found.</param>
    /// <param name="isCutOff">There would be one, if the host of its port were reached.</param>
    public static Route? Choose(ref Walk walk, RoutingTable table, IpAddress destination, RouteMatch match, out bool isCutOff)
    {
        isCutOff = false;
        while (!match.Routes.IsEmpty)
        {
            if (BestOf(ref walk, match.Routes, ref isCutOff) is { } route)
                return route;
            if (match.Length == 0)
                break;
            match = table.Find(destination, match.Length - 1);
        }
        return null;
    }

    /// <summary>The best of one prefix: its lowest metric that can be used, and of several the one that the connection sticks to.</summary>
    private static Route? BestOf(ref Walk walk, ImmutableArray<Route> routes, ref bool isCutOff)
    {
        Route? best = null;
        ulong connection = 0;
        ResilientHash.Cost? lowest = null;
        foreach (var route in routes)
        {
            // Lowest metric first, so that the first one fixes it.
            if (best is not null && route.Metric != best.Metric)
                break;
            if (!IsUsable(ref walk, route, ref isCutOff))
                continue;
            if (best is null)
            {
                best = route;
                continue;
            }
            if (lowest is null)
            {
                // Only now is there a choice, which alone needs the connection.
                connection = ResilientHash.OfConnection(ref walk);
                lowest = ResilientHash.CostOf(connection, best);
            }
            var cost = ResilientHash.CostOf(connection, route);
            if (!cost.IsLess(lowest.Value))
                continue;
            best = route;
            lowest = cost;
        }
        return best;
    }

    private static bool IsUsable(ref Walk walk, Route route, ref bool isCutOff)
    {
        // A source of length 0 matches without a look.
        if (!walk.Key.MatchesWide(FlowField.NwSrc, route.Source.Address.Bits, route.Source.Mask))
            return false;
        return route.Kind switch
        {
            RouteKind.Forward => route.Port is { } port && CanLeaveBy(ref walk, port, ref isCutOff),
            RouteKind.Blackhole or RouteKind.Reject => true,
        };
    }

    /// <summary>Routes of a port that cannot send vanish, so that the next best takes over.</summary>
    private static bool CanLeaveBy(ref Walk walk, PortId id, ref bool isCutOff)
    {
        if (PortStep.Find(ref walk, id) is not { IsAdminUp: true } port)
            return false;
        if (port.IsInterior)
            return true;
        walk.Tag(FlowTag.Of(FlowTagKind.PortState, id.Value));
        if (port.Binding is not { } binding || walk.Learned.DownPorts.Contains(id))
            return false;
        var isReached = TunnelStep.IsReached(ref walk, binding.Host);
        isCutOff |= !isReached;
        return isReached;
    }
}
