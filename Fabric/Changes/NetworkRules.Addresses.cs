using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

internal static partial class NetworkRules
{
    /// <summary>A station is behind one port of a bridge, and an address is one station's.</summary>
    private static Rejection? CheckStations(TopologySnapshot topology, List<Port> ports)
    {
        foreach (var port in ports)
        {
            var peer = port.Peer is { } id ? topology.Ports.GetValueOrDefault(id) : null;
            var rejection = CheckStations(topology, port.Owner) ?? (peer is null ? null : CheckStations(topology, peer.Owner));
            if (rejection is not null)
                return rejection;
        }
        return null;
    }

    private static Rejection? CheckStations(TopologySnapshot topology, DeviceRef owner)
    {
        if (
            owner.Kind != DeviceKind.Bridge
            || !topology.BridgeIndexes.TryGetValue(owner.AsBridge, out var index)
            || index.Conflicts.IsEmpty
        )
            return null;
        var conflict = index.Conflicts[0];
        var claimed = conflict.Mac is { } mac ? $"Ethernet address {mac}" : $"address {conflict.Address}";
        return new Rejection(
            RejectionReason.Conflict,
            $"{Refusal.Of(topology, conflict.Holder)} and {Refusal.Of(topology, conflict.Rival)} would both have {claimed} on {Refusal.Of(topology, owner)}: change one of them",
            conflict.Rival,
            conflict.Holder
        );
    }

    /// <summary>Subnets of two ports of a router do not overlap; link-local ones are each of its own link.</summary>
    private static Rejection? CheckSubnets(Draft draft, List<Port> ports)
    {
        var routers = ports
            .Where(port => port.IsRouterPort && HasOtherAddresses(draft.Before, port))
            .Select(port => port.Owner.AsRouter)
            .Distinct();
        foreach (var router in routers)
        {
            if (FindOverlap(draft.Now, router) is not var (first, second))
                continue;
            return new Rejection(
                RejectionReason.Conflict,
                $"{Refusal.Of(first.Port)} and {Refusal.Of(second.Port)} of {Refusal.Of(draft.Now, router)} would have overlapping subnets {first.Subnet} and {second.Subnet}: change one of them",
                second.Port.Ref,
                first.Port.Ref
            );
        }
        return null;
    }

    private static bool HasOtherAddresses(TopologySnapshot before, Port port) =>
        !before.Ports.TryGetValue(port.Id, out var old) || !old.Addresses.SequenceEqual(port.Addresses);

    private static ((IpPrefix Subnet, Port Port), (IpPrefix Subnet, Port Port))? FindOverlap(TopologySnapshot topology, RouterId router)
    {
        var subnets = new List<(IpPrefix Subnet, Port Port)>();
        foreach (var id in topology.RouterIndexes[router].Ports)
        {
            var port = topology.Ports[id];
            subnets.AddRange(port.Addresses.Where(own => !IsOfOneLink(own.Address)).Select(own => (own.Subnet, port)));
        }
        subnets.Sort((left, right) => (left.Subnet, left.Port.Id).CompareTo((right.Subnet, right.Port.Id)));
        // In this order a subnet follows those that hold it; these are on the stack, outermost first.
        var holders = new Stack<(IpPrefix Subnet, Port Port)>();
        foreach (var current in subnets)
        {
            while (holders.TryPeek(out var top) && !top.Subnet.Contains(current.Subnet))
                holders.Pop();
            foreach (var holder in holders)
            {
                if (holder.Port.Id != current.Port.Id)
                    return (holder, current);
            }
            holders.Push(current);
        }
        return null;
    }

    /// <summary>A route leaves by a port of its own router, and its gateway is on that port's link.</summary>
    private static Rejection? CheckRoutes(Draft draft, List<Port> ports)
    {
        foreach (var happened in draft.Events)
        {
            var rejection = happened switch
            {
                TopologyEvent.RoutePut put => CheckRoute(draft.Now, put.Router, put.Route.Name),
                TopologyEvent.DeviceCreated { Device: Router router } => CheckRoutes(draft.Now, router.Id, null),
                TopologyEvent.DeviceUpdated { Device: Router router } => CheckRoutes(draft.Now, router.Id, null),
                _ => null,
            };
            if (rejection is not null)
                return rejection;
        }
        foreach (var port in ports.Where(port => port.IsRouterPort && HasOtherAddresses(draft.Before, port)))
        {
            var isNamed = draft.Now.Referrers.TryGetValue(port.Id, out var referrers) && referrers.ContainsKey(port.Owner);
            if (isNamed && CheckRoutes(draft.Now, port.Owner.AsRouter, port.Id) is { } rejection)
                return rejection;
        }
        return null;
    }

    /// <summary>What a router translates fits its ports.</summary>
    private static Rejection? CheckNat(Draft draft, List<Port> ports)
    {
        var routers = draft
            .Events.Select(happened => happened.Subject)
            .Where(subject => subject.Kind == DeviceKind.Router)
            .Concat(ports.Where(port => port.IsRouterPort).Select(port => port.Owner));
        foreach (var reference in routers.Distinct())
        {
            if (!draft.Now.Routers.TryGetValue(reference.AsRouter, out var router) || !router.Translates && router.Pools.IsEmpty)
                continue;
            if ((NatRules.Check(draft.Now, router) ?? BalancerRules.Check(draft.Now, router)) is { } rejection)
                return rejection;
        }
        return null;
    }

    private static Rejection? CheckRoutes(TopologySnapshot topology, RouterId router, PortId? by) =>
        topology.Routers.TryGetValue(router, out var known)
            ? known
                .Routes.Values.Where(route => by is null || route.Port == by)
                .Select(route => Check(topology, known, route))
                .FirstOrDefault(r => r is not null)
            : null;

    private static Rejection? CheckRoute(TopologySnapshot topology, RouterId router, string name) =>
        topology.Routers.TryGetValue(router, out var known) && known.Routes.TryGetValue(name, out var route)
            ? Check(topology, known, route)
            : null;

    private static Rejection? Check(TopologySnapshot topology, Router router, Route route)
    {
        if (route.Port is not { } id || !topology.Ports.TryGetValue(id, out var port))
            return null;
        if (port.Owner != router.Ref)
        {
            return new Rejection(
                RejectionReason.Conflict,
                $"route '{route.Name}' of {Refusal.Of(router)} cannot leave by {Refusal.Of(port)}, which belongs to {Refusal.Of(topology, port.Owner)}: name a port of the router",
                router.Ref,
                port.Ref
            );
        }
        if (route.Gateway is not { } gateway || IsOnLink(port, gateway))
            return null;
        var isOwn = port.Addresses.Any(own => own.Address == gateway);
        return new Rejection(
            RejectionReason.Conflict,
            $"route '{route.Name}' of {Refusal.Of(router)} has gateway {gateway}, which is {(isOwn ? "the address" : "in no subnet")} of {Refusal.Of(port)}: name a station on that port's link",
            router.Ref,
            port.Ref
        );
    }

    /// <summary>A link-local gateway is on the link of whichever port it is asked for.</summary>
    private static bool IsOnLink(Port port, IpAddress gateway) =>
        port.Addresses.All(own => own.Address != gateway)
        && (IsOfOneLink(gateway) || port.Addresses.Any(own => own.Subnet.Contains(gateway)));

    /// <summary>RFC 4291, section 2.5.6.</summary>
    private static bool IsOfOneLink(IpAddress address) => address is { Family: IpFamily.V6, IsLinkLocal: true };
}
