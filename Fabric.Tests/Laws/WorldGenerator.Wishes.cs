using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <content>For worlds whose network is kept elsewhere: what is wished for, of a network as it is there.</content>
internal sealed partial class WorldGenerator
{
    /// <param name="random">Draws everything.</param>
    /// <param name="hasConnections">Rules may ask about connections, and packets may answer others.</param>
    public WorldGenerator(Random random, bool hasConnections = false)
    {
        _random = random;
        HasConnections = hasConnections;
        _rules = new RuleGenerator(random, this) { AsksConnections = hasConnections };
    }

    /// <summary>Rules may ask about connections, and packets may answer others.</summary>
    public bool HasConnections { get; }

    /// <summary>Gives a router some rule of translation.</summary>
    private ImmutableArray<TopologyEvent> AddNat()
    {
        if (
            Any(Topology.Routers.Keys) is not { } id
            || Any(Topology.RouterIndexes.GetValueOrDefault(id, RouterIndex.Empty).Ports) is not { } port
        )
            return [];
        var router = Topology.Routers[id];
        var family = AnyFamily();
        var rule = new NatRule
        {
            Name = $"n{_random.Next(4)}",
            Kind = (NatKind)_random.Next(5),
            Port = port,
        };
        rule = rule.Kind switch
        {
            NatKind.Source => rule with
            {
                From = Coin() ? AnyPrefix(family) : null,
                Outside = Coin() ? AddressRange.Only(AnyAddress(family)) : null,
                Filtering = (NatFiltering)_random.Next(3),
            },
            NatKind.Destination => rule with
            {
                Port = null,
                Outside = AddressRange.Only(AnyAddress(family)),
                Inside = AnyAddress(family),
                Protocol = Coin() ? (byte)6 : null,
            },
            NatKind.Static => rule with { Outside = AddressRange.Only(AnyAddress(family)), Inside = AnyAddress(family) },
            NatKind.Prefix => rule with { Prefixes = AnyPrefixes() },
            NatKind.Nat64 => rule with
            {
                Port = null,
                Embedding = new EmbeddingPrefix(IpPrefix.Parse(Coin() ? "fd00:1::/96" : "2001:db8:64::/96")),
                Outside = AddressRange.Only(AnyAddress(IpFamily.V4)),
                From = Coin(3) ? AnyPrefix(IpFamily.V6) : null,
                Filtering = (NatFiltering)_random.Next(3),
            },
        };
        if (rule.Kind == NatKind.Source && Coin(4))
            rule = rule with
            {
                From = new IpPrefix(AnyAddress(family), IpAddress.WidthOf(family) - 4),
                Outside = AddressRange.Only(AnyAddress(family)),
                IsDeterministic = true,
            };
        if (rule.Protocol is not null && Coin())
            rule = rule with { Ports = new PortRange(22, 100), InsidePort = Coin() ? (ushort)8022 : null };
        return Put(router with { Nat = Coin(4) ? router.Nat.Remove(rule.Name) : router.Nat.SetItem(rule.Name, rule) });
    }

    private PrefixTranslation AnyPrefixes()
    {
        var length = Coin() ? 48 : 64;
        var outside = Coin() ? AnyAddress(IpFamily.V6) : IpAddress.Parse("2001:db8:99::");
        return new PrefixTranslation(new IpPrefix(AnyAddress(IpFamily.V6), length), new IpPrefix(outside, length));
    }

    /// <summary>Gives a router a pool of some members, and a balancer for it.</summary>
    private ImmutableArray<TopologyEvent> AddBalancer()
    {
        if (Any(Topology.Routers.Keys) is not { } id)
            return [];
        var router = Topology.Routers[id];
        var family = AnyFamily();
        var members = Pool.NoMembers;
        var index = Topology.RouterIndexes.GetValueOrDefault(id, RouterIndex.Empty);
        var subnets = index.Ports.SelectMany(port => Topology.Ports[port].Addresses).ToArray();
        for (var count = 3 * _random.Next(4); count > 0; count--)
        {
            var member = new PoolMember
            {
                Name = $"m{_random.Next(4)}",
                Address = AnyAddress(family),
                Port = Coin() ? (ushort)8022 : null,
                Weight = 1 + _random.Next(3),
                State = Coin() ? PoolMemberState.Up : (PoolMemberState)_random.Next(3),
            };
            // Most that are drawn would be refused.
            if (subnets.Any(own => own.Subnet.Contains(member.Address)) && !index.LocalAddresses.TryGetValue(member.Address, out _))
                members = members.SetItem(member.Name, member);
        }
        // Each with a pool of its own, or the versions of IP would seldom fit.
        var name = $"b{_random.Next(2)}";
        var pool = new Pool
        {
            Name = name,
            Method = (BalancingMethod)_random.Next(3),
            Members = members,
            Check = Coin() ? new HealthCheck { Port = 8022 } : null,
        };
        var balancer = new Balancer
        {
            Name = name,
            Address = Enumerable
                .Range(0, 8)
                .Select(_ => AnyAddress(family))
                .FirstOrDefault(one =>
                    !index.LocalAddresses.TryGetValue(one, out _) && members.Values.All(member => member.Address != one)
                ),
            Ports = new PortRange(22, (ushort)(Coin() ? 100 : ushort.MaxValue)),
            Protocol = Coin() ? (byte)(Coin() ? 6 : 17) : null,
            Pool = pool.Name,
            PersistSeconds = (ushort)(Coin() ? 60 : 0),
            PersistsAcrossPorts = Coin(4),
        };
        return Put(
            router with
            {
                Pools = router.Pools.SetItem(pool.Name, pool),
                Balancers = Coin(4) ? router.Balancers.Remove(balancer.Name) : router.Balancers.SetItem(balancer.Name, balancer),
            }
        );
    }

    /// <summary>Is told of every command, granted or not.</summary>
    public event Action<TopologyCommand>? Wished;

    /// <summary>Goes on from another network.</summary>
    public void GoOnFrom(TopologySnapshot topology) => Topology = topology;
}
