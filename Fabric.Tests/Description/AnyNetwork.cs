using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Changes;

namespace Fabric.Tests.Description;

/// <summary>Networks from seeds.</summary>
internal static class AnyNetwork
{
    private const int Commands = 400;
    private const int Rules = 30;

    /// <summary>Seeds to try.</summary>
    public static IEnumerable<int> Seeds => Enumerable.Range(1, 60);

    /// <summary>A network after some hundred commands, of which many were refused.</summary>
    public static TopologySnapshot Of(int seed)
    {
        var generator = new CommandGenerator(seed);
        var network = CommandGenerator.Beginning();
        for (var i = 0; i < Commands; i++)
            network = Do(network, generator.Next());
        return network;
    }

    /// <summary>The same with a chain of rules that use every condition and action.</summary>
    public static TopologySnapshot WithRules(int seed)
    {
        var network = Of(seed);
        var random = new Random(seed);
        var chain = new Chain { Id = new ChainId(1_000), Name = new DeviceName("t", "all-sorts") };
        network = Do(network, new TopologyCommand.PutDevice(chain));
        for (var i = 0; i < Rules; i++)
            network = Do(network, new TopologyCommand.InsertRule(chain.Id, 0, AnyRule(network, random, $"r{i}")));
        return WithNat(network);
    }

    /// <summary>The same with a rule of translation of every kind and with every key, at the first router that has ports.</summary>
    private static TopologySnapshot WithNat(TopologySnapshot network)
    {
        var port = network.Ports.Values.Where(port => port.IsRouterPort).OrderBy(port => port.Id).FirstOrDefault();
        if (port is null)
            return network;
        NatRule[] rules =
        [
            new()
            {
                Name = "own",
                Kind = NatKind.Source,
                Port = port.Id,
                Filtering = NatFiltering.Address,
            },
            new()
            {
                Name = "pool",
                Kind = NatKind.Source,
                Port = port.Id,
                From = IpPrefix.Parse("10.0.0.0/8"),
                Outside = new AddressRange(IpAddress.Parse("203.0.113.10"), IpAddress.Parse("203.0.113.13")),
                Ports = new PortRange(2000, 2999),
                Filtering = NatFiltering.None,
            },
            new()
            {
                Name = "fixed",
                Kind = NatKind.Source,
                Port = port.Id,
                From = IpPrefix.Parse("10.8.0.0/26"),
                Outside = new AddressRange(IpAddress.Parse("203.0.113.20"), IpAddress.Parse("203.0.113.22")),
                IsDeterministic = true,
            },
            new()
            {
                Name = "web",
                Kind = NatKind.Destination,
                Outside = AddressRange.Only(IpAddress.Parse("203.0.113.80")),
                Inside = IpAddress.Parse("10.9.9.9"),
                Protocol = 6,
                Ports = new PortRange(80, 89),
                InsidePort = 8080,
            },
            new()
            {
                Name = "one",
                Kind = NatKind.Static,
                Port = port.Id,
                Outside = AddressRange.Only(IpAddress.Parse("2001:db8:ffff::1")),
                Inside = IpAddress.Parse("fd00:9::9"),
            },
            new()
            {
                Name = "prefix",
                Kind = NatKind.Prefix,
                Port = port.Id,
                Prefixes = new PrefixTranslation(IpPrefix.Parse("fd00:99::/48"), IpPrefix.Parse("2001:db8:fffe::/48")),
            },
            new()
            {
                Name = "six",
                Kind = NatKind.Nat64,
                Embedding = new EmbeddingPrefix(IpPrefix.Parse("2001:db8:64::/96")),
                From = IpPrefix.Parse("fd00:64::/32"),
                Outside = new AddressRange(IpAddress.Parse("203.0.113.30"), IpAddress.Parse("203.0.113.31")),
                Ports = new PortRange(2000, 2999),
                Filtering = NatFiltering.None,
            },
        ];
        var router = network.Routers[port.Owner.AsRouter];
        var subnet = port.Addresses.FirstOrDefault();
        return Do(
            network,
            new TopologyCommand.PutDevice(
                router with
                {
                    Nat = Router.NoNat.SetItems(rules.Select(rule => KeyValuePair.Create(rule.Name, rule))),
                    Pools = subnet == default ? Router.NoPools : PoolsIn(subnet),
                    Balancers = subnet == default ? Router.NoBalancers : BalancersOf(subnet.Address.Family),
                    Timers = new RouterTimers { TcpEstablished = 36_000, Udp = 120 },
                }
            )
        );
    }

    /// <summary>A pool of every method, with members of every state.</summary>
    private static ImmutableSortedDictionary<string, Pool> PoolsIn(InterfaceAddress subnet)
    {
        var pools = Enum.GetValues<BalancingMethod>().Select(method => new Pool { Name = $"p{method}", Method = method }).ToArray();
        var members = Enum.GetValues<PoolMemberState>()
            .Select(state => new PoolMember
            {
                Name = $"m{state}",
                Address = IpAddress.Of(subnet.Address.Family, subnet.Address.Bits ^ 1),
                Port = state == PoolMemberState.Up ? null : (ushort)(8080 + (int)state),
                Weight = 1 + (int)state,
                State = state,
            });
        pools[0] = pools[0] with { Members = Pool.NoMembers.SetItems(members.Select(member => KeyValuePair.Create(member.Name, member))) };
        pools[1] = pools[1] with { Check = new HealthCheck(), SlowStartSeconds = 30 };
        pools[2] = pools[2] with
        {
            Check = new HealthCheck
            {
                Kind = HealthCheckKind.Http,
                Port = 8081,
                IntervalMilliseconds = 500,
                TimeoutMilliseconds = 400,
                Rise = 1,
                Fall = 5,
                Path = "/health?full=yes",
                Host = "shop.example",
                Status = PortRange.Only(204),
            },
        };
        return Router.NoPools.SetItems(pools.Select(pool => KeyValuePair.Create(pool.Name, pool)));
    }

    private static ImmutableSortedDictionary<string, Balancer> BalancersOf(IpFamily family)
    {
        var plain = new Balancer
        {
            Name = "plain",
            Address = IpAddress.Parse(family == IpFamily.V4 ? "203.0.113.90" : "2001:db8:ffff::90"),
            Ports = PortRange.Only(80),
            Pool = $"p{BalancingMethod.Maglev}",
        };
        var full = plain with
        {
            Name = "full",
            Ports = new PortRange(81, 99),
            Protocol = 6,
            PersistSeconds = 60,
            PersistsAcrossPorts = true,
        };
        return Router.NoBalancers.Add(plain.Name, plain).Add(full.Name, full);
    }

    private static TopologySnapshot Do(TopologySnapshot network, TopologyCommand command) =>
        TopologyDecisions.Decide(network, command).Events.Aggregate(network, TopologyEvolution.Apply);

    private static Rule AnyRule(TopologySnapshot network, Random random, string name)
    {
        var action = (RuleAction)random.Next(9);
        var target = Pick(random, network.Chains.Keys.Where(id => id.Value != 1_000));
        return new Rule
        {
            Name = name,
            Match = AnyMatch(network, random),
            Action = action,
            JumpTo = action == RuleAction.Jump ? target : null,
            Vlan =
                action == RuleAction.PushVlan
                    ? new VlanTag(Coin(random) ? (ushort)0x8100 : (ushort)0x88a8, (ushort)random.Next(4095), (byte)random.Next(8))
                    : null,
            Meter = Coin(random) ? "meter" : null,
        };
    }

    private static RuleMatch AnyMatch(TopologySnapshot network, Random random)
    {
        Test<T>? Maybe<T>(Func<T> value) => random.Next(5) == 0 ? new Test<T>(value(), Coin(random)) : null;
        var ports = network.Ports.Keys.ToArray();
        return new RuleMatch
        {
            IsInverted = random.Next(5) == 0,
            Direction = random.Next(5) == 0 ? (FlowDirection)random.Next(2) : null,
            States = Maybe(() => (ConnectionStates)(1 + random.Next(15))),
            InPorts = ports.Length == 0 ? null : Maybe(() => PortList.Of(Pick(random, ports), Pick(random, ports))),
            OutPorts = ports.Length == 0 ? null : Maybe(() => PortList.Of(Pick(random, ports))),
            InPortGroup = Maybe(() => Pick(random, network.PortGroups.Keys)),
            OutPortGroup = Maybe(() => Pick(random, network.PortGroups.Keys)),
            IngressPortGroup = Maybe(() => Pick(random, network.PortGroups.Keys)),
            Traversed = Maybe(() => AnyPlace(network, random)),
            EthType = Maybe(() => Pick(random, (ushort[])[0x0800, 0x86dd, 0x0806, 0x88cc])),
            EthSrc = Maybe(() => AnyMac(random)),
            EthDst = Maybe(() => AnyMac(random)),
            Vlan = Maybe(() => Coin(random) ? (ushort?)random.Next(4095) : null),
            Protocol = Maybe(() => Pick(random, (byte[])[1, 6, 17, 58, 99])),
            Tos = Maybe(() => Coin(random) ? new TosMatch((byte)(random.Next(64) << 2), 0xfc) : new TosMatch((byte)random.Next(16), 0x0f)),
            Source = Maybe(() => AnyPrefix(random)),
            Destination = Maybe(() => AnyPrefix(random)),
            SourceSet = Maybe(() => Pick(random, network.AddressSets.Keys)),
            DestinationSet = Maybe(() => Pick(random, network.AddressSets.Keys)),
            SourcePort = Maybe(() => AnyRange(random)),
            DestinationPort = Maybe(() => AnyRange(random)),
            TcpFlags = Maybe(() => AnyFlags(random)),
            IcmpInnerSource = Maybe(() => AnyPrefix(random)),
            IcmpInnerDestination = Maybe(() => AnyPrefix(random)),
            IsDestinationRewritten = random.Next(5) == 0 ? Coin(random) : null,
            Fragments = random.Next(5) == 0 ? (FragmentPolicy)random.Next(4) : null,
        };
    }

    private static DeviceRef AnyPlace(TopologySnapshot network, Random random) =>
        Coin(random) ? Pick(random, network.Bridges.Keys) : Pick(random, network.Routers.Keys);

    private static MacMatch AnyMac(Random random)
    {
        var mask = Coin(random) ? MacAddress.Broadcast : new MacAddress(0xffff_ff00_0000);
        return new MacMatch(new MacAddress((ulong)random.NextInt64(1L << 48) & mask.Bits), mask);
    }

    private static IpPrefix AnyPrefix(Random random)
    {
        var address = Coin(random)
            ? IpAddress.V4((uint)random.NextInt64(1L << 32))
            : IpAddress.V6(new UInt128(0xfd00_0000_0000_0000, (ulong)random.NextInt64()));
        return new IpPrefix(address, random.Next(address.Width + 1));
    }

    private static PortRange AnyRange(Random random)
    {
        var first = random.Next(Coin(random) ? 256 : 65_536);
        return new PortRange((ushort)first, (ushort)(Coin(random) ? first : random.Next(first, 65_536)));
    }

    private static TcpFlagsMatch AnyFlags(Random random)
    {
        var mask = random.Next(1 << 12);
        return new TcpFlagsMatch((ushort)(random.Next(1 << 12) & mask), (ushort)mask);
    }

    private static bool Coin(Random random) => random.Next(2) == 0;

    private static T Pick<T>(Random random, IEnumerable<T> items)
    {
        var all = items.Order(Comparer<T>.Create((left, right) => string.CompareOrdinal($"{left}", $"{right}"))).ToImmutableArray();
        return all[random.Next(all.Length)];
    }
}
