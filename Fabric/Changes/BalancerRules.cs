using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a router's pools and balancers: each by itself, and no two for one address and port.</summary>
internal static class BalancerRules
{
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;

    public static Rejection? Check(Router router)
    {
        foreach (var (name, pool) in router.Pools)
        {
            if (name != pool.Name || !DeviceName.IsLegalPart(name))
                return Invalid(router, $"pool '{pool.Name}'", "cannot have that name: use letters, digits, '-', '_' and '.'");
            if (FaultOf(pool) is { } fault)
                return Invalid(router, $"pool '{name}'", fault);
            foreach (var member in pool.Members.Values)
            {
                if (NatRules.EmbeddingOf(router, member.Address) is { } embedding)
                    return Invalid(
                        router,
                        pool,
                        member,
                        $"has {member.Address}, which {NatRules.Embeds(embedding)}: use a station's address"
                    );
            }
        }
        foreach (var (name, balancer) in router.Balancers)
        {
            if (name != balancer.Name || !DeviceName.IsLegalPart(name))
                return Invalid(router, balancer, "cannot have that name: use letters, digits, '-', '_' and '.'");
            if ((FaultOf(balancer) ?? FaultOfPool(router, balancer) ?? FindOverlap(router, balancer)) is { } fault)
                return Invalid(router, balancer, fault);
        }
        return null;
    }

    /// <summary>An address that clients speak to is no port's, and the members of a pool are where the router's ports or routes lead.</summary>
    public static Rejection? Check(TopologySnapshot topology, Router router)
    {
        var index = topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty);
        foreach (var balancer in router.Balancers.Values)
        {
            if (index.LocalAddresses.TryGetValue(balancer.Address, out _))
                return Invalid(router, balancer, $"is for {balancer.Address}, which a port of the router has: use another address");
        }
        foreach (var pool in router.Pools.Values)
        {
            foreach (var member in pool.Members.Values)
            {
                if (index.LocalAddresses.TryGetValue(member.Address, out _))
                    return Invalid(router, pool, member, $"has {member.Address}, which a port of the router has: use a station's address");
                if (!IsReached(topology, router, index, member.Address))
                    return Invalid(
                        router,
                        pool,
                        member,
                        $"has {member.Address}, which is in no subnet of the router's ports and has no route: give a port an address there"
                    );
            }
        }
        return null;
    }

    private static Rejection Invalid(Router router, Balancer balancer, string fault) =>
        Invalid(router, $"balancer '{balancer.Name}'", fault);

    private static Rejection Invalid(Router router, Pool pool, PoolMember member, string fault) =>
        Invalid(router, $"member '{member.Name}' of pool '{pool.Name}'", fault);

    private static Rejection Invalid(Router router, string what, string fault) =>
        Refusal.Invalid($"{what} of {Refusal.Of(router)} {fault}", router.Ref);

    /// <summary>What is wrong with a pool and what to do, as the end of a sentence that begins with the pool; or null.</summary>
    private static string? FaultOf(Pool pool)
    {
        if (!Enum.IsDefined(pool.Method))
            return "has no method: make it maglev, source or least-connections";
        if (pool.Members.Count > Pool.MaxMembers)
            return $"has {pool.Members.Count} members: use {Pool.MaxMembers} at most";
        var ends = new HashSet<(IpAddress, ushort?)>();
        foreach (var (name, member) in pool.Members)
        {
            if (name != member.Name || !DeviceName.IsLegalPart(name))
                return $"has member '{member.Name}', which cannot have that name: use letters, digits, '-', '_' and '.'";
            if (FaultOf(member) is { } fault)
                return $"has member '{name}', which {fault}";
            if (!ends.Add((member.Address, member.Port)))
                return $"has two members at {member.Address}: list it once, with a greater weight";
        }
        if (CheckRules.FaultOf(pool) is { } check)
            return check;
        var first = pool.Members.Values.FirstOrDefault();
        return first is not null && pool.Members.Values.Any(member => member.Address.Family != first.Address.Family)
            ? "has members of IPv4 and IPv6: make a pool of each"
            : null;
    }

    private static string? FaultOf(PoolMember member)
    {
        if (AddressFaults.OfStation(member.Address) is { } fault)
            return $"has {member.Address}, which {fault}: use a station's address";
        if (member.Port == 0)
            return "listens at port 0, which is none: use 1 or more";
        if (member.Weight is < 1 or > PoolMember.MaxWeight)
            return $"has weight {member.Weight}: use 1 to {PoolMember.MaxWeight}, and state draining for none";
        return Enum.IsDefined(member.State) ? null : "has no state: make it up, draining or down";
    }

    private static string? FaultOf(Balancer balancer)
    {
        if (AddressFaults.OfStation(balancer.Address) is { } fault)
            return $"is for {balancer.Address}, which {fault}: use a station's address";
        if (balancer.Ports.First > balancer.Ports.Last)
            return $"has a range of no ports: {balancer.Ports.First} to {balancer.Ports.Last}";
        if (balancer.Ports.First == 0)
            return "is for port 0, which is none: begin with 1 or more";
        return balancer.Protocol is null or ProtocolTcp or ProtocolUdp
            ? null
            : $"is for protocol {balancer.Protocol}: make it TCP or UDP, or leave it out for both";
    }

    private static string? FaultOfPool(Router router, Balancer balancer)
    {
        if (!router.Pools.TryGetValue(balancer.Pool, out var pool))
            return $"is for pool '{balancer.Pool}', which the router does not have: add it under pools";
        var other = pool.Members.Values.FirstOrDefault(member => member.Address.Family != balancer.Address.Family);
        if (other is not null)
            return $"is for {balancer.Address} and pool '{pool.Name}' has {other.Address}: use one IP version";
        return pool.Members.Values.Any(member => member.Address == balancer.Address)
            ? $"is for {balancer.Address}, which is a member of pool '{pool.Name}': use another address"
            : null;
    }

    private static string? FindOverlap(Router router, Balancer balancer)
    {
        foreach (var other in router.Balancers.Values)
        {
            var isApart =
                other.Address != balancer.Address
                || other.Ports.First > balancer.Ports.Last
                || balancer.Ports.First > other.Ports.Last
                || other.Protocol is { } a && balancer.Protocol is { } b && a != b;
            if (!ReferenceEquals(other, balancer) && !isApart)
                return $"and balancer '{other.Name}' are for one address and port: give each its own";
        }
        if (NatRules.EmbeddingOf(router, balancer.Address) is { } embedding)
            return $"is for {balancer.Address}, which {NatRules.Embeds(embedding)}: use another address";
        var rule = router.Nat.Values.FirstOrDefault(rule => IsOfBoth(rule, balancer));
        return rule is null
            ? null
            : $"and NAT rule '{rule.Name}' are for one address and port outside, {balancer.Address}: give each its own";
    }

    /// <summary>As between rules: one address may be for some ports of a balancer, for others of a destination, and give sources ports.</summary>
    private static bool IsOfBoth(NatRule rule, Balancer balancer)
    {
        if (rule.OutsideRange is not { } outside || !outside.Contains(balancer.Address) || rule.Kind == NatKind.Source)
            return false;
        var isOtherProtocol = rule.Protocol is { } a && (balancer.Protocol is { } b ? a != b : a is not (ProtocolTcp or ProtocolUdp));
        var areOtherPorts = rule.Ports is { } ports && (ports.First > balancer.Ports.Last || balancer.Ports.First > ports.Last);
        return rule.Kind is NatKind.Static or NatKind.Prefix or NatKind.Nat64 || !isOtherProtocol && !areOtherPorts;
    }

    /// <summary>A port's subnet or a route that is not for everything leads there: what only the default route takes is no place of a pool.</summary>
    private static bool IsReached(TopologySnapshot topology, Router router, RouterIndex index, IpAddress address)
    {
        foreach (var id in index.Ports)
        {
            if (topology.Ports.TryGetValue(id, out var port) && port.Addresses.Any(own => own.Subnet.Contains(address)))
                return true;
        }
        return router.Routes.Values.Any(route =>
            route.Kind == RouteKind.Forward && route.Destination.Length > 0 && route.Destination.Contains(address)
        );
    }
}
