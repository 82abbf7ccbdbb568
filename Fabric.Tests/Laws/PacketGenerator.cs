using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Tests.Laws;

/// <summary>Random packet headers over the values of a world.</summary>
internal sealed class PacketGenerator(Random random, WorldGenerator world)
{
    private readonly List<FlowKey> _before = [];

    /// <summary>Headers of a packet that could be on a wire; where there are connections, it may be one of before or an answer to it.</summary>
    public FlowKey Next(uint inPort)
    {
        if (!world.HasConnections)
            return NextAlone(inPort);
        var key = _before.Count > 0 && !world.Coin(3) ? Again(world.Pick(_before)) : Across(Aimed(NextAlone(inPort)));
        if (_before.Count == 8)
            _before.RemoveAt(0);
        _before.Add(key);
        return key;
    }

    /// <summary>Now and then for a balancer, which few packets would meet by chance.</summary>
    private FlowKey Aimed(FlowKey key)
    {
        var routers = world.Topology.Routers.Values.Where(router => !router.Balancers.IsEmpty).OrderBy(router => router.Id.Value).ToArray();
        if (routers.Length == 0 || !world.Coin(3))
            return key;
        var router = world.Pick(routers);
        var balancer = world.Pick(router.Balancers.Values.ToArray());
        if (world.Any(world.Topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Ports) is not { } id)
            return key;
        var family = balancer.Address.Family;
        var aimed = new FlowKey { InPort = key.InPort, EthSrc = key.EthSrc };
        aimed.EthDst = world.Topology.Ports[id].Mac ?? key.EthDst;
        aimed.EthType = (ushort)(family == IpFamily.V4 ? 0x0800 : 0x86dd);
        (aimed.NwSrc, aimed.NwDst, aimed.IpTtl) = (world.AnyAddress(family), balancer.Address, 64);
        (aimed.TpSrc, aimed.TpDst, aimed.IpProto) = (world.Pick(Pools.Ports), balancer.Ports.First, (byte)(world.Coin() ? 6 : 17));
        if (aimed.IpProto == 6)
            aimed.Set(FlowField.TcpFlags, 2);
        return aimed;
    }

    /// <summary>Now and then for a router between IPv6 and IPv4, from either side.</summary>
    private FlowKey Across(FlowKey key)
    {
        var rules = world
            .Topology.Routers.Values.OrderBy(router => router.Id.Value)
            .SelectMany(router => router.Nat.Values.Where(rule => rule.Embedding is not null).Select(rule => (router, rule)))
            .ToArray();
        if (rules.Length == 0 || !world.Coin(3))
            return key;
        var (router, rule) = world.Pick(rules);
        if (world.Any(world.Topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Ports) is not { } id)
            return key;
        var isOut = !world.Coin(3);
        var aimed = new FlowKey { InPort = key.InPort, EthSrc = key.EthSrc };
        aimed.EthDst = world.Topology.Ports[id].Mac ?? key.EthDst;
        aimed.EthType = (ushort)(isOut ? 0x86dd : 0x0800);
        (aimed.NwSrc, aimed.IpTtl) = (world.AnyAddress(isOut ? IpFamily.V6 : IpFamily.V4), 64);
        aimed.NwDst = isOut ? rule.Embedding!.Value.Embed(world.AnyAddress(IpFamily.V4).AsV4) : rule.Outside!.Value.First;
        (aimed.TpSrc, aimed.TpDst) = (world.Pick(Pools.Ports), world.Pick(Pools.Ports));
        aimed.IpProto = world.Pick(new byte[] { 6, 17, 132, isOut ? (byte)58 : (byte)1 });
        if (aimed.IpProto == 6)
            aimed.Set(FlowField.TcpFlags, 2);
        if (aimed.IpProto is 1 or 58)
            (aimed.TpSrc, aimed.TpDst) = ((ushort)(isOut ? 128 : 0), 0);
        return aimed;
    }

    /// <summary>The same headers with other flags, or the answer to them.</summary>
    private FlowKey Again(FlowKey key)
    {
        if (key.IpProto == 6 && key.IpFrag != FragmentKind.Later)
            key.Set(FlowField.TcpFlags, world.Pick(new ulong[] { 2, 0x12, 0x10, 0x11, 4, 0 }));
        if (world.Coin(3))
            return key;
        (key.EthSrc, key.EthDst) = (key.EthDst, key.EthSrc);
        (key.NwSrc, key.NwDst) = (key.NwDst, key.NwSrc);
        if (key.IpProto is 1 or 58)
            key.TpSrc = key.TpSrc switch
            {
                8 => 0,
                0 => 8,
                128 => 129,
                129 => 128,
                _ => key.TpSrc,
            };
        else
            (key.TpSrc, key.TpDst) = (key.TpDst, key.TpSrc);
        return key;
    }

    private FlowKey NextAlone(uint inPort)
    {
        var key = new FlowKey { InPort = inPort };
        key.EthSrc = world.Coin(20) ? world.Pick(Pools.GroupMacs) : world.Pick(Pools.Stations);
        key.EthDst = random.Next(5) switch
        {
            0 => world.Pick(Pools.GroupMacs),
            1 or 2 => world.Pick(Pools.RouterMacs),
            _ => world.Pick(Pools.Stations),
        };
        if (world.Coin(8))
        {
            key.Set(FlowField.VlanTpid, 0x8100);
            key.Set(FlowField.VlanTci, (ulong)world.Pick(Pools.Vlans) | (ulong)random.Next(8) << 13);
        }
        switch (random.Next(10))
        {
            case 0:
                FillArp(ref key);
                break;
            case 1:
                key.EthType = 0x88cc;
                break;
            default:
                FillIp(ref key, world.AnyFamily());
                break;
        }
        return key;
    }

    private void FillArp(ref FlowKey key)
    {
        key.EthType = 0x0806;
        key.Set(FlowField.ArpOp, (ulong)random.Next(1, 3));
        key.NwSrc = world.AnyAddress(IpFamily.V4);
        key.NwDst = world.AnyAddress(IpFamily.V4);
        key.Set(FlowField.ArpSha, key.EthSrc.Bits);
        key.Set(FlowField.ArpTha, world.Coin() ? 0 : world.Pick(Pools.Stations).Bits);
        if (world.Coin())
            key.EthDst = MacAddress.Broadcast;
    }

    private void FillIp(ref FlowKey key, IpFamily family)
    {
        key.EthType = family == IpFamily.V4 ? (ushort)0x0800 : (ushort)0x86dd;
        key.NwSrc = world.AnyAddress(family);
        key.NwDst = world.Coin(12) ? OddAddress(family) : world.AnyAddress(family);
        key.IpTtl = world.Coin(8) ? (byte)random.Next(3) : (byte)64;
        key.Set(FlowField.IpTos, (ulong)(random.Next(4) << 2));
        key.IpFrag = world.Coin(10) ? (FragmentKind)random.Next(3) : FragmentKind.None;
        key.IpProto = world.Pick(Pools.Protocols);
        if (key.IpFrag == FragmentKind.Later || key.IpProto == 47)
            return;
        if (key.IpProto is 1 or 58)
        {
            FillIcmp(ref key);
            return;
        }
        key.TpSrc = world.Pick(Pools.Ports);
        key.TpDst = world.Pick(Pools.Ports);
        if (key.IpProto == 6)
            key.Set(FlowField.TcpFlags, (ulong)random.Next(64));
    }

    private void FillIcmp(ref FlowKey key)
    {
        if (key.IpProto == 58 && key.Family == IpFamily.V6 && world.Coin(3))
        {
            key.TpSrc = (ushort)(135 + random.Next(2));
            key.IpTtl = 255;
            key.SetWide(FlowField.NdTarget, world.AnyAddress(IpFamily.V6).Bits);
            key.Set(key.TpSrc == 135 ? FlowField.ArpSha : FlowField.ArpTha, key.EthSrc.Bits);
            return;
        }
        key.TpSrc = key.IpProto == 1 ? world.Pick(new ushort[] { 0, 3, 8, 11 }) : world.Pick(new ushort[] { 1, 3, 128, 129 });
        key.TpDst = (ushort)random.Next(2);
    }

    private IpAddress OddAddress(IpFamily family) =>
        family == IpFamily.V4
            ? IpAddress.Parse(world.Pick(new[] { "255.255.255.255", "224.0.0.5", "10.0.1.255", "127.0.0.1", "169.254.1.1", "0.0.0.0" }))
            : IpAddress.Parse(world.Pick(new[] { "ff02::1", "ff02::1:ff00:2", "fe80::1", "::1", "::" }));
}
