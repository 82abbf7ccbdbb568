using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of blocks of ports and of who has which.</summary>
internal static class PortLeaseLayouts
{
    public static Layout<PortBlocks> Blocks { get; } =
        new Layout<PortBlocks>("port blocks", default)
            .Required(1, ValueCodec.Ip, blocks => blocks.Address, (blocks, address) => blocks with { Address = address })
            .Required(2, ValueCodec.Int32, blocks => blocks.First, (blocks, first) => blocks with { First = first })
            .Required(3, ValueCodec.Int32, blocks => blocks.Count, (blocks, count) => blocks with { Count = count });

    public static Layout<PortWish> Wish { get; } =
        new Layout<PortWish>("port wish", default)
            .Required(1, ValueCodec.Ip, wish => wish.Address, (wish, address) => wish with { Address = address })
            .Required(2, ValueCodec.Int32, wish => wish.Blocks, (wish, blocks) => wish with { Blocks = blocks });

    private static readonly Layout<LeasedRun> _run = new Layout<LeasedRun>("leased ports", default)
        .Required(1, ValueCodec.Int32, run => run.First, (run, first) => run with { First = first })
        .Required(2, ValueCodec.Int32, run => run.Count, (run, count) => run with { Count = count })
        .Required(3, ValueCodec.Host, run => run.Host, (run, host) => run with { Host = host });

    private static readonly Layout<KeyValuePair<IpAddress, AddressLeases>> _address = new Layout<KeyValuePair<IpAddress, AddressLeases>>(
        "leases of an address",
        new(default, AddressLeases.None)
    )
        .Required(1, ValueCodec.Ip, pair => pair.Key, (pair, address) => new(address, pair.Value))
        .Required(2, ValueCodec.Int32, pair => pair.Value.Last, (pair, last) => new(pair.Key, pair.Value with { Last = last }))
        .Repeated(3, _run, pair => pair.Value.Runs, (pair, runs) => new(pair.Key, pair.Value with { Runs = [.. runs] }));

    /// <summary>The leases of a router in a snapshot.</summary>
    public static Layout<KeyValuePair<RouterId, PersistentMap<IpAddress, AddressLeases>>> Router { get; } =
        new Layout<KeyValuePair<RouterId, PersistentMap<IpAddress, AddressLeases>>>(
            "leases of a router",
            new(default, PersistentMap<IpAddress, AddressLeases>.Empty)
        )
            .Required(1, ValueCodec.Router, pair => pair.Key, (pair, router) => new(router, pair.Value))
            .Repeated(
                2,
                _address,
                pair => pair.Value.OrderBy(leases => leases.Key),
                (pair, addresses) => new(pair.Key, addresses.ToPersistentMap(leases => leases.Key, leases => leases.Value))
            );
}
