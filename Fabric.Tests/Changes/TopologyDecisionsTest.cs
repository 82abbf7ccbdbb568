using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public class TopologyDecisionsTest
{
    private static TopologyBuilder World() =>
        new TopologyBuilder()
            .Chain("web-in", Rule("web", RuleAction.Accept))
            .Bridge("left", inbound: "web-in")
            .Router("edge")
            .Port("vm1", "left", "02:00:00:00:00:01", "10.0.0.1/24")
            .Port("vm2", "left", "02:00:00:00:00:02", "10.0.0.2/24")
            .Connect("left", "edge", "02:00:00:00:01:01", "10.0.0.254/24")
            .Port("up", "edge", "02:00:00:00:01:02", "192.0.2.2/30")
            .Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1")
            .Set("bad", "198.51.100.0/24");

    private static Decision Decide(TopologyBuilder net, TopologyCommand command) => TopologyDecisions.Decide(net.Topology, command);

    private static void ShouldRefuse(Decision decision, RejectionReason reason, string message)
    {
        decision.Rejection.ShouldNotBeNull();
        decision.Rejection.Message.ShouldBe(message);
        decision.Rejection.Reason.ShouldBe(reason);
        decision.Events.ShouldBeEmpty();
    }

    private static TopologyCommand Put(Device device, long? expected = null) => new TopologyCommand.PutDevice(device, expected);

    private static Port PortOf(TopologyBuilder net, string name) => net.Topology.Ports[net.PortId(name)];

    [Test]
    public void What_is_named_by_others_is_not_deleted()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.BridgeId("left"))),
            RejectionReason.StillReferenced,
            "bridge 'acme/left' is still named by port 'acme/left-edge' and 2 others: delete or change those first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.ChainId("web-in"))),
            RejectionReason.StillReferenced,
            "chain 'acme/web-in' is still named by bridge 'acme/left': delete or change that first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.PortId("left-edge"))),
            RejectionReason.StillReferenced,
            "port 'acme/left-edge' is still named by port 'acme/edge-left': delete or change that first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.PortId("up"))),
            RejectionReason.StillReferenced,
            "port 'acme/up' is still named by router 'acme/edge': delete or change that first"
        );
    }

    [Test]
    public void Nothing_names_what_is_not_there()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { OutboundChain = new ChainId(0xabc) })),
            RejectionReason.DanglingReference,
            "bridge 'acme/left' names chain 0000000000000abc, which does not exist: create that first, or leave it out"
        );
        ShouldRefuse(
            Decide(
                net,
                Put(PortOf(net, "vm1") with { Id = new PortId(99), Name = new DeviceName("acme", "vm9"), Owner = new RouterId(99) })
            ),
            RejectionReason.DanglingReference,
            "port 'acme/vm9' names router 0000000000000063, which does not exist: create that first, or leave it out"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("j", RuleAction.Jump, jumpTo: new ChainId(0xabc)))),
            RejectionReason.DanglingReference,
            "chain 'acme/web-in' names chain 0000000000000abc, which does not exist: create that first, or leave it out"
        );
    }

    [Test]
    public void A_tenant_names_only_its_own()
    {
        var net = World().Tenant("other").Chain("theirs").Tenant("acme");
        var theirs = net.Topology.Chains.Values.Single(chain => chain.Name.Tenant == "other").Id;
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { OutboundChain = theirs })),
            RejectionReason.Invalid,
            "bridge 'acme/left' names chain 'other/theirs' of another tenant: use one of tenant 'acme'"
        );
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { Name = new DeviceName("other", "left") })),
            RejectionReason.Invalid,
            "bridge 'acme/left' cannot become 'other/left', since a device stays in its tenant: create another there"
        );
    }

    [Test]
    public void Chains_do_not_jump_in_circles()
    {
        var net = World();
        net.Chain("b", Rule("to-web", RuleAction.Jump, jumpTo: net.ChainId("web-in")));
        net.Chain("a", Rule("to-b", RuleAction.Jump, jumpTo: net.ChainId("b")));
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 1, Rule("back", RuleAction.Jump, jumpTo: net.ChainId("a")))),
            RejectionReason.ChainLoop,
            "chain 'acme/web-in' would jump to chain 'acme/a', which leads back to it: remove one of these jumps"
        );
        ShouldRefuse(
            Decide(
                net,
                new TopologyCommand.ReplaceRule(net.ChainId("web-in"), "web", Rule("self", RuleAction.Jump, jumpTo: net.ChainId("web-in")))
            ),
            RejectionReason.ChainLoop,
            "chain 'acme/web-in' would jump to itself: remove that jump"
        );
    }

    [Test]
    public void A_jump_is_turned_round_in_one_batch()
    {
        var net = World();
        net.Chain("b", Rule("to-web", RuleAction.Jump, jumpTo: net.ChainId("web-in")));
        var batch = new TopologyCommand.Batch([
            new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("to-b", RuleAction.Jump, jumpTo: net.ChainId("b"))),
            new TopologyCommand.DeleteRule(net.ChainId("b"), "to-web"),
        ]);
        Decide(net, batch).IsAccepted.ShouldBeTrue();
        Decide(net, batch with { Commands = batch.Commands[..1] }).Rejection!.Reason.ShouldBe(RejectionReason.ChainLoop);
    }

    [Test]
    public void A_bound_port_is_not_linked_and_a_linked_one_not_bound()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.LinkPorts(net.PortId("vm1"), net.PortId("up"))),
            RejectionReason.Conflict,
            "port 'acme/vm1' is bound to interface 'vm1' of host 'host1' and cannot be linked to port 'acme/up': unbind it first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.LinkPorts(net.PortId("left-edge"), net.PortId("up"))),
            RejectionReason.Conflict,
            "port 'acme/left-edge' is linked to port 'acme/edge-left' and cannot be linked to port 'acme/up': unlink it first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.BindPort(net.PortId("left-edge"), new HostBinding(net.HostId("host1"), "eth1"))),
            RejectionReason.Conflict,
            "port 'acme/left-edge' is linked to another port and cannot be bound to interface 'eth1': unlink it first"
        );
        Decide(net, Put(PortOf(net, "left-edge") with { Binding = new HostBinding(net.HostId("host1"), "eth1") }))
            .Rejection!.Reason.ShouldBe(RejectionReason.Conflict);
    }

    [Test]
    public void Links_are_symmetric_both_ways()
    {
        var net = World();
        PortOf(net, "left-edge").Peer.ShouldBe(net.PortId("edge-left"));
        PortOf(net, "edge-left").Peer.ShouldBe(net.PortId("left-edge"));
        net.Do(new TopologyCommand.UnlinkPort(net.PortId("edge-left")));
        PortOf(net, "left-edge").Peer.ShouldBeNull();
        PortOf(net, "edge-left").Peer.ShouldBeNull();
        net.InteriorPort("solo", "left");
        ShouldRefuse(
            Decide(net, new TopologyCommand.LinkPorts(net.PortId("solo"), net.PortId("solo"))),
            RejectionReason.Invalid,
            "port 'acme/solo' cannot be linked to itself: name another port"
        );
    }

    [Test]
    public void An_interface_is_one_ports()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.BindPort(net.PortId("vm2"), new HostBinding(net.HostId("host1"), "vm1"))),
            RejectionReason.Conflict,
            "port 'acme/vm2' and port 'acme/vm1' would both be bound to interface 'vm1' of host 'host1': unbind one, or name another interface"
        );
    }

    [Test]
    public void A_station_is_behind_one_port_of_a_bridge()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm2") with { Mac = MacAddress.Parse("02:00:00:00:00:01") })),
            RejectionReason.Conflict,
            "port 'acme/vm1' and port 'acme/vm2' would both have Ethernet address 02:00:00:00:00:01 on bridge 'acme/left': change one of them"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm2") with { Addresses = [new InterfaceAddress(IpAddress.Parse("10.0.0.254"), 24)] })),
            RejectionReason.Conflict,
            "port 'acme/vm2' and port 'acme/left-edge' would both have address 10.0.0.254 on bridge 'acme/left': change one of them"
        );
    }

    [Test]
    public void Subnets_of_a_router_do_not_overlap()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "up") with { Addresses = [new InterfaceAddress(IpAddress.Parse("10.0.0.77"), 28)] })),
            RejectionReason.Conflict,
            "port 'acme/edge-left' and port 'acme/up' of router 'acme/edge' would have overlapping subnets 10.0.0.0/24 and 10.0.0.64/28: change one of them"
        );
        net.ChangePort("up", port => port with { Addresses = port.Addresses.Add(new InterfaceAddress(IpAddress.Parse("fe80::1"), 64)) });
        net.ChangePort(
            "edge-left",
            port => port with { Addresses = port.Addresses.Add(new InterfaceAddress(IpAddress.Parse("fe80::1"), 64)) }
        );
    }

    [TestCase(
        "10.0.0.0/24",
        "port 'acme/up' cannot have address 10.0.0.0/24, which names its network as a whole: use another address of the subnet"
    )]
    [TestCase(
        "10.0.0.255/24",
        "port 'acme/up' cannot have address 10.0.0.255/24, which is the broadcast address of its subnet: use another address of the subnet"
    )]
    [TestCase("224.0.0.1/24", "port 'acme/up' cannot have address 224.0.0.1/24, which names a group: use a station's address")]
    [TestCase("ff02::1/64", "port 'acme/up' cannot have address ff02::1/64, which names a group: use a station's address")]
    [TestCase("127.0.0.1/8", "port 'acme/up' cannot have address 127.0.0.1/8, which never leaves its host: use a station's address")]
    [TestCase("0.0.0.0/8", "port 'acme/up' cannot have address 0.0.0.0/8, which names no station: use a station's address")]
    [TestCase("10.9.9.9/0", "port 'acme/up' cannot have address 10.9.9.9/0, which has no subnet length from 1 to 32: correct the length")]
    public void A_port_has_addresses_of_stations(string address, string message)
    {
        var net = World();
        IpPrefix.TryParseInterface(address, out var parsed, out var length);
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "up") with { Addresses = [new InterfaceAddress(parsed, length)] })),
            RejectionReason.Invalid,
            message
        );
    }

    [TestCase("10.9.0.0/31")]
    [TestCase("10.9.0.1/31")]
    [TestCase("10.9.0.0/32")]
    [TestCase("fd00::/64")]
    public void A_small_subnet_has_neither_network_nor_broadcast_address(string address)
    {
        var net = World().Do(new TopologyCommand.DeleteRoute(new RouterId(1), "default"));
        IpPrefix.TryParseInterface(address, out var parsed, out var length);
        Decide(net, Put(PortOf(net, "up") with { Addresses = [new InterfaceAddress(parsed, length)] })).IsAccepted.ShouldBeTrue();
    }

    [Test]
    public void A_router_port_needs_an_ethernet_address()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "up") with { Mac = null })),
            RejectionReason.Invalid,
            "port 'acme/up' is a router's and needs an Ethernet address: give it one such as 02:00:00:00:00:01"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "up") with { Mac = MacAddress.Broadcast })),
            RejectionReason.Invalid,
            "port 'acme/up' cannot have Ethernet address ff:ff:ff:ff:ff:ff, which names no single station: use an even first octet"
        );
    }

    [Test]
    public void A_route_leaves_by_a_port_of_its_router_to_its_link()
    {
        var net = World().Router("core").Port("core-up", "core", "02:00:00:00:02:01", "203.0.113.1/24");
        var route = net.Topology.Routers[net.RouterId("edge")].Routes["default"];
        TopologyCommand put = new TopologyCommand.PutRoute(net.RouterId("edge"), route with { Port = net.PortId("core-up") });
        ShouldRefuse(
            Decide(net, put),
            RejectionReason.Conflict,
            "route 'default' of router 'acme/edge' cannot leave by port 'acme/core-up', which belongs to router 'acme/core': name a port of the router"
        );
        put = new TopologyCommand.PutRoute(net.RouterId("edge"), route with { Gateway = IpAddress.Parse("203.0.113.9") });
        ShouldRefuse(
            Decide(net, put),
            RejectionReason.Conflict,
            "route 'default' of router 'acme/edge' has gateway 203.0.113.9, which is in no subnet of port 'acme/up': name a station on that port's link"
        );
        put = new TopologyCommand.PutRoute(net.RouterId("edge"), route with { Gateway = IpAddress.Parse("192.0.2.2") });
        ShouldRefuse(
            Decide(net, put),
            RejectionReason.Conflict,
            "route 'default' of router 'acme/edge' has gateway 192.0.2.2, which is the address of port 'acme/up': name a station on that port's link"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "up") with { Addresses = [new InterfaceAddress(IpAddress.Parse("192.0.2.9"), 30)] })),
            RejectionReason.Conflict,
            "route 'default' of router 'acme/edge' has gateway 192.0.2.1, which is in no subnet of port 'acme/up': name a station on that port's link"
        );
    }

    [Test]
    public void A_subnet_and_its_gateway_move_in_one_batch()
    {
        var net = World();
        var route = net.Topology.Routers[net.RouterId("edge")].Routes["default"];
        var batch = new TopologyCommand.Batch([
            Put(PortOf(net, "up") with { Addresses = [new InterfaceAddress(IpAddress.Parse("192.0.2.9"), 29)] }),
            new TopologyCommand.PutRoute(net.RouterId("edge"), route with { Gateway = IpAddress.Parse("192.0.2.10") }),
        ]);
        Decide(net, batch).IsAccepted.ShouldBeTrue();
    }

    private static IEnumerable<TestCaseData> BadRoutes()
    {
        var good = new Route
        {
            Name = "x",
            Destination = IpPrefix.Parse("10.9.0.0/16"),
            Source = IpPrefix.All(IpFamily.V4),
            Port = new PortId(5),
            Gateway = IpAddress.Parse("192.0.2.1"),
        };
        yield return new(good with { Metric = -1 }, "has metric -1: use 0 or more");
        yield return new(good with { Weight = 0 }, "has weight 0: use 1 to 65535");
        yield return new(good with { Weight = 65_536 }, "has weight 65536: use 1 to 65535");
        yield return new(
            good with
            {
                Source = IpPrefix.All(IpFamily.V6),
            },
            "is for destinations 10.9.0.0/16 from sources ::/0: use one IP version"
        );
        yield return new(
            good with
            {
                Gateway = IpAddress.Parse("fe80::1"),
            },
            "is for destinations 10.9.0.0/16 by gateway fe80::1: use one IP version"
        );
        yield return new(
            good with
            {
                Gateway = IpAddress.Parse("224.0.0.1"),
            },
            "has gateway 224.0.0.1, which names a group: use a station's address"
        );
        yield return new(good with { Port = null }, "forwards and needs a port to leave by: name one of the router");
        yield return new(good with { Kind = RouteKind.Reject }, "ends the packet's way and has no port or gateway: leave these out");
    }

    [TestCaseSource(nameof(BadRoutes))]
    public void A_route_is_whole(Route route, string fault)
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.PutRoute(net.RouterId("edge"), route)),
            RejectionReason.Invalid,
            $"route 'x' of router 'acme/edge' {fault}"
        );
    }

    private static IEnumerable<TestCaseData> BadRules()
    {
        static TestCaseData Match(RuleMatch match, string fault) => new(Rule("x", RuleAction.Drop, match), fault);
        var range = new Test<PortRange>(new PortRange(80, 80));
        yield return new(Rule("x", RuleAction.Jump), "jumps nowhere: name a chain");
        yield return new(Rule("x", RuleAction.Drop, jumpTo: new ChainId(1)), "names a chain without jumping: make its action jump");
        yield return new(Rule("x", RuleAction.PushVlan), "adds no VLAN tag: give one");
        yield return new(
            Rule("x", RuleAction.PopVlan, vlan: new VlanTag(0x8100, 1, 0)),
            "has a VLAN tag without adding it: make its action push-vlan"
        );
        yield return new(
            Rule("x", RuleAction.PushVlan, vlan: new VlanTag(0x8100, 4095, 0)),
            "adds a VLAN tag that cannot be: use protocol 0x8100 or 0x88a8, identifier 0 to 4094, priority 0 to 7"
        );
        yield return new(Rule("x", RuleAction.Drop) with { Meter = "a b" }, "has meter 'a b': use letters, digits, '-', '_' and '.'");
        yield return Match(new RuleMatch { DestinationPort = new(new PortRange(9, 8)) }, "asks for ports 9 to 8: give the lower first");
        yield return Match(
            new RuleMatch { DestinationPort = range, Fragments = FragmentPolicy.Any },
            "asks for ports of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(
            new RuleMatch { SourcePort = range, Fragments = FragmentPolicy.NonHeader },
            "asks for ports of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(
            new RuleMatch { TcpFlags = new(new TcpFlagsMatch(2, 2)), Fragments = FragmentPolicy.NonHeader },
            "asks for headers of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(new RuleMatch { Vlan = new(4095) }, "asks for VLAN 4095: use 0 to 4094");
        yield return Match(new RuleMatch { InPorts = new([]) }, "asks for one of no ports: name a port, or leave the condition out");
        yield return Match(
            new RuleMatch { Traversed = new(new ChainId(1)) },
            "asks whether a chain was traversed: name a port, bridge or router"
        );
        yield return Match(
            new RuleMatch { EthSrc = new(new MacMatch(new MacAddress(1), new MacAddress(2))) },
            "asks for bits of an Ethernet address that its mask leaves out: clear them"
        );
        yield return Match(
            new RuleMatch { Tos = new(new TosMatch(3, 0xfc)) },
            "asks for bits of the type of service that its mask leaves out: clear them"
        );
        yield return Match(
            new RuleMatch { Source = new(IpPrefix.Parse("10.0.0.0/8")), Destination = new(IpPrefix.Parse("fd00::/8")) },
            "asks for fd00::/8 and for the other IP version: use one version"
        );
        yield return Match(
            new RuleMatch { EthType = new(0x86dd), Source = new(IpPrefix.Parse("10.0.0.0/8")) },
            "asks for 10.0.0.0/8 and for the other IP version: use one version"
        );
        yield return Match(
            new RuleMatch { Protocol = new(1), SourcePort = new(new PortRange(256, 256)) },
            "asks for ICMP type or code 256: use 0 to 255"
        );
    }

    [TestCaseSource(nameof(BadRules))]
    public void A_rule_can_hold(Rule rule, string fault)
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, rule)),
            RejectionReason.Invalid,
            $"rule 'x' of chain 'acme/web-in' {fault}"
        );
    }

    [Test]
    public void Names_are_legal_and_one_devices()
    {
        var net = World();
        var left = net.Topology.Bridges[net.BridgeId("left")];
        ShouldRefuse(
            Decide(net, Put(left with { Name = new DeviceName("acme", "-x") })),
            RejectionReason.Invalid,
            "'-x' cannot be the name of a bridge: use 1 to 63 letters, digits, '-', '_' and '.', the first a letter or digit"
        );
        ShouldRefuse(
            Decide(net, Put(left with { Id = new BridgeId(9) })),
            RejectionReason.NameTaken,
            "bridge 'acme/left' exists already: choose another name, or change that one"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm1") with { Name = new DeviceName("acme", "vm2") })),
            RejectionReason.NameTaken,
            "port 'acme/vm1' cannot be renamed to 'acme/vm2', which exists already: choose another name"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("web", RuleAction.Drop))),
            RejectionReason.NameTaken,
            "chain 'acme/web-in' has a rule 'web' already: choose another name, or replace that rule"
        );
        ShouldRefuse(
            Decide(net, Put(new Host { Id = new HostId(9), Name = new DeviceName("acme", "h") })),
            RejectionReason.Invalid,
            "host 'acme/h' cannot belong to tenant 'acme': hosts are shared by all, leave the tenant out"
        );
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("", "h") })),
            RejectionReason.Invalid,
            "bridge 'h' needs a tenant: name it TENANT/h"
        );
    }

    [Test]
    public void An_id_names_one_device_for_ever()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = new BridgeId(0), Name = new DeviceName("acme", "x") })),
            RejectionReason.Invalid,
            "bridge 'acme/x' has id 0, which names nothing: choose a random one"
        );
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = net.BridgeId("left"), Name = new DeviceName("acme", "x") }, expected: 0)),
            RejectionReason.IdTaken,
            "bridge 'acme/x' cannot be created, since its id is that of bridge 'acme/left': choose another id"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm1") with { Owner = net.RouterId("edge") })),
            RejectionReason.Invalid,
            "port 'acme/vm1' stays at its bridge: delete it and create another elsewhere"
        );
    }

    [Test]
    public void A_change_against_an_old_version_is_refused()
    {
        var net = World();
        var left = net.Topology.Bridges[net.BridgeId("left")];
        ShouldRefuse(
            Decide(net, Put(left with { IsAdminUp = false }, expected: 7)),
            RejectionReason.VersionConflict,
            "bridge 'acme/left' is at version 1 and not at 7: read it again and repeat the change"
        );
        Decide(net, Put(left with { IsAdminUp = false }, expected: 1)).IsAccepted.ShouldBeTrue();
        Decide(net, new TopologyCommand.DeleteRule(net.ChainId("web-in"), "web", 7))
            .Rejection!.Reason.ShouldBe(RejectionReason.VersionConflict);
        Decide(net, Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("acme", "x") }, expected: 3))
            .Rejection!.Reason.ShouldBe(RejectionReason.VersionConflict);
    }

    [Test]
    public void A_wish_that_is_fulfilled_gives_no_events()
    {
        var net = World();
        var route = net.Topology.Routers[net.RouterId("edge")].Routes["default"];
        TopologyCommand[] fulfilled =
        [
            Put(PortOf(net, "vm1")),
            Put(PortOf(net, "left-edge") with { Peer = null, Version = 0 }, expected: 0),
            Put(net.Topology.Routers[net.RouterId("edge")]),
            Put(net.Topology.AddressSets[net.SetId("bad")]),
            new TopologyCommand.DeleteDevice(new BridgeId(99)),
            new TopologyCommand.LinkPorts(net.PortId("edge-left"), net.PortId("left-edge")),
            new TopologyCommand.UnlinkPort(net.PortId("vm1")),
            new TopologyCommand.BindPort(net.PortId("vm1"), PortOf(net, "vm1").Binding),
            new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("web", RuleAction.Accept), 0),
            new TopologyCommand.ReplaceRule(net.ChainId("web-in"), "old", Rule("web", RuleAction.Accept)),
            new TopologyCommand.DeleteRule(net.ChainId("web-in"), "none"),
            new TopologyCommand.PutRoute(net.RouterId("edge"), route),
            new TopologyCommand.DeleteRoute(net.RouterId("edge"), "none"),
            new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [IpPrefix.Parse("198.51.100.0/24")], [IpPrefix.Parse("10.0.0.0/8")]),
        ];
        foreach (var command in fulfilled)
        {
            var decision = Decide(net, command);
            decision.Rejection.ShouldBeNull(command.ToString());
            decision.Events.ShouldBeEmpty(command.ToString());
        }
        Decide(net, new TopologyCommand.Batch([.. fulfilled])).Events.ShouldBeEmpty();
    }

    [Test]
    public void A_set_tells_only_what_changes()
    {
        var net = World();
        var inside = IpPrefix.Parse("198.51.100.0/24");
        var outside = IpPrefix.Parse("203.0.113.0/24");
        var decision = Decide(
            net,
            new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [outside, inside], [IpPrefix.Parse("10.0.0.0/8")])
        );
        var changed = decision.Events.ShouldHaveSingleItem().ShouldBeOfType<TopologyEvent.AddressSetChanged>();
        changed.Added.ShouldBe([outside]);
        changed.Removed.ShouldBeEmpty();
        ShouldRefuse(
            Decide(net, new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [outside], [outside])),
            RejectionReason.Invalid,
            "address set 'acme/bad' cannot gain and lose 203.0.113.0/24 at once: name it in one list"
        );
    }

    [Test]
    public void A_batch_is_fulfilled_wholly_or_not_at_all()
    {
        var net = World();
        var good = Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("acme", "x") });
        var bad = new TopologyCommand.DeleteDevice(net.BridgeId("left"));
        Decide(net, new TopologyCommand.Batch([good])).Events.Length.ShouldBe(1);
        Decide(net, new TopologyCommand.Batch([good, bad])).Events.ShouldBeEmpty();
        ShouldRefuse(
            Decide(net, new TopologyCommand.Batch([new TopologyCommand.Batch([])])),
            RejectionReason.Invalid,
            "a batch cannot hold another batch: put its commands in line"
        );
    }

    [Test]
    public void A_command_about_an_unknown_device_says_so()
    {
        var net = World();
        TopologyCommand[] commands =
        [
            new TopologyCommand.LinkPorts(new PortId(99), net.PortId("vm1")),
            new TopologyCommand.UnlinkPort(new PortId(99)),
            new TopologyCommand.BindPort(new PortId(99), null),
            new TopologyCommand.InsertRule(new ChainId(99), 0, Rule("x", RuleAction.Drop)),
            new TopologyCommand.ReplaceRule(new ChainId(99), "x", Rule("x", RuleAction.Drop)),
            new TopologyCommand.DeleteRule(new ChainId(99), "x"),
            new TopologyCommand.DeleteRoute(new RouterId(99), "x"),
            new TopologyCommand.ChangeAddressSet(new AddressSetId(99), [], []),
        ];
        foreach (var command in commands)
            Decide(net, command).Rejection!.Reason.ShouldBe(RejectionReason.NotFound, command.ToString());
        Decide(net, commands[0])
            .Rejection!.Message.ShouldBe("port 0000000000000063 does not exist: look at what is there, or create it first");
    }
}
