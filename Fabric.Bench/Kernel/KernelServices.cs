using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Bench.Kernel;

/// <summary>What the router of the network can do to connections from the left guest to the right one.</summary>
internal static class KernelServices
{
    /// <summary>The address that the router balances.</summary>
    public const string Vip = "192.0.2.80";

    /// <summary>The addresses that it translates sources to.</summary>
    public const string OutsidePrefix = "192.0.2.0/28";

    private const int Members = 4;

    /// <summary>It routes, and no more.</summary>
    public static Router Plain(Router router) =>
        router with
        {
            Nat = router.Nat.Clear(),
            Pools = router.Pools.Clear(),
            Balancers = router.Balancers.Clear(),
        };

    /// <summary>It translates the source of what leaves by the outside.</summary>
    public static Router Translating(Router router)
    {
        var outside = IpPrefix.Parse(OutsidePrefix);
        var rule = new NatRule
        {
            Name = "out",
            Kind = NatKind.Source,
            Port = KernelNetwork.Outside,
            Outside = new AddressRange(outside.Address, outside.Last),
        };
        return router with { Nat = router.Nat.SetItem(rule.Name, rule) };
    }

    /// <summary>It spreads what comes to <see cref="Vip"/> over addresses of the right station.</summary>
    public static Router Balancing(Router router)
    {
        var pool = new Pool { Name = "web" };
        foreach (var number in Enumerable.Range(1, Members))
        {
            var member = new PoolMember { Name = $"m{number}", Address = IpAddress.Parse($"10.9.0.{number}") };
            pool = pool with { Members = pool.Members.SetItem(member.Name, member) };
        }
        var balancer = new Balancer
        {
            Name = "vip",
            Address = IpAddress.Parse(Vip),
            Ports = new PortRange(1, ushort.MaxValue),
            Pool = pool.Name,
        };
        return router with { Pools = router.Pools.SetItem(pool.Name, pool), Balancers = router.Balancers.SetItem(balancer.Name, balancer) };
    }
}
