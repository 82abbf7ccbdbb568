using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public class ChangeImpactTest
{
    private const ulong Left = 1;
    private const ulong Edge = 1;
    private static readonly MacAddress _vm1 = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress _other = MacAddress.Parse("02:00:00:00:00:0f");
    private static readonly MacAddress _gateway = MacAddress.Parse("02:00:00:00:01:01");

    /// <summary>Ports 1 vm1, 2 left-edge, 3 edge-left, 4 up; bridge 1; router 1; chains 1 and 2; set 1; group 1; host 1.</summary>
    private static TopologyBuilder World() =>
        new TopologyBuilder()
            .Chain("web-in", Rule("web", RuleAction.Accept))
            .Chain("spare")
            .Group("g")
            .Bridge("left")
            .Router("edge")
            .Port("vm1", "left", "02:00:00:00:00:01", "10.0.0.1/24")
            .Connect("left", "edge", "02:00:00:00:01:01", "10.0.0.254/24 fe80::1/64")
            .Port("up", "edge", "02:00:00:00:01:02", "192.0.2.2/30")
            .Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1")
            .Set("bad", "198.51.100.0/24");

    private static FlowTag PortTag(ulong id) => FlowTag.Of(FlowTagKind.Port, id);

    private static FlowTag AddressTag(string address) => FlowTag.Address(FlowTagKind.BridgeAddress, Left, IpAddress.Parse(address));

    private static FlowTag DestinationTag(string prefix) => FlowTag.Prefix(FlowTagKind.Destination, Edge, IpPrefix.Parse(prefix));

    private static FlowTag SetTag(string prefix) => FlowTag.Prefix(FlowTagKind.SetAddress, 1, IpPrefix.Parse(prefix));

    /// <summary>The tags that the last step of a story touched, event by event.</summary>
    private static HashSet<FlowTag> ImpactOf(TopologyBuilder net, Action<TopologyBuilder> step)
    {
        var tags = new HashSet<FlowTag>();
        var topology = net.Topology;
        var known = net.Events.Count;
        step(net);
        foreach (var happened in net.Events.Skip(known))
        {
            var after = TopologyEvolution.Apply(topology, happened);
            ChangeImpact.Of(topology, happened, after, tags);
            topology = after;
        }
        return tags;
    }

    private static void ShouldTouch(Action<TopologyBuilder> step, params FlowTag[] tags)
    {
        var net = World();
        var before = net.Topology;
        ImpactOf(net, step).ShouldBe(tags, ignoreOrder: true);
        var difference = new HashSet<FlowTag>();
        ChangeImpact.Between(before, net.Topology, difference);
        difference.ShouldBe(tags, ignoreOrder: true, "between the two descriptions");
    }

    private static Action<TopologyBuilder> Port(string name, Func<Port, Port> change) => net => net.ChangePort(name, change);

    private static InterfaceAddress Own(string text)
    {
        IpPrefix.TryParseInterface(text, out var address, out var length);
        return new InterfaceAddress(address, length);
    }

    [Test]
    public void A_name_touches_nothing()
    {
        var renamed = new DeviceName("acme", "renamed");
        ShouldTouch(Port("vm1", port => port with { Name = renamed }));
        ShouldTouch(net => net.Put(net.Topology.Bridges[net.BridgeId("left")] with { Name = renamed }));
        ShouldTouch(net => net.Put(net.Topology.Routers[net.RouterId("edge")] with { Name = renamed }));
        ShouldTouch(net => net.Put(net.Topology.Chains[net.ChainId("web-in")] with { Name = renamed }));
        ShouldTouch(net => net.Put(net.Topology.AddressSets[net.SetId("bad")] with { Name = renamed }));
        ShouldTouch(net => net.Put(net.Topology.Hosts[net.HostId("host1")] with { Name = new DeviceName("", "renamed") }));
    }

    [Test]
    public void A_port_that_comes_touches_itself_and_the_list_of_the_bridge() =>
        ShouldTouch(
            net => net.Port("vm2", "left", "02:00:00:00:00:0f", "10.0.0.2/24"),
            PortTag(5),
            FlowTag.Of(FlowTagKind.BridgePorts, Left),
            FlowTag.Station(Left, _other),
            AddressTag("10.0.0.2"),
            FlowTag.Of(FlowTagKind.TunnelKey, TunnelKeys.Lowest + 3)
        );

    [Test]
    public void A_port_that_goes_touches_the_same() =>
        ShouldTouch(
            net => net.Delete(net.PortId("vm1")),
            PortTag(1),
            FlowTag.Of(FlowTagKind.BridgePorts, Left),
            FlowTag.Station(Left, _vm1),
            AddressTag("10.0.0.1"),
            FlowTag.Of(FlowTagKind.TunnelKey, TunnelKeys.Lowest)
        );

    [Test]
    public void A_router_port_that_comes_touches_its_subnets() =>
        ShouldTouch(
            net => net.Port("dmz", "edge", "02:00:00:00:01:03", "203.0.113.1/24 fd00::1/64 fe80::1/64"),
            PortTag(5),
            DestinationTag("203.0.113.0/24"),
            DestinationTag("fd00::/64"),
            FlowTag.Of(FlowTagKind.TunnelKey, TunnelKeys.Lowest + 3)
        );

    [Test]
    public void What_packets_meet_at_a_port_touches_the_port_alone()
    {
        ShouldTouch(Port("vm1", port => port with { IsAdminUp = false }), PortTag(1));
        ShouldTouch(Port("vm1", port => port with { InboundChain = new ChainId(1) }), PortTag(1));
        ShouldTouch(Port("vm1", port => port with { OutboundChain = new ChainId(1) }), PortTag(1));
        ShouldTouch(Port("vm1", port => port with { Groups = [new PortGroupId(1)] }), PortTag(1));
        ShouldTouch(net => net.Do(new TopologyCommand.BindPort(net.PortId("vm1"), null)), PortTag(1));
        ShouldTouch(
            net => net.Do(new TopologyCommand.BindPort(net.PortId("vm1"), new HostBinding(net.HostId("host1"), "eth9"))),
            PortTag(1)
        );
        ShouldTouch(Port("edge-left", port => port with { IsAdminUp = false }), PortTag(3));
    }

    [Test]
    public void A_stations_new_ethernet_address_touches_both_and_its_addresses() =>
        ShouldTouch(
            Port("vm1", port => port with { Mac = _other }),
            FlowTag.Station(Left, _vm1),
            FlowTag.Station(Left, _other),
            AddressTag("10.0.0.1")
        );

    [Test]
    public void A_stations_new_address_touches_that_address_alone() =>
        ShouldTouch(Port("vm1", port => port with { Addresses = [.. port.Addresses, Own("10.0.0.9/24")] }), AddressTag("10.0.0.9"));

    [Test]
    public void A_stations_subnet_length_touches_nothing() =>
        ShouldTouch(Port("vm1", port => port with { Addresses = [Own("10.0.0.1/25")] }));

    [Test]
    public void A_router_ports_ethernet_address_touches_it_and_its_stations_at_the_bridge() =>
        ShouldTouch(
            Port("edge-left", port => port with { Mac = _other }),
            PortTag(3),
            FlowTag.Station(Left, _gateway),
            FlowTag.Station(Left, _other),
            AddressTag("10.0.0.254"),
            AddressTag("fe80::1")
        );

    [Test]
    public void A_router_ports_addresses_touch_their_subnets_and_the_bridge() =>
        ShouldTouch(
            Port("edge-left", port => port with { Addresses = [port.Addresses[0], Own("10.7.0.1/16"), Own("fe80::2/64")] }),
            PortTag(3),
            DestinationTag("10.7.0.0/16"),
            AddressTag("10.7.0.1"),
            AddressTag("fe80::1"),
            AddressTag("fe80::2")
        );

    [Test]
    public void A_link_that_goes_touches_both_ends_and_the_router_ports_station() =>
        ShouldTouch(
            net => net.Do(new TopologyCommand.UnlinkPort(net.PortId("edge-left"))),
            PortTag(2),
            PortTag(3),
            FlowTag.Station(Left, _gateway),
            AddressTag("10.0.0.254"),
            AddressTag("fe80::1")
        );

    [Test]
    public void Two_stations_that_change_places_touch_both()
    {
        var net = World().Port("vm2", "left", "02:00:00:00:00:0f");
        ImpactOf(
                net,
                story =>
                    story.Do(
                        new TopologyCommand.Batch([
                            new TopologyCommand.PutDevice(story.Topology.Ports[story.PortId("vm1")] with { Mac = _other }),
                            new TopologyCommand.PutDevice(story.Topology.Ports[story.PortId("vm2")] with { Mac = _vm1 }),
                        ])
                    )
            )
            .ShouldBe([FlowTag.Station(Left, _vm1), FlowTag.Station(Left, _other), AddressTag("10.0.0.1")], ignoreOrder: true);
    }

    [Test]
    public void A_bridge_touches_itself()
    {
        var tag = FlowTag.Of(FlowTagKind.Bridge, Left);
        ShouldTouch(net => net.Bridge("right"), FlowTag.Of(FlowTagKind.Bridge, 2));
        ShouldTouch(net => net.Put(net.Topology.Bridges[net.BridgeId("left")] with { IsAdminUp = false }), tag);
        ShouldTouch(net => net.Put(net.Topology.Bridges[net.BridgeId("left")] with { InboundChain = new ChainId(1) }), tag);
        ShouldTouch(net => net.Put(net.Topology.Bridges[net.BridgeId("left")] with { OutboundChain = new ChainId(1) }), tag);
        ImpactOf(World().Bridge("right"), net => net.Delete(net.BridgeId("right"))).ShouldBe([FlowTag.Of(FlowTagKind.Bridge, 2)]);
    }

    [Test]
    public void A_router_touches_itself()
    {
        var tag = FlowTag.Of(FlowTagKind.Router, Edge);
        ShouldTouch(net => net.Router("core"), FlowTag.Of(FlowTagKind.Router, 2));
        ShouldTouch(net => net.Router("edge", up: false), tag);
        ShouldTouch(net => net.Router("edge", inbound: "web-in"), tag);
        ShouldTouch(net => net.Router("edge", outbound: "web-in"), tag);
        ImpactOf(World().Router("core"), net => net.Delete(net.RouterId("core"))).ShouldBe([FlowTag.Of(FlowTagKind.Router, 2)]);
    }

    [Test]
    public void A_route_touches_the_destinations_that_it_was_and_is_for()
    {
        ShouldTouch(net => net.Route("edge", "lab", "10.9.0.0/16", RouteKind.Blackhole), DestinationTag("10.9.0.0/16"));
        ShouldTouch(
            net => net.Route("edge", "default", "0.0.0.0/1", "up", "192.0.2.1"),
            DestinationTag("0.0.0.0/0"),
            DestinationTag("0.0.0.0/1")
        );
        ShouldTouch(net => net.Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1", weight: 5), DestinationTag("0.0.0.0/0"));
        ShouldTouch(net => net.Do(new TopologyCommand.DeleteRoute(net.RouterId("edge"), "default")), DestinationTag("0.0.0.0/0"));
        ShouldTouch(
            net => net.Put(net.Topology.Routers[net.RouterId("edge")] with { Routes = Router.NoRoutes }),
            DestinationTag("0.0.0.0/0")
        );
    }

    [Test]
    public void Rules_touch_their_chain()
    {
        var tag = FlowTag.Of(FlowTagKind.Chain, 1);
        ShouldTouch(net => net.AddRule("web-in", Rule("last", RuleAction.Drop)), tag);
        ShouldTouch(net => net.Do(new TopologyCommand.ReplaceRule(net.ChainId("web-in"), "web", Rule("web", RuleAction.Drop))), tag);
        ShouldTouch(net => net.Do(new TopologyCommand.DeleteRule(net.ChainId("web-in"), "web")), tag);
        ShouldTouch(net => net.Chain("web-in"), tag);
        ShouldTouch(net => net.Chain("new"), FlowTag.Of(FlowTagKind.Chain, 3));
        ShouldTouch(net => net.Delete(net.ChainId("spare")), FlowTag.Of(FlowTagKind.Chain, 2));
    }

    [Test]
    public void A_set_touches_the_prefixes_that_come_and_go()
    {
        ShouldTouch(
            net =>
                net.Do(
                    new TopologyCommand.ChangeAddressSet(
                        net.SetId("bad"),
                        [IpPrefix.Parse("fd00::/8")],
                        [IpPrefix.Parse("198.51.100.0/24")]
                    )
                ),
            SetTag("fd00::/8"),
            SetTag("198.51.100.0/24")
        );
        ShouldTouch(net => net.Set("bad", "198.51.100.0/24", "192.0.2.0/24"), SetTag("192.0.2.0/24"));
        ShouldTouch(net => net.Delete(net.SetId("bad")), SetTag("198.51.100.0/24"));
    }

    [Test]
    public void A_group_touches_nothing()
    {
        ShouldTouch(net => net.Group("new"));
        ShouldTouch(net => net.Group("g", stateful: true));
        ShouldTouch(net => net.Delete(net.GroupId("g")));
    }

    [Test]
    public void A_host_touches_itself()
    {
        var address = FlowTag.Address(FlowTagKind.Peer, 0, IpAddress.Parse("192.0.2.77"));
        ShouldTouch(net => net.Host("host1", "192.0.2.77"), FlowTag.Of(FlowTagKind.Host, 1), address);
        ShouldTouch(net => net.Host("host2"), FlowTag.Of(FlowTagKind.Host, 2));
    }

    [Test]
    public void An_event_that_changes_nothing_touches_nothing()
    {
        var net = World();
        var tags = new List<FlowTag>();
        var happened = new TopologyEvent.RuleDeleted(new ChainId(99), 0);
        ChangeImpact.Of(net.Topology, happened, TopologyEvolution.Apply(net.Topology, happened), tags);
        tags.ShouldBeEmpty();
    }

    [Test]
    public void Learned_facts_touch_their_lookups()
    {
        var station = new MacKey(new BridgeId(1), 7, _vm1);
        var neighbor = new NeighborKey(new PortId(4), IpAddress.Parse("192.0.2.1"));
        var failed = new NeighborKey(new PortId(4), IpAddress.Parse("192.0.2.9"));
        var after = new LearnedSnapshot
        {
            Macs = LearnedSnapshot.Empty.Macs.Add(station, new PortId(1)),
            Neighbors = LearnedSnapshot.Empty.Neighbors.Add(neighbor, _gateway),
            FailedNeighbors = [failed],
            DownPorts = [new PortId(1)],
        };
        FlowTag[] touched =
        [
            FlowTag.Mac(1, 7, _vm1),
            FlowTag.Address(FlowTagKind.Neighbor, 4, neighbor.Address),
            FlowTag.Address(FlowTagKind.Neighbor, 4, failed.Address),
            FlowTag.Of(FlowTagKind.PortState, 1),
        ];
        LearnedImpact(LearnedSnapshot.Empty, after).ShouldBe(touched, ignoreOrder: true);
        LearnedImpact(after, LearnedSnapshot.Empty).ShouldBe(touched, ignoreOrder: true);
        LearnedImpact(after, after with { Macs = after.Macs.SetItem(station, new PortId(2)) }).ShouldBe([touched[0]]);
        LearnedImpact(after, after with { Neighbors = after.Neighbors.SetItem(neighbor, _other) }).ShouldBe([touched[1]]);
        LearnedImpact(after, after with { }).ShouldBeEmpty();
    }

    private static List<FlowTag> LearnedImpact(LearnedSnapshot before, LearnedSnapshot after)
    {
        var tags = new List<FlowTag>();
        ChangeImpact.OfLearned(before, after, tags);
        return tags;
    }

    [Test]
    public void What_differs_in_the_end_was_touched_on_the_way([Range(1, 40)] int seed)
    {
        var generator = new CommandGenerator(seed);
        var topology = CommandGenerator.Beginning();
        for (var i = 0; i < 100; i++)
        {
            var before = topology;
            var onTheWay = new HashSet<FlowTag>();
            foreach (var happened in TopologyDecisions.Decide(topology, generator.Next()).Events)
            {
                var after = TopologyEvolution.Apply(topology, happened);
                ChangeImpact.Of(topology, happened, after, onTheWay);
                topology = after;
            }
            var inTheEnd = new HashSet<FlowTag>();
            ChangeImpact.Between(before, topology, inTheEnd);
            // A router that comes or goes stands for its routes, on the way as in the end.
            inTheEnd.RemoveWhere(tag => onTheWay.Any(touched => tag.IsHitBy(touched)));
            inTheEnd.ShouldBeEmpty($"seed {seed}, command {i}");
        }
    }
}
