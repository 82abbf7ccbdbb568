using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <summary>Random networks by commands: a few bridges, routers, chains and sets over few values. Refused commands leave no trace.</summary>
/// <remarks>The same seed gives the same world and the same changes of it.</remarks>
internal sealed partial class WorldGenerator
{
    public const int Subnets = 4;
    private const string Tenant = "t";

    private readonly Random _random;
    private readonly RuleGenerator _rules;
    private ulong _lastId = 100;

    /// <summary>The network so far.</summary>
    public TopologySnapshot Topology { get; private set; } = TopologySnapshot.Empty;

    /// <summary>What was learned.</summary>
    public LearnedSnapshot Learned { get; set; } = LearnedSnapshot.Empty;

    /// <summary>Is told of every change that was granted.</summary>
    public event Action<ImmutableArray<TopologyEvent>>? Changed;

    public static HostId HostId { get; } = new(1);

    /// <summary>Ports that packets come in by.</summary>
    public ImmutableArray<PortId> ExteriorPorts =>
        [.. Topology.Ports.Values.Where(port => port.Binding is not null).Select(port => port.Id).Order()];

    /// <summary>Builds a world.</summary>
    public static WorldGenerator Make(Random random, bool hasConnections = false)
    {
        var world = new WorldGenerator(random, hasConnections);
        world.Populate();
        return world;
    }

    /// <summary>Fills an empty world.</summary>
    public void Populate()
    {
        var (world, random) = (this, _random);
        world.Do(new TopologyCommand.PutDevice(new Host { Id = HostId, Name = new DeviceName("", "h") }));
        for (var i = 0; i < 2; i++)
        {
            world.AddSet();
            world.AddGroup();
        }
        for (var i = 0; i < 4; i++)
            world.AddChain();
        var bridges = 1 + random.Next(3);
        for (var i = 0; i < bridges; i++)
            world.AddBridge();
        var routers = random.Next(3);
        for (var i = 0; i < routers; i++)
            world.AddRouter();
        for (var i = 0; i < 3 + random.Next(6); i++)
            world.AddBridgePort();
        for (var i = 0; i < random.Next(5); i++)
            world.AddLink();
        for (var i = 0; i < random.Next(2); i++)
            world.AddRouterPort(isExterior: true);
        for (var i = 0; i < random.Next(8); i++)
            world.AddRoute();
        // Rules may name ports, which exist only now.
        foreach (var chain in world.Topology.Chains.Values.OrderBy(chain => chain.Id.Value))
            world.RewriteChain(chain.Id);
        for (var i = 0; i < random.Next(6); i++)
            world.LearnSomething();
        for (var i = 0; HasConnections && i < 4; i++)
            world.AddNat();
        for (var i = 0; HasConnections && i < 2; i++)
            world.AddBalancer();
    }

    /// <summary>Learns or forgets something at random.</summary>
    public void LearnSomething()
    {
        var bridge = Any(Topology.Bridges.Keys);
        var routerPort = Any(Topology.Ports.Values.Where(port => port.IsRouterPort).Select(port => port.Id));
        if (HasConnections && Coin(3) && LearnHealth())
            return;
        switch (_random.Next(7))
        {
            case 0
            or 1
            or 2 when bridge is { } id && Any(Topology.BridgeIndexes.GetValueOrDefault(id, BridgeIndex.Empty).Ports) is { } port:
                var station = new MacKey(id, Pick(Pools.Vlans), Pick(Pools.Stations));
                Learned = Learned with { Macs = Coin(4) ? Learned.Macs.Remove(station) : Learned.Macs.SetItem(station, port) };
                break;
            case 3 or 4 when routerPort is { } id:
                var neighbor = new NeighborKey(id, AnyAddress(AnyFamily()));
                Learned = Learned with
                {
                    Neighbors = Coin(4) ? Learned.Neighbors.Remove(neighbor) : Learned.Neighbors.SetItem(neighbor, Pick(Pools.Stations)),
                };
                break;
            case 5 when routerPort is { } id:
                var failed = new NeighborKey(id, AnyAddress(AnyFamily()));
                Learned = Learned with
                {
                    FailedNeighbors = Coin() ? Learned.FailedNeighbors.Remove(failed) : Learned.FailedNeighbors.Add(failed),
                };
                break;
            case 6 when Any(ExteriorPorts) is { } port:
                Learned = Learned with { DownPorts = Coin() ? Learned.DownPorts.Remove(port) : Learned.DownPorts.Add(port) };
                break;
        }
    }

    internal bool Coin(int of = 2) => _random.Next(of) == 0;

    internal T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    internal T? Any<T>(IEnumerable<T> values)
        where T : struct
    {
        var list = values.Order(Comparer<T>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))).ToList();
        return list.Count == 0 ? null : list[_random.Next(list.Count)];
    }

    internal IpFamily AnyFamily() => Coin() ? IpFamily.V4 : IpFamily.V6;

    internal IpAddress AnyAddress(IpFamily family) => Pools.Address(family, _random.Next(Subnets), 1 + _random.Next(4));

    internal IpPrefix AnyPrefix(IpFamily family)
    {
        var address = AnyAddress(family);
        var length = _random.Next(5) switch
        {
            0 => 0,
            1 => family == IpFamily.V4 ? 16 : 32,
            2 => family == IpFamily.V4 ? 24 : 64,
            3 => address.Width - 1,
            _ => address.Width,
        };
        return new IpPrefix(address, length);
    }

    private ImmutableArray<TopologyEvent> Do(TopologyCommand command)
    {
        Wished?.Invoke(command);
        var decision = TopologyDecisions.Decide(Topology, command);
        foreach (var happened in decision.Events)
            Topology = TopologyEvolution.Apply(Topology, happened);
        if (!decision.Events.IsEmpty)
            Changed?.Invoke(decision.Events);
        return decision.Events;
    }

    private ImmutableArray<TopologyEvent> Put(Device device) => Do(new TopologyCommand.PutDevice(device));

    private ulong NextId() => ++_lastId;

    private DeviceName Name(string kind, ulong id) => new(Tenant, $"{kind}{id}");

    private ChainId? MaybeChain() => Coin() ? Any(Topology.Chains.Keys) : null;

    private void AddSet()
    {
        var id = NextId();
        var members = Enumerable.Range(0, _random.Next(4)).Select(_ => AnyPrefix(AnyFamily()));
        Put(
            new AddressSet
            {
                Id = new AddressSetId(id),
                Name = Name("s", id),
                Members = [.. members],
            }
        );
    }

    private void AddGroup()
    {
        var id = NextId();
        Put(new PortGroup { Id = new PortGroupId(id), Name = Name("g", id) });
    }

    private void AddChain()
    {
        var id = NextId();
        Put(new Chain { Id = new ChainId(id), Name = Name("c", id) });
    }

    private void AddBridge()
    {
        var id = NextId();
        Put(
            new Bridge
            {
                Id = new BridgeId(id),
                Name = Name("b", id),
                InboundChain = MaybeChain(),
                OutboundChain = MaybeChain(),
            }
        );
    }

    private void AddRouter()
    {
        var id = NextId();
        Put(
            new Router
            {
                Id = new RouterId(id),
                Name = Name("r", id),
                InboundChain = MaybeChain(),
                OutboundChain = MaybeChain(),
            }
        );
    }

    private ImmutableArray<TopologyEvent> AddBridgePort() =>
        Any(Topology.Bridges.Keys) is { } bridge ? Put(NewBridgePort(bridge, isExterior: !Coin(5))) : [];

    private Port NewBridgePort(BridgeId bridge, bool isExterior)
    {
        var id = NextId();
        var knows = isExterior && Coin();
        return new Port
        {
            Id = new PortId(id),
            Name = Name("p", id),
            Owner = bridge,
            Binding = isExterior ? new HostBinding(HostId, $"if{id}") : null,
            Mac = knows ? Pick(Pools.Stations) : null,
            Addresses = knows
                ? [new InterfaceAddress(AnyAddress(IpFamily.V4), 32), new InterfaceAddress(AnyAddress(IpFamily.V6), 128)]
                : [],
            InboundChain = MaybeChain(),
            OutboundChain = MaybeChain(),
            Groups = Coin(3) ? [.. Topology.PortGroups.Keys.OrderBy(group => group.Value).Take(1)] : [],
        };
    }

    private ImmutableArray<TopologyEvent> AddRouterPort(bool isExterior) =>
        Any(Topology.Routers.Keys) is { } router ? Put(NewRouterPort(router, isExterior)) : [];

    private Port NewRouterPort(RouterId router, bool isExterior)
    {
        var id = NextId();
        var subnet = _random.Next(Subnets);
        var host = 1 + _random.Next(4);
        return new Port
        {
            Id = new PortId(id),
            Name = Name("rp", id),
            Owner = router,
            Binding = isExterior ? new HostBinding(HostId, $"if{id}") : null,
            Mac = Pick(Pools.RouterMacs),
            Addresses =
            [
                new InterfaceAddress(Pools.Address(IpFamily.V4, subnet, host), 24),
                new InterfaceAddress(Pools.Address(IpFamily.V6, subnet, host), 64),
            ],
            InboundChain = MaybeChain(),
            OutboundChain = MaybeChain(),
        };
    }

    private ImmutableArray<TopologyEvent> AddLink()
    {
        if (Any(Topology.Bridges.Keys) is not { } bridge)
            return [];
        var first = NewBridgePort(bridge, isExterior: false);
        var second =
            Any(Topology.Routers.Keys) is { } router && !Coin(5) ? NewRouterPort(router, isExterior: false)
            : Any(Topology.Bridges.Keys) is { } other ? NewBridgePort(other, isExterior: false)
            : first;
        return Do(
            new TopologyCommand.Batch([
                new TopologyCommand.PutDevice(first),
                new TopologyCommand.PutDevice(second),
                new TopologyCommand.LinkPorts(first.Id, second.Id),
            ])
        );
    }

    private ImmutableArray<TopologyEvent> AddRoute()
    {
        if (Any(Topology.Routers.Keys) is not { } router)
            return [];
        var family = AnyFamily();
        var kind = Coin(4) ? Pick([RouteKind.Blackhole, RouteKind.Reject]) : RouteKind.Forward;
        var port = Any(Topology.RouterIndexes.GetValueOrDefault(router, RouterIndex.Empty).Ports);
        if (kind == RouteKind.Forward && port is null)
            return [];
        var subnet = port is { } id
            ? Topology
                .Ports[id]
                .Addresses.Where(address => address.Address.Family == family)
                .Select(address => address.Subnet)
                .FirstOrDefault()
            : default;
        return Do(
            new TopologyCommand.PutRoute(
                router,
                new Route
                {
                    Name = $"x{_random.Next(12)}",
                    Destination = AnyPrefix(family),
                    Source = Coin(3) ? AnyPrefix(family) : IpPrefix.All(family),
                    Kind = kind,
                    Port = kind == RouteKind.Forward ? port : null,
                    Gateway =
                        kind == RouteKind.Forward && Coin()
                            ? IpAddress.Of(family, subnet.Address.Bits + (uint)(1 + _random.Next(4)))
                            : null,
                    Metric = Coin(3) ? 50 : 100,
                    Weight = 1 + _random.Next(3),
                }
            )
        );
    }

    private ImmutableArray<TopologyEvent> DeleteRoute()
    {
        if (Any(Topology.Routers.Keys) is not { } router || Topology.Routers[router].Routes.IsEmpty)
            return [];
        return Do(new TopologyCommand.DeleteRoute(router, Pick([.. Topology.Routers[router].Routes.Keys])));
    }

    private ImmutableArray<TopologyEvent> RewriteChain(ChainId id) =>
        Put(Topology.Chains[id] with { Rules = [.. Enumerable.Range(0, _random.Next(6)).Select(i => _rules.Next($"rule{i}"))] });
}
