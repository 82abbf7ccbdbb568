using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Packets for ports of hosts that the underlay does not lead to.</summary>
public class TunnelStepTest
{
    [Test]
    public void A_router_sends_all_by_the_next_hop_whose_host_is_reached(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at,
        [Values("a", "b")] string down
    )
    {
        var world = TwoUplinks(at, secondMetric: 0);
        string[] taken = [.. Connections(world, at).Distinct().Order()];
        taken.ShouldBe(["up-a", "up-b"]);
        Cut(world, down);
        Connections(world, at).Distinct().ShouldHaveSingleItem().ShouldBe(down == "a" ? "up-b" : "up-a");
        world.HasTag(FlowTag.Of(FlowTagKind.Tunnel, world.Net.HostId(down).Value)).ShouldBeTrue();
    }

    [Test]
    public void A_worse_route_takes_over([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = TwoUplinks(at, secondMetric: 10);
        Connections(world, at).Distinct().ShouldBe(["up-a"]);
        Cut(world, "a");
        Connections(world, at).Distinct().ShouldBe(["up-b"]);
    }

    [Test]
    public void Without_another_way_the_source_is_told_that_the_host_is_unreachable(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = TwoUplinks(at, secondMetric: 0);
        Cut(world, "a");
        Cut(world, "b");
        var verdict = world.Send("vm1", Away(at, 1));
        (verdict.Kind, verdict.Reason, verdict.IsCacheable).ShouldBe((VerdictKind.Drop, DropReason.PeerUnreachable, false));
        var answer = world.OnlyAnswer("edge-lan");
        Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 1), (1, 3)), at.Inside, at.Vm1);
    }

    [Test]
    public void A_router_that_has_no_route_at_all_says_that_instead(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = TwoUplinks(at, secondMetric: 0).IsDown("up-a").IsDown("up-b");
        Cut(world, "a");
        world.Send("vm1", Away(at, 1)).Reason.ShouldBe(DropReason.NoRoute);
    }

    /// <summary>The station's port is a bridge's, and the router before it is who tells.</summary>
    [Test]
    public void The_last_router_on_the_way_to_a_station_tells([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world
            .Net.Bridge("far")
            .Port("vm9", "far", "02:00:00:00:00:09", "10.9.0.1/24 fd00:9::1/64", host: "b")
            .Connect("far", "edge", "02:00:00:00:01:09", "10.9.0.254/24 fd00:9::fe/64");
        var frame = Make.Udp(at.Vm1, at.Of("10.9.0.1", "fd00:9::1"), Vm1Mac, InsideMac);
        world.Send("vm1", frame).Kind.ShouldBe(VerdictKind.Forward);
        Cut(world, "b");
        world.Send("vm1", frame).Reason.ShouldBe(DropReason.PeerUnreachable);
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 1), (1, 3)), at.Inside, at.Vm1);
        world.HasTag(FlowTag.Of(FlowTagKind.Tunnel, world.Net.HostId("b").Value)).ShouldBeTrue();
    }

    [Test]
    public void On_a_bridge_nobody_can_tell_so_it_is_dropped_by_a_flow(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        world.Net.ChangePort("vm2", port => port with { Binding = new HostBinding(world.Net.Host("b").HostId("b"), "vm2") });
        Cut(world, "b");
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac));
        (verdict.Kind, verdict.Reason, verdict.IsCacheable).ShouldBe((VerdictKind.Drop, DropReason.PeerUnreachable, true));
        world.ShouldStaySilent();
    }

    [Test]
    public void A_flood_goes_to_those_that_are_reached_and_nothing_is_said_of_the_others(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        world.Net.Port("vm3", "lan", "02:00:00:00:00:03", host: "b").Port("vm4", "lan", "02:00:00:00:00:04", host: "c");
        Cut(world, "b");
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Of("10.0.0.77", "fd00:a::77"), Vm1Mac, StrangerMac));
        verdict.Kind.ShouldBe(VerdictKind.Forward);
        world.Scratch.Outputs.Span.ToArray().Select(output => output.Port).ShouldBe([world.Net.PortId("vm2"), world.Net.PortId("vm4")]);
        world.ShouldStaySilent();
    }

    [Test]
    public void What_the_network_itself_says_draws_no_answer([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.ChangePort("vm1", port => port with { Binding = new HostBinding(world.Net.Host("b").HostId("b"), "vm1") });
        Cut(world, "b");
        world.SendEmitted("edge-lan", Make.Udp(at.Inside, at.Vm1, InsideMac, Vm1Mac)).Reason.ShouldBe(DropReason.PeerUnreachable);
        world.ShouldStaySilent();
    }

    /// <summary>The router's way out leads over two hosts.</summary>
    private static RouterWorld TwoUplinks(AddressPlan at, int secondMetric)
    {
        var world = new RouterWorld();
        world
            .Net.Bridge("lan")
            .Port("vm1", "lan", "02:00:00:00:00:01", "10.0.0.1/24 fd00:a::1/64")
            .Router("edge")
            .Connect("lan", "edge", "02:00:00:00:01:01", "10.0.0.254/24 fd00:a::fe/64")
            .Port("up-a", "edge", "02:00:00:00:01:0a", "192.0.2.1/25 fd00:b::1/64", host: "a")
            .Port("up-b", "edge", "02:00:00:00:01:0b", "192.0.2.129/25 fd00:c::1/64", host: "b");
        AddRoute(world, "by-a", at, at.Of("192.0.2.2", "fd00:b::2"), "up-a", 0);
        AddRoute(world, "by-b", at, at.Of("192.0.2.130", "fd00:c::2"), "up-b", secondMetric);
        return world;
    }

    private static void AddRoute(RouterWorld world, string name, AddressPlan at, string gateway, string port, int metric)
    {
        world.Net.Route("edge", name, at.Of("0.0.0.0/0", "::/0"), port, gateway);
        var route = world.Net.Topology.Routers[world.Net.RouterId("edge")].Routes[name];
        world.Net.Route("edge", route with { Metric = metric });
        world.Knows(port, gateway, GatewayMac);
    }

    private static IEnumerable<string> Connections(RouterWorld world, AddressPlan at)
    {
        for (ushort port = 1; port <= 40; port++)
        {
            world.Send("vm1", Away(at, port)).Kind.ShouldBe(VerdictKind.Forward);
            yield return world.Topology.Ports[world.Scratch.Outputs[0].Port].Name.Name;
        }
    }

    private static byte[] Away(AddressPlan at, ushort sourcePort) =>
        Make.Udp(at.Vm1, at.Of("203.0.113.9", "2001:db8::9"), Vm1Mac, InsideMac, sourcePort: sourcePort);

    private static void Cut(RouterWorld world, string host) =>
        world.Learned = world.Learned with { UnreachedHosts = world.Learned.UnreachedHosts.Add(world.Net.HostId(host)) };
}
