using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What a router forwards, and how it changes it.</summary>
public class RouterForwardingTest
{
    [Test]
    public void Row28ForwardsToTheUplink([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        verdict.Kind.ShouldBe(VerdictKind.Forward);
        verdict.IsCacheable.ShouldBeTrue();
        var left = world.OnlyOutput("uplink");
        (left.EthSrc, left.EthDst, left.IpTtl).ShouldBe((UplinkMac, GatewayMac, (byte)63));
        (left.NwSrc, left.NwDst).ShouldBe((IpAddress.Parse(at.Vm1), IpAddress.Parse(at.Far)));
    }

    [Test]
    public void Row28ForwardsBetweenDownlinks([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world
            .Net.Bridge("dmz")
            .Port("web", "dmz", "02:00:00:00:00:09", "10.1.0.9/24 fd00:c::9/64")
            .Connect("dmz", "edge", "02:00:00:00:01:03", "10.1.0.254/24 fd00:c::fe/64");
        var web = at.Of("10.1.0.9", "fd00:c::9");
        world.Send("vm1", Make.Udp(at.Vm1, web, Vm1Mac, InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        var left = world.OnlyOutput("web");
        (left.EthSrc.ToString(), left.EthDst.ToString(), left.IpTtl).ShouldBe(("02:00:00:00:01:03", "02:00:00:00:00:09", (byte)63));
    }

    [Test]
    public void Row29DropsOtherEthertypes()
    {
        var world = Usual();
        var frame = Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac);
        frame[12] = 0x88;
        frame[13] = 0xb5;
        Reason(world.Send("vm1", frame)).ShouldBe(DropReason.NotRoutable);
    }

    [Test]
    public void Row29DropsTaggedFrames([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("uplink", Make.Tagged(Make.Udp(at.Gateway, at.Vm1, GatewayMac, UplinkMac), vlan: 7));
        Reason(verdict).ShouldBe(DropReason.TaggedAtRouter);
        verdict.IsCacheable.ShouldBeTrue();
    }

    [Test]
    public void Row29AcceptsVlanZeroAndStripsIt([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world
            .Send("uplink", Make.Tagged(Make.Udp(at.Far, at.Vm1, GatewayMac, UplinkMac), vlan: 0, priority: 5))
            .Kind.ShouldBe(VerdictKind.Forward);
        var left = world.OnlyOutput("vm1");
        left.Get(FlowField.VlanTpid).ShouldBe(0UL);
        left.EthDst.ShouldBe(Vm1Mac);
        // The priority decided nothing.
        world.Scratch.Key.Mask.Get(FlowField.VlanTci).ShouldBe(0x0fffUL);
    }

    [Test]
    public void Row30DropsFramesForOtherStations([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("uplink", Make.Udp(at.Far, at.Vm1, GatewayMac, StrangerMac));
        Reason(verdict).ShouldBe(DropReason.NotForRouter);
        verdict.IsCacheable.ShouldBeTrue();
        world.ShouldStaySilent();
    }

    [Test]
    public void Row34GatewayOutsideThePortsSubnetsIsUnreachable([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var route = new Route
        {
            Name = "odd",
            Destination = IpPrefix.Parse(at.Of("198.51.100.0/24", "fd00:d::/64")),
            Source = IpPrefix.All(at.Family),
            Port = world.Net.PortId("uplink"),
            Gateway = IpAddress.Parse(at.Vm1),
        };
        world.Force(new TopologyEvent.RoutePut(world.Net.RouterId("edge"), route));
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Of("198.51.100.9", "fd00:d::9"), Vm1Mac, InsideMac));
        Reason(verdict).ShouldBe(DropReason.GatewayOffLink);
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 1), (1, 3)), at.Inside, at.Vm1);
    }

    [Test]
    public void Row35GatewayWinsOverTheDestinationsOwnNeighborEntry(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual().Knows("uplink", at.Far, StrangerMac);
        world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("uplink").EthDst.ShouldBe(GatewayMac);
    }

    [Test]
    public void Row38LeavesByThePortItCameInBy([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        // Within one subnet by way of the router: allowed, and no redirect is sent.
        world.Send("vm1", Make.Udp(at.Vm1, at.Vm2, Vm1Mac, InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        var left = world.OnlyOutput("vm2");
        (left.EthSrc, left.EthDst).ShouldBe((InsideMac, Vm2Mac));
        world.ShouldStaySilent();
    }

    [Test]
    public void Row45ALoopOfRoutersEndsInADrop([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world
            .Net.Router("core")
            .InteriorPort("edge-core", "edge", "02:00:00:00:03:01", "10.9.0.1/30 fd00:9::1/126")
            .InteriorPort("core-edge", "core", "02:00:00:00:03:02", "10.9.0.2/30 fd00:9::2/126")
            .Link("edge-core", "core-edge")
            .Route("edge", "there", at.Of("198.51.100.0/24", "fd00:d::/64"), "edge-core", at.Of("10.9.0.2", "fd00:9::2"))
            .Route("core", "back", at.Of("198.51.100.0/24", "fd00:d::/64"), "core-edge", at.Of("10.9.0.1", "fd00:9::1"));
        var far = at.Of("198.51.100.9", "fd00:d::9");
        Reason(world.Send("vm1", Make.Udp(at.Vm1, far, Vm1Mac, InsideMac, ttl: 255))).ShouldBe(DropReason.HopLimit);
        // With fewer hops to live it dies as it would in the world.
        Reason(world.Send("vm1", Make.Udp(at.Vm1, far, Vm1Mac, InsideMac, ttl: 5))).ShouldBe(DropReason.TtlExceeded);
    }

    [Test]
    public void TheTimeToLiveOfOneEndsHere(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at,
        [Values(0, 1)] int ttl
    )
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac, ttl: (byte)ttl));
        (Reason(verdict), verdict.IsCacheable).ShouldBe((DropReason.TtlExceeded, false));
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((11, 0), (3, 0)), at.Inside, at.Vm1);
    }

    [TestCase("224.0.0.5", "02:00:00:00:01:02")]
    [TestCase("255.255.255.255", "02:00:00:00:01:02")]
    [TestCase("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [TestCase("127.0.0.1", "02:00:00:00:01:02")]
    [TestCase("0.0.0.9", "02:00:00:00:01:02")]
    [TestCase("169.254.3.4", "02:00:00:00:01:02")]
    [TestCase("10.0.0.255", "02:00:00:00:01:02")]
    [TestCase("192.0.2.255", "02:00:00:00:01:02")]
    [TestCase("ff0e::5", "02:00:00:00:01:02")]
    [TestCase("ff02::5", "33:33:00:00:00:05")]
    [TestCase("::1", "02:00:00:00:01:02")]
    [TestCase("fe80::9", "02:00:00:00:01:02")]
    public void SomeDestinationsAreNotForwarded(string destination, string mac)
    {
        var world = Usual();
        var source = destination.Contains(':', StringComparison.Ordinal) ? "fd00:b::fe" : "192.0.2.254";
        // A time to live that would draw an error, but for broadcasts, which only the route tells.
        var ttl = destination is "10.0.0.255" or "192.0.2.255" ? 9 : 1;
        var verdict = world.Send("uplink", Make.Udp(source, destination, GatewayMac, MacAddress.Parse(mac), (byte)ttl));
        (Reason(verdict), verdict.IsCacheable).ShouldBe((DropReason.NotForwardable, true));
        world.ShouldStaySilent();
    }

    [TestCase("224.0.0.5")]
    [TestCase("255.255.255.255")]
    [TestCase("127.0.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("ff02::5")]
    [TestCase("::1")]
    [TestCase("::")]
    public void SomeSourcesAreNobody(string source)
    {
        var world = Usual();
        foreach (var at in AddressPlan.Both.Where(a => a.Family == IpAddress.Parse(source).Family))
        {
            foreach (var destination in new[] { at.Far, at.Inside })
            {
                var verdict = world.Send("vm1", Make.Udp(source, destination, Vm1Mac, InsideMac));
                (Reason(verdict), verdict.IsCacheable).ShouldBe((DropReason.NotForwardable, true));
                world.ShouldStaySilent();
            }
        }
    }

    [Test]
    public void ALinkLocalSourceStaysOnItsLink()
    {
        var world = Usual();
        Reason(world.Send("vm1", Make.Udp("169.254.1.1", "203.0.113.7", Vm1Mac, InsideMac))).ShouldBe(DropReason.NotForwardable);
        world.ShouldStaySilent();
        Reason(world.Send("vm1", Make.Udp("fe80::1", "2001:db8:7::7", Vm1Mac, InsideMac))).ShouldBe(DropReason.NotForwardable);
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), (1, 2), "fe80::ff:fe00:101", "fe80::1");
    }

    [Test]
    public void AMalformedHeaderIsDroppedButNotForOthersOfItsKind()
    {
        var world = Usual();
        var frame = Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac);
        frame[24] ^= 0x40;
        var verdict = world.Send("vm1", frame);
        (Reason(verdict), verdict.IsCacheable).ShouldBe((DropReason.Malformed, false));
    }

    [Test]
    public void AFlowOfARouterObservesNoPortsAndNoFarAddressBits()
    {
        var world = Usual();
        world.Send("vm1", Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac));
        var mask = world.Scratch.Key.Mask;
        mask.IsWildcard(FlowField.TpSrc).ShouldBeTrue();
        mask.IsWildcard(FlowField.TpDst).ShouldBeTrue();
        mask.IsWildcard(FlowField.IpProto).ShouldBeTrue();
        // 203 = 11001011 parts from 192 = 11000000 (the uplink's subnet) in its fifth bit.
        mask.GetAny(FlowField.NwDst).ShouldBe((UInt128)0xf800_0000);
        mask.IsExact(FlowField.IpTtl).ShouldBeTrue();
    }

    private static DropReason Reason(Verdict verdict)
    {
        verdict.Kind.ShouldBe(VerdictKind.Drop);
        return verdict.Reason;
    }
}
