using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public partial class TopologyDecisionsTest
{
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
        net.ChangePort("up", port => port with { Addresses = [.. port.Addresses, new InterfaceAddress(IpAddress.Parse("fe80::1"), 64)] });
        net.ChangePort(
            "edge-left",
            port => port with { Addresses = [.. port.Addresses, new InterfaceAddress(IpAddress.Parse("fe80::1"), 64)] }
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
}
