using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Devices;

namespace Fabric.Tests.Simulation;

/// <summary>Routing over random tables against the rule of <see cref="Route"/> told plainly, and the mask that it leaves.</summary>
public class RouteLookupTest
{
    private const int Worlds = 500;
    private const int PacketsPerWorld = 60;
    private static readonly RouterId _router = new(1);
    private static readonly PortId _inside = new(1);
    private static readonly MacAddress _insideMac = MacAddress.Parse("02:00:00:00:01:01");

    /// <summary>30 000 packets a version, and for each another one that differs only in what was not observed.</summary>
    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void TakesTheRouteThatTheRuleSaysAndObservesEnough(IpFamily family)
    {
        var scratch = new SimulationScratch();
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var world = new World(random, family);
            for (var i = 0; i < PacketsPerWorld; i++)
            {
                var key = world.Packet(random);
                var expected = world.Expected(key);
                var verdict = world.Run(key, scratch);
                world.GatewaysOf(verdict, scratch).ShouldBeSubsetOf(expected, $"seed {seed}, {key.NwSrc} to {key.NwDst}");
                var first = StationOf(scratch);
                var (mask, tags) = (scratch.Key.Mask, scratch.Tags.Span.ToArray());
                var twin = Twin(random, key, mask);
                var again = world.Run(twin, scratch);
                var second = StationOf(scratch);
                (again.Kind, again.Reason, second).ShouldBe(
                    (verdict.Kind, verdict.Reason, first),
                    $"seed {seed}, {key.NwDst} and {twin.NwDst}"
                );
                if (!verdict.IsCacheable)
                    continue;
                scratch.Key.Mask.ShouldBe(mask, $"seed {seed}, {key.NwDst} and {twin.NwDst}");
                scratch.Tags.Span.ToArray().ShouldBe(tags);
            }
        }
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void ARouteThatComesOrGoesHitsEveryFlowItChanges(IpFamily family)
    {
        var scratch = new SimulationScratch();
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var world = new World(random, family);
            for (var i = 0; i < 10; i++)
            {
                var key = world.Packet(random);
                world.Run(key, scratch);
                var tags = scratch.Tags.Span.ToArray();
                // Any packet of the flow counts, not only the one that made it.
                var twin = Twin(random, key, scratch.Key.Mask);
                var before = (world.Run(twin, scratch), StationOf(scratch));
                var route = world.Change(random);
                var after = (world.Run(twin, scratch), StationOf(scratch));
                var impact = FlowTag.Prefix(FlowTagKind.Destination, _router.Value, route.Destination);
                if (before != after)
                    tags.ShouldContain(tag => tag.IsHitBy(impact), $"seed {seed}, {key.NwDst} and {twin.NwDst}, {route.Destination}");
            }
        }
    }

    private static MacAddress StationOf(SimulationScratch scratch) =>
        scratch.Outputs.Count > 0 ? scratch.Outputs[0].Packet.Key.EthDst : default;

    /// <summary>Another packet that the mask admits.</summary>
    private static FlowKey Twin(Random random, in FlowKey key, in FlowMask mask)
    {
        var twin = key;
        foreach (
            var field in new[] { FlowField.NwSrc, FlowField.NwDst, FlowField.TpSrc, FlowField.TpDst, FlowField.IpProto, FlowField.EthSrc }
        )
        {
            var width = field is FlowField.NwSrc or FlowField.NwDst ? IpAddress.WidthOf(key.Family) : FlowFieldLayout.WidthOf(field);
            var noise = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) & UInt128.MaxValue >> (128 - width);
            if (random.Next(2) == 0)
                noise = key.GetAny(field) ^ UInt128.One << random.Next(width);
            var exact = mask.GetAny(field);
            twin.SetAny(field, key.GetAny(field) & exact | noise & ~exact);
        }
        return twin;
    }

    /// <summary>A router with one port inside and three outside, some of them down, and random routes.</summary>
    private sealed class World
    {
        private readonly IpFamily _family;
        private readonly List<Route> _routes = [];
        private TopologySnapshot _topology;
        private readonly LearnedSnapshot _learned;

        public World(Random random, IpFamily family)
        {
            _family = family;
            var ports = new Dictionary<PortId, Port>();
            ports.Add(_inside, PortOf(_inside, isUp: true, isBound: true));
            var down = ImmutableHashSet.CreateBuilder<PortId>();
            var neighbors = new Dictionary<NeighborKey, MacAddress>();
            for (ulong i = 2; i <= 4; i++)
            {
                var id = new PortId(i);
                ports.Add(id, PortOf(id, isUp: random.Next(6) > 0, isBound: random.Next(6) > 0));
                if (random.Next(6) == 0)
                    down.Add(id);
                for (uint hop = 1; hop <= 3; hop++)
                    neighbors.Add(new NeighborKey(id, Gateway(i, hop)), Station(i, hop));
            }
            _topology = TopologySnapshot.Empty with
            {
                Ports = ports.ToPersistentMap(),
                Routers = PersistentMap<RouterId, Router>.Empty.Add(
                    _router,
                    new Router { Id = _router, Name = new DeviceName("t", "edge") }
                ),
            };
            _learned = LearnedSnapshot.Empty with { DownPorts = down.ToImmutable(), Neighbors = neighbors.ToPersistentMap() };
            for (var i = random.Next(1, 24); i > 0; i--)
                _routes.Add(NewRoute(random));
            Index();
        }

        public FlowKey Packet(Random random)
        {
            var isV4 = _family == IpFamily.V4;
            var key = new FlowKey
            {
                EthSrc = MacAddress.Parse("02:00:00:00:00:01"),
                EthDst = _insideMac,
                EthType = isV4 ? EtherType.Ipv4 : EtherType.Ipv6,
                IpProto = random.Next(2) == 0 ? IpProtocol.Udp : IpProtocol.Gre,
                IpTtl = 64,
            };
            key.NwSrc = Shift(RandomRoutes.Address(random, _family));
            key.NwDst = Shift(RandomRoutes.Address(random, _family));
            if (key.IpProto == IpProtocol.Udp)
                (key.TpSrc, key.TpDst) = ((ushort)random.Next(65536), 80);
            return key;
        }

        public Verdict Run(in FlowKey key, SimulationScratch scratch) => Simulator.Run(_topology, _learned, _inside, key, default, scratch);

        /// <summary>How each packet may end: the stations of the routes that tie, or a reason.</summary>
        public string[] Expected(FlowKey key)
        {
            var holding = _routes.Where(r => r.Destination.Contains(key.NwDst) && r.Source.Contains(key.NwSrc) && IsUsable(r)).ToList();
            if (holding.Count == 0)
                return [nameof(DropReason.NoRoute)];
            var longest = holding.Max(r => r.Destination.Length);
            var best = holding.Where(r => r.Destination.Length == longest).Min(r => r.Metric);
            return
            [
                .. holding
                    .Where(r => r.Destination.Length == longest && r.Metric == best)
                    .Select(r =>
                        r.Kind switch
                        {
                            RouteKind.Blackhole => nameof(DropReason.Blackhole),
                            RouteKind.Reject => nameof(DropReason.RouteReject),
                            RouteKind.Forward => _learned.Neighbors[new NeighborKey(r.Port!.Value, r.Gateway!.Value)].ToString(),
                        }
                    ),
            ];
        }

        public string[] GatewaysOf(Verdict verdict, SimulationScratch scratch) =>
            verdict.Kind == VerdictKind.Forward ? [scratch.Outputs[0].Packet.Key.EthDst.ToString()] : [verdict.Reason.ToString()];

        /// <summary>Adds a route or takes one away.</summary>
        public Route Change(Random random)
        {
            var isRemoval = _routes.Count > 0 && random.Next(2) == 0;
            var route = isRemoval ? _routes[random.Next(_routes.Count)] : NewRoute(random);
            if (isRemoval)
                _routes.Remove(route);
            else
                _routes.Add(route);
            Index();
            return route;
        }

        private void Index()
        {
            var table = _routes.Aggregate(RoutingTable.Empty, (t, r) => t.With(r));
            var index = RouterIndex.Empty with { Table = table };
            _topology = _topology with { RouterIndexes = PersistentMap<RouterId, RouterIndex>.Empty.Add(_router, index) };
        }

        private bool IsUsable(Route route)
        {
            if (route.Port is not { } id)
                return true;
            var port = _topology.Ports[id];
            return port.IsAdminUp && port.Binding is not null && !_learned.DownPorts.Contains(id);
        }

        private Route NewRoute(Random random)
        {
            var prefix = RandomRoutes.Prefix(random, _family);
            var source = random.Next(3) == 0 ? RandomRoutes.Prefix(random, _family) : IpPrefix.All(_family);
            var route = new Route
            {
                Name = $"r{random.Next()}",
                Destination = new IpPrefix(Shift(prefix.Address), prefix.Length),
                Source = new IpPrefix(Shift(source.Address), source.Length),
                Metric = random.Next(2),
                Weight = random.Next(1, 4),
            };
            if (random.Next(4) == 0)
                return route with { Kind = random.Next(2) == 0 ? RouteKind.Blackhole : RouteKind.Reject };
            var port = (ulong)random.Next(2, 5);
            return route with { Port = new PortId(port), Gateway = Gateway(port, (uint)random.Next(1, 4)) };
        }

        /// <summary>Away from the addresses that routers do not forward.</summary>
        private IpAddress Shift(IpAddress address) =>
            _family == IpFamily.V4
                ? IpAddress.V4((uint)address.Bits & 0x2000_00ff | 0x1000_0000)
                : IpAddress.V6(address.Bits & UInt128.MaxValue >> 3 | (UInt128)0x2 << 124 | address.Bits >> 125 << 122);

        private IpAddress Gateway(ulong port, uint hop) =>
            _family == IpFamily.V4
                ? IpAddress.V4((uint)(0xc000_0000 | port << 8 | hop))
                : IpAddress.V6((UInt128)0xfd00 << 112 | (UInt128)port << 64 | hop);

        private static MacAddress Station(ulong port, uint hop) => new(0x0200_0000_0000 | port << 8 | hop);

        private Port PortOf(PortId id, bool isUp, bool isBound) =>
            new()
            {
                Id = id,
                Name = new DeviceName("t", $"p{id.Value}"),
                Owner = _router,
                IsAdminUp = isUp,
                Binding = isBound ? new HostBinding(new HostId(1), $"p{id.Value}") : null,
                Mac = id == _inside ? _insideMac : new MacAddress(0x0200_0000_0100 + id.Value),
                Addresses = [new InterfaceAddress(Gateway(id.Value, 254), _family == IpFamily.V4 ? 24 : 64)],
            };
    }
}
