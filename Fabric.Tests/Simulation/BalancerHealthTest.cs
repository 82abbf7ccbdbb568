using Fabric.Addresses;
using Fabric.Balancing.Checks;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>What packets make of what checks have found, and the checks' own packets.</summary>
public class BalancerHealthTest
{
    [Test]
    public void Row121AMemberThatIsFoundDownHasNoConnections()
    {
        var world = Checked();
        ushort port = 1000;
        while (world.Ask(port).Member != "vm1")
            port++;
        world.Find("vm1", 0);
        world.CountOfFirst(64).ShouldBe(0, "new ones come to others");
        Send(world, port, TcpFlags.Ack).Reason.ShouldBe(DropReason.NoPoolMember);
        world.Ask(port).Member.ShouldBe("vm2", "the client that was reset begins again");
        world.Find("vm1", 100);
        world.CountOfFirst(1000, first: 30_000).ShouldBeInRange(430, 570, "it comes back to its share");
    }

    [Test]
    public void WhereNobodyIsUpClientsAreRefusedAtOnce()
    {
        var world = Checked();
        world.Find("vm1", 0);
        world.Find("vm2", 0);
        Send(world, 1000, TcpFlags.Syn).Reason.ShouldBe(DropReason.NoPoolMember);
        FlowKeyReader.Read(world.World.OnlyAnswer("uplink"), 0, out var reset);
        ((TcpFlags)reset.Get(FlowField.TcpFlags)).HasFlag(TcpFlags.Rst).ShouldBeTrue();
    }

    [Test]
    public void WhatWasFoundIsOfNoAccountWhereNobodyChecks()
    {
        var world = new BalancerWorld();
        world.Find("vm1", 0);
        world.CountOfFirst(64).ShouldBeGreaterThan(0);
    }

    [Test]
    public void AMemberThatStartsSlowlyHasAPartOfItsShare(
        [Values(BalancingMethod.Maglev, BalancingMethod.LeastConnections)] BalancingMethod method
    )
    {
        var world = Checked(pool => pool with { Method = method });
        world.Find("vm1", 10);
        world.CountOfFirst(1000).ShouldBeInRange(60, 125, "a tenth of what the other has");
    }

    [Test]
    public void AFlowThatRestsOnHealthIsTouchedAndNoOther()
    {
        var world = Checked();
        var (member, _) = world.Ask(1000);
        var began = world.World.Scratch.Tags.Span.ToArray();
        world.Ask(1000, flags: TcpFlags.Ack);
        var goesOn = world.World.Scratch.Tags.Span.ToArray();
        foreach (var found in new[] { "vm1", "vm2" })
        {
            var before = world.World.Learned;
            world.Find(found, 0);
            var tags = new List<FlowTag>();
            ChangeImpact.OfLearned(before, world.World.Learned, tags);
            began.Any(tag => tags.Contains(tag)).ShouldBeTrue("it may have been chosen");
            goesOn.Any(tag => tags.Contains(tag)).ShouldBe(found == member, "a connection rests on its own member alone");
            world.World.Learned = before;
        }
    }

    [Test]
    public void AnAnswerToACheckIsHeardAndNothingElseIs([Values] IpFamily family)
    {
        var world = Checked();
        const ushort port = 8080;
        var vm = family == IpFamily.V4 ? "10.0.0.1" : "fd00:a::1";
        var own = OwnOf(world, family);
        var answer = NatWorld.Packet(vm, own, port, CheckPorts.First, IpProtocol.Tcp, TcpFlags.Syn | TcpFlags.Ack);
        var verdict = world.Nat.Send("vm1", answer, RouterWorld.InsideMac);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Consume, false));
        var heard = world.World.Effects(EffectKind.HearCheck).ShouldHaveSingleItem();
        heard.Router.ShouldBe(world.World.Net.RouterId("edge"));
        ProbeAnswer.TryRead(world.World.Scratch.Frames.Span.Slice(heard.FrameOffset, heard.FrameLength), out var read).ShouldBeTrue();
        ($"{read.Source}", read.Port, read.OwnPort).ShouldBe((vm, port, CheckPorts.First));

        IsHeard(world, NatWorld.Packet(vm, own, 8080, CheckPorts.First - 1, IpProtocol.Tcp, TcpFlags.Ack)).ShouldBeFalse("another port");
        var other = family == IpFamily.V4 ? "10.0.0.9" : "fd00:a::9";
        IsHeard(world, NatWorld.Packet(other, own, 8080, CheckPorts.First, IpProtocol.Tcp, TcpFlags.Ack)).ShouldBeFalse("no member");
        IsHeard(new BalancerWorld(), answer).ShouldBeFalse("nobody checks");
    }

    [Test]
    public void TheRouterKnowsItsWayToAMember()
    {
        var world = Checked();
        var router = world.World.Net.RouterId("edge");
        OwnWay.TryFind(world.World.Topology, world.World.Learned, router, IpAddress.Parse("10.0.0.1"), out var way).ShouldBeTrue();
        (way.Port.Id, $"{way.Source}", way.Mac).ShouldBe((world.World.Net.PortId("edge-lan"), "10.0.0.254", RouterWorld.Vm1Mac));
        OwnWay.TryFind(world.World.Topology, world.World.Learned, router, IpAddress.Parse("198.51.100.7"), out way).ShouldBeTrue();
        way.Mac.ShouldBe(RouterWorld.GatewayMac, "by the default route");
        OwnWay.TryFind(world.World.Topology, world.World.Learned, router, IpAddress.Parse("10.0.0.77"), out way).ShouldBeTrue();
        way.Mac.ShouldBeNull("nobody has told it");
        OwnWay.TryFind(world.World.Topology, world.World.Learned, router, IpAddress.Parse("10.0.0.254"), out _).ShouldBeFalse("its own");
        var down = world.World.Learned with { DownPorts = [world.World.Net.PortId("uplink")] };
        OwnWay.TryFind(world.World.Topology, down, router, IpAddress.Parse("198.51.100.7"), out _).ShouldBeFalse();
    }

    private static BalancerWorld Checked(Func<Pool, Pool>? change = null) =>
        new(pool => (change ?? (same => same))(pool with { Check = new HealthCheck() }));

    private static string OwnOf(BalancerWorld world, IpFamily family) =>
        $"{world.World.Topology.Ports[world.World.Net.PortId("edge-lan")].Addresses.First(own => own.Address.Family == family).Address}";

    private static bool IsHeard(BalancerWorld world, FlowKey packet)
    {
        world.Nat.Send("vm1", packet, RouterWorld.InsideMac);
        return world.World.Effects(EffectKind.HearCheck).Any();
    }

    private static Verdict Send(BalancerWorld world, ushort port, TcpFlags flags) =>
        world.Nat.Send(
            "uplink",
            NatWorld.Packet(NatWorld.Remote, BalancerWorld.Vip, port, 80, IpProtocol.Tcp, flags),
            RouterWorld.UplinkMac
        );
}
