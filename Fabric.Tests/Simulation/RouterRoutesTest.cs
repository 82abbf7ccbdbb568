using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Which route a packet takes, and what becomes of it without one.</summary>
public class RouterRoutesTest
{
    [Test]
    public void Row31ABlackholeIsSilent([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.Route("edge", "hole", at.Prefix(at.Far, 8).ToString(), RouteKind.Blackhole);
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.Blackhole, true));
        world.ShouldStaySilent();
    }

    [Test]
    public void Row31ARejectingRouteTellsThatItIsProhibited([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.Route("edge", "no", at.Prefix(at.Far, 8).ToString(), RouteKind.Reject);
        var sent = Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac);
        var verdict = world.Send("vm1", sent);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.RouteReject, false));
        var answer = world.OnlyAnswer("edge-lan");
        Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
        var quote = Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 13), (1, 6)), at.Inside, at.Vm1);
        quote.ShouldBe(sent[14..]);
    }

    [Test]
    public void Row31NoRouteIsNetUnreachable([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.Do(new Fabric.Changes.TopologyCommand.DeleteRoute(world.Net.RouterId("edge"), at.Of("default4", "default6")));
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NoRoute, false));
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 0), (1, 0)), at.Inside, at.Vm1);
        world
            .Scratch.Tags.Span.ToArray()
            .ShouldContain(tag => tag.Kind == FlowTagKind.Destination && tag.AsPrefix.Contains(IpAddress.Parse(at.Far)));
    }

    [Test]
    public void Row32AConnectionSticksToOneOfEqualRoutes([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = WithTwoGateways(at);
        var gateways = new HashSet<MacAddress>();
        for (ushort port = 1000; port < 1032; port++)
        {
            world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac, sourcePort: port)).Kind.ShouldBe(VerdictKind.Forward);
            var first = world.OnlyOutput("uplink").EthDst;
            // A longer payload or another time to live is the same connection.
            world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac, ttl: 9, sourcePort: port));
            world.OnlyOutput("uplink").EthDst.ShouldBe(first);
            gateways.Add(first);
        }
        gateways.Count.ShouldBe(2);
        var mask = world.Scratch.Key.Mask;
        foreach (
            var field in new[] { FlowField.TpSrc, FlowField.TpDst, FlowField.NwSrc, FlowField.NwDst, FlowField.IpProto, FlowField.IpFrag }
        )
            mask.IsExact(field).ShouldBeTrue($"{field}");
    }

    [Test]
    public void Row36RoutesOfAPortThatIsDownVanishAndReturn(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at,
        [Values("link", "admin", "binding")] string how
    )
    {
        var world = Usual();
        world
            .Net.Port("backup", "edge", "02:00:00:00:01:09", "198.51.100.1/24 fd00:d::1/64")
            .Route("edge", "second", at.Of("0.0.0.0/0", "::/0"), "backup", at.Of("198.51.100.254", "fd00:d::fe"), metric: 200);
        world.Knows("backup", at.Of("198.51.100.254", "fd00:d::fe"), StrangerMac);
        var packet = Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac);
        world.Send("vm1", packet);
        world.OnlyOutput("uplink");
        // The flow by the uplink depends on what then happens to it.
        var uplink = world.Net.PortId("uplink").Value;
        world.HasTag(FlowTag.Of(FlowTagKind.Port, uplink)).ShouldBeTrue();
        world.HasTag(FlowTag.Of(FlowTagKind.PortState, uplink)).ShouldBeTrue();
        var before = (world.Net.Topology.Ports[world.Net.PortId("uplink")], world.Learned);
        if (how == "link")
            world.IsDown("uplink");
        else
            world.Net.ChangePort("uplink", port => how == "admin" ? port with { IsAdminUp = false } : port with { Binding = null });
        world.Send("vm1", packet);
        world.OnlyOutput("backup").EthDst.ShouldBe(StrangerMac);
        world.HasTag(FlowTag.Of(FlowTagKind.Port, uplink)).ShouldBeTrue();
        if (how != "admin")
            world.HasTag(FlowTag.Of(FlowTagKind.PortState, uplink)).ShouldBeTrue();
        world.Net.ChangePort("uplink", port => before.Item1 with { Version = port.Version });
        world.Learned = before.Learned;
        world.Send("vm1", packet);
        world.OnlyOutput("uplink");
    }

    [Test]
    public void Row36WithoutAUsableRouteTheNextShorterPrefixIsTried(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        world
            .Net.Port("side", "edge", "02:00:00:00:01:09", "198.51.100.1/24 fd00:d::1/64")
            .Route("edge", "narrow", at.Prefix(at.Far, 8).ToString(), "side", at.Of("198.51.100.254", "fd00:d::fe"));
        world.IsDown("side").Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("uplink");
    }

    [Test]
    public void Row42LongestPrefixThenSourceThenLowestMetric([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var (hop, near) = (at.Gateway, at.Prefix(at.Far, 8).ToString());
        world
            .Net.Route("edge", "wide", at.Prefix(at.Far, 16).ToString(), "uplink", hop)
            .Route("edge", "near-far", near, "uplink", hop, metric: 50)
            .Route("edge", "near-vm2", near, "uplink", hop, source: at.Prefix(at.Vm2, 0).ToString(), metric: 10)
            .Route("edge", "near-late", near, "uplink", hop, metric: 60);
        world.Scratch.Trace = new Trace();
        Chosen(at.Vm1).ShouldContain("near-far");
        Chosen(at.Vm2).ShouldContain("near-vm2");
        // The source that excludes a route is observed up to where it parts from it, and no further: .1 and .2 part in bit 1.
        world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        world.Scratch.Key.Mask.GetAny(FlowField.NwSrc).ShouldBe(IpPrefix.MaskOf(at.Family, IpAddress.WidthOf(at.Family) - 1));

        string Chosen(string source)
        {
            world.Send("vm1", Make.Udp(source, at.Far, Vm1Mac, InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
            return world
                .Scratch.Trace!.Steps.First(step => step.Kind == TraceStepKind.Lookup && step.Device.Kind == DeviceKind.Router)
                .Text;
        }
    }

    [Test]
    public void Row43TheTagOfALookupIsWhatItDidNotTellApart()
    {
        var world = Usual();
        world.Send("vm1", Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac));
        var edge = world.Net.RouterId("edge").Value;
        world.HasTag(FlowTag.Prefix(FlowTagKind.Destination, edge, IpPrefix.Parse("200.0.0.0/5"))).ShouldBeTrue();
        world.HasTag(FlowTag.Of(FlowTagKind.Router, edge)).ShouldBeTrue();
    }

    [Test]
    public void AllFragmentsOfAPacketTakeOneWay([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = WithTwoGateways(at);
        var key = at.Of(Keys.Tcp4(at.Vm1, at.Far), Keys.Tcp6(at.Vm1, at.Far)).With(FlowField.EthDst, InsideMac.Bits);
        for (ushort port = 0; port < 16; port++)
        {
            world.Send("vm1", key.With(FlowField.TpSrc, port).As(FragmentKind.First));
            var first = world.OnlyOutput("uplink").EthDst;
            world.Scratch.Key.Mask.IsWildcard(FlowField.TpSrc).ShouldBeTrue();
            world.Send("vm1", key.With(FlowField.TpSrc, port).As(FragmentKind.Later));
            world.OnlyOutput("uplink").EthDst.ShouldBe(first);
        }
    }

    private static RouterWorld WithTwoGateways(AddressPlan at)
    {
        var world = Usual();
        var other = at.Of("192.0.2.253", "fd00:b::fd");
        world.Net.Route("edge", "other", at.Of("0.0.0.0/0", "::/0"), "uplink", other);
        return world.Knows("uplink", other, StrangerMac);
    }
}
