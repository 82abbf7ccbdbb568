using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.BridgeWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Bridges whose ports, chains and states change while packets flow; and packets in pieces.</summary>
public class BridgeStateTest
{
    [Test]
    public void Row19EveryPieceOfALargePacketCrossesABridge([Values] bool isIpv6, [Values] FragmentKind piece)
    {
        var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
        var key = (isIpv6 ? Keys.Udp6() : Keys.Udp4()).As(piece);
        var verdict = Simulator.Run(world.Net.Topology, world.Learned, world.Net.PortId("p1"), key, default, world.Scratch);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Forward, true));
        world.Left.ShouldBe(["p2"]);
    }

    [Test]
    public void Row20AnInterfaceThatGoesDownStopsItsTrafficAndComingUpResumesIt()
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
            var p2 = world.Net.PortId("p2");
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.IsTouchedBy(() => IsDown(world, p2, true)).ShouldBeTrue();
            world.Send("p1", frame).Reason.ShouldBe(DropReason.PortDown);
            world.IsTouchedBy(() => IsDown(world, p2, false)).ShouldBeTrue();
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
        }
    }

    [Test]
    public void Row21AFlowFeelsARuleThatComesAndGoes([Values("p1 in", "p2 out", "lan in", "lan out")] string hook)
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
            world.Net.Chain("guard");
            Attach(world, hook);
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.IsTouchedBy(net => net.Chain("guard", TopologyBuilder.Rule("no", RuleAction.Drop))).ShouldBeTrue();
            world.Send("p1", frame).Reason.ShouldBe(DropReason.Rule);
            world.IsTouchedBy(net => net.Chain("guard")).ShouldBeTrue();
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
        }
    }

    [Test]
    public void Row46ABridgeThatIsDownIsSilentAndComesBack()
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.IsTouchedBy(net => IsUp(net, false)).ShouldBeTrue();
            world.Send("p1", frame).Reason.ShouldBe(DropReason.DeviceAdminDown);
            world.Scratch.Effects.Span.ToArray().ShouldNotContain(effect => effect.Kind == EffectKind.Emit);
            world.IsTouchedBy(net => IsUp(net, true)).ShouldBeTrue();
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
        }
    }

    [Test]
    public void Row46APortOfABridgeThatIsDownIsSilentAndComesBack([Values("p1", "p2")] string port)
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.IsTouchedBy(net => net.ChangePort(port, it => it with { IsAdminUp = false })).ShouldBeTrue();
            world.Send("p1", frame).Reason.ShouldBe(DropReason.PortAdminDown);
            world.Scratch.Effects.Span.ToArray().ShouldNotContain(effect => effect.Kind == EffectKind.Emit);
            world.IsTouchedBy(net => net.ChangePort(port, it => it with { IsAdminUp = true })).ShouldBeTrue();
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
        }
    }

    [Test]
    public void Row60AFilterOfOneEthertypeStopsThatOneAlone()
    {
        var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
        var (ipv4, ipv6) = (FramesTo(B)[0], FramesTo(B)[1]);
        world.Net.Chain("guard");
        Attach(world, "lan in");
        world.Send("p1", ipv6).Kind.ShouldBe(VerdictKind.Forward);
        var no = TopologyBuilder.Rule("no-ipv6", RuleAction.Drop, new() { EthType = new(EtherType.Ipv6) });
        world.IsTouchedBy(net => net.Chain("guard", no)).ShouldBeTrue();
        world.Send("p1", ipv6).Reason.ShouldBe(DropReason.Rule);
        world.Send("p1", ipv4).Kind.ShouldBe(VerdictKind.Forward);
        world.Net.Chain("guard");
        world.Send("p1", ipv6).Kind.ShouldBe(VerdictKind.Forward);
    }

    private static BridgeWorld IsDown(BridgeWorld world, PortId port, bool isDown)
    {
        var down = world.Learned.DownPorts;
        world.Learned = world.Learned with { DownPorts = isDown ? down.Add(port) : down.Remove(port) };
        return world;
    }

    private static void IsUp(TopologyBuilder net, bool isUp) =>
        net.Put(net.Topology.Bridges[net.BridgeId("lan")] with { IsAdminUp = isUp });

    private static void Attach(BridgeWorld world, string hook)
    {
        var (name, isIn) = (hook.Split(' ')[0], hook.EndsWith("in", StringComparison.Ordinal));
        var guard = world.Net.ChainId("guard");
        if (name != "lan")
        {
            world.Net.ChangePort(name, port => isIn ? port with { InboundChain = guard } : port with { OutboundChain = guard });
            return;
        }
        var bridge = world.Net.Topology.Bridges[world.Net.BridgeId("lan")];
        world.Net.Put(isIn ? bridge with { InboundChain = guard } : bridge with { OutboundChain = guard });
    }
}
