using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public partial class TopologyDecisionsTest
{
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
}
