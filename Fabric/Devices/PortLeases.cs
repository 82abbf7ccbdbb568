using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>Which blocks of the ports that routers translate sources to are leased to which host.</summary>
/// <remarks>Immutable. Not described by anybody: hosts ask for blocks and give them back, and lose them when they are deleted.</remarks>
public sealed record PortLeases
{
    /// <summary>Nothing is leased.</summary>
    public static PortLeases None { get; } = new();

    /// <summary>The leases of routers, by their addresses outside.</summary>
    public PersistentMap<RouterId, PersistentMap<IpAddress, AddressLeases>> ByRouter { get; init; } =
        PersistentMap<RouterId, PersistentMap<IpAddress, AddressLeases>>.Empty;

    /// <summary>The leases of an address of a router.</summary>
    public AddressLeases Of(RouterId router, IpAddress address) => OfRouter(router).GetValueOrDefault(address, AddressLeases.None);

    /// <summary>The leases of a router, by address.</summary>
    public PersistentMap<IpAddress, AddressLeases> OfRouter(RouterId router) =>
        ByRouter.GetValueOrDefault(router, PersistentMap<IpAddress, AddressLeases>.Empty);

    /// <summary>With more blocks leased to a host.</summary>
    public PortLeases With(RouterId router, HostId host, ImmutableArray<PortBlocks> blocks) =>
        Change(router, blocks, (leases, some) => leases.With(host, some.First, some.Count));

    /// <summary>With blocks that a host has given back.</summary>
    public PortLeases Without(RouterId router, HostId host, ImmutableArray<PortBlocks> blocks) =>
        Change(router, blocks, (leases, some) => leases.Without(host, some.First, some.Count));

    /// <summary>Without those of a router.</summary>
    public PortLeases Without(RouterId router) => ByRouter.ContainsKey(router) ? this with { ByRouter = ByRouter.Remove(router) } : this;

    /// <summary>Without those of a host; costs all that is leased.</summary>
    public PortLeases Without(HostId host)
    {
        var byRouter = ByRouter;
        foreach (var (router, addresses) in ByRouter)
        {
            var rest = addresses;
            foreach (var (address, leases) in addresses)
            {
                if (leases.Without(host) is var without && !ReferenceEquals(without, leases))
                    rest = rest.SetItem(address, without);
            }
            if (!ReferenceEquals(rest, addresses))
                byRouter = byRouter.SetItem(router, rest);
        }
        return ReferenceEquals(byRouter, ByRouter) ? this : this with { ByRouter = byRouter };
    }

    /// <summary>The blocks of a host at a router, lowest first within each address.</summary>
    public IEnumerable<PortBlocks> BlocksOf(RouterId router, HostId host) =>
        from pair in OfRouter(router)
        from run in pair.Value.Runs
        where run.Host == host
        select new PortBlocks(pair.Key, run.First, run.Count);

    private PortLeases Change(RouterId router, ImmutableArray<PortBlocks> blocks, Func<AddressLeases, PortBlocks, AddressLeases> change)
    {
        var addresses = OfRouter(router);
        foreach (var some in blocks)
        {
            if (some.IsLegal)
                addresses = addresses.SetItem(some.Address, change(addresses.GetValueOrDefault(some.Address, AddressLeases.None), some));
        }
        return this with { ByRouter = ByRouter.SetItem(router, addresses) };
    }
}
