using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Which addresses and ports a router may translate sources to.</summary>
public static class OutsidePorts
{
    /// <summary>The ports that are given unless a rule says otherwise.</summary>
    public static PortRange Usual { get; } = new(NatRule.FirstPort, ushort.MaxValue);

    /// <summary>A port's own address of a version to speak from: the first that is not link-local, or null.</summary>
    public static IpAddress? OwnOf(Port port, IpFamily family)
    {
        foreach (var own in port.Addresses)
        {
            if (own.Address.Family == family && !own.Address.IsLinkLocal)
                return own.Address;
        }
        return null;
    }

    /// <summary>The addresses that packets may be translated to as rules and balancers stand, but for those whose ports are stations'.</summary>
    /// <remarks>For a balancer those by which its members are reached now: clients on a member's link are told from each other by them.</remarks>
    public static IEnumerable<IpAddress> AddressesOf(TopologySnapshot topology, Router router)
    {
        var rules = router.Nat.Values.Where(IsLeased).SelectMany(rule => AddressesOf(topology, rule));
        return rules.Concat(TowardMembers(topology, router)).Distinct();
    }

    /// <summary>The ports of an address that some rule or balancer may give; none if none may.</summary>
    public static IEnumerable<PortRange> PortsOf(TopologySnapshot topology, Router router, IpAddress address)
    {
        foreach (var rule in router.Nat.Values)
        {
            if (!IsLeased(rule))
                continue;
            if (rule.Outside is { } outside ? outside.Contains(address) : AddressesOf(topology, rule).Contains(address))
                yield return rule.Ports ?? Usual;
        }
        var isOwn =
            !router.Balancers.IsEmpty
            && topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).LocalAddresses.ContainsKey(address);
        if (isOwn)
            yield return Usual;
    }

    /// <summary>The ports of an address are stations', by a deterministic rule of the router.</summary>
    public static bool AreStations(Router router, IpAddress address)
    {
        foreach (var rule in router.Nat.Values)
        {
            if (rule is { IsDeterministic: true, Outside: { } outside } && outside.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>The blocks of an address that hold such ports, by number; <see cref="PortBlocks.Whole"/> among them if any does.</summary>
    public static bool[] BlocksOf(TopologySnapshot topology, Router router, IpAddress address)
    {
        var blocks = new bool[PortBlocks.PerAddress];
        foreach (var ports in PortsOf(topology, router, address))
        {
            Array.Fill(blocks, true, PortBlocks.Of(ports.First), PortBlocks.Of(ports.Last) - PortBlocks.Of(ports.First) + 1);
            blocks[PortBlocks.Whole] = true;
        }
        return blocks;
    }

    /// <summary>The ports of a deterministic rule are each a station's, not a host's.</summary>
    private static bool IsLeased(NatRule rule) => rule is { Kind: NatKind.Source or NatKind.Nat64, IsDeterministic: false };

    private static IEnumerable<IpAddress> AddressesOf(TopologySnapshot topology, NatRule rule)
    {
        if (rule.Outside is { } outside)
        {
            for (var address = outside.First.Bits; ; address++)
            {
                yield return IpAddress.Of(outside.Family, address);
                if (address == outside.Last.Bits)
                    yield break;
            }
        }
        if (rule.Port is not { } id || !topology.Ports.TryGetValue(id, out var port))
            yield break;
        foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            if (OwnOf(port, family) is { } own)
                yield return own;
        }
    }

    private static IEnumerable<IpAddress> TowardMembers(TopologySnapshot topology, Router router)
    {
        if (router.Balancers.IsEmpty || !topology.RouterIndexes.TryGetValue(router.Id, out var index))
            yield break;
        foreach (var balancer in router.Balancers.Values)
        {
            if (!router.Pools.TryGetValue(balancer.Pool, out var pool))
                continue;
            foreach (var member in pool.Members.Values)
            {
                foreach (var route in index.Table.Find(member.Address).Routes)
                {
                    if (route.Port is { } id && topology.Ports.TryGetValue(id, out var port))
                    {
                        if (OwnOf(port, member.Address.Family) is { } own)
                            yield return own;
                    }
                }
            }
        }
    }
}
