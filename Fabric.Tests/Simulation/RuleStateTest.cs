using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Rules by the state of a connection.</summary>
/// <remarks>vm1 and vm2 are inside; the chain at the uplink takes what is established or related.</remarks>
public class RuleStateTest
{
    private static readonly string[] Inside = ["10.0.0.1", "fd00:a::1"];

    /// <summary>No rule asks on the way out: the chain at the uplink may ask on the way back, and that is enough.</summary>
    [TestCaseSource(nameof(Inside))]
    public void AHandshakeFromInsidePassesAndOneFromOutsideDoesNot(string inside)
    {
        var world = Guarded();
        Back(world, inside, TcpFlags.Syn).Reason.ShouldBe(DropReason.Rule);
        Back(world, inside, TcpFlags.Syn | TcpFlags.Ack).Reason.ShouldBe(DropReason.Rule, "nobody asked");

        Out(world, inside, TcpFlags.Syn).Kind.ShouldBe(VerdictKind.Forward);
        world.Remember();
        Back(world, inside, TcpFlags.Syn | TcpFlags.Ack).Kind.ShouldBe(VerdictKind.Forward);
        world.Remember();
        Out(world, inside, TcpFlags.Ack).Kind.ShouldBe(VerdictKind.Forward);
        world.Remember();
        world.Connections.HalfOpen.ShouldBe(0);
        Back(world, inside, TcpFlags.Ack | TcpFlags.Psh).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void EveryStateIsTold()
    {
        var world = Marked();
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Ack)).ShouldBe(ConnectionStates.Invalid);
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Syn | TcpFlags.Fin)).ShouldBe(ConnectionStates.Invalid);
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Syn)).ShouldBe(ConnectionStates.New);
        world.Remember();
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Syn)).ShouldBe(ConnectionStates.New, "the same again");
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Ack)).ShouldBe(ConnectionStates.New, "it was not answered");
        StateOf(() => Back(world, "10.0.0.1", TcpFlags.Syn | TcpFlags.Ack)).ShouldBe(ConnectionStates.Established);
        world.Remember();
        StateOf(() => Out(world, "10.0.0.1", TcpFlags.Ack)).ShouldBe(ConnectionStates.Established);
        StateOf(() => world.Send("vm1", Keys.Arp())).ShouldBe(ConnectionStates.None);

        ConnectionStates StateOf(Func<Verdict> send)
        {
            send();
            return world.Scratch.RuleHits.Count == 0
                ? ConnectionStates.None
                : Enum.Parse<ConnectionStates>(world.Scratch.RuleHits[0].Rule, ignoreCase: true);
        }
    }

    [TestCaseSource(nameof(Inside))]
    public void AnErrorAboutAConnectionIsRelatedAndOneAboutNoneIsInvalid(string inside)
    {
        var world = Guarded();
        var request = Make.Udp(inside, Outside(inside), RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        var error = Make.Unreachable(request, Outside(inside), RouterWorld.GatewayMac, RouterWorld.UplinkMac);

        world.Send("uplink", error).Reason.ShouldBe(DropReason.Rule, "of no known connection");
        world.Send("vm1", request);
        world.Remember();
        world.Send("uplink", error).Kind.ShouldBe(VerdictKind.Forward);
    }

    /// <summary>The flow of the first segment stands for those behind it: they need not come here for their flags.</summary>
    [Test]
    public void FlagsAreNotInTheMaskOfWhatIsRemembered()
    {
        var world = Guarded();
        Out(world, "10.0.0.1", TcpFlags.Syn).IsCacheable.ShouldBeTrue();
        world.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeTrue();
        world.Remember();
        Back(world, "10.0.0.1", TcpFlags.Syn | TcpFlags.Ack);
        world.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeTrue();
        Back(world, "10.0.0.2", TcpFlags.Ack).Reason.ShouldBe(DropReason.Rule);
        world.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeFalse("another may begin a connection");
    }

    [Test]
    public void WhereNoRuleAsksFlowsAreAsWideAsEver()
    {
        var world = RouterWorld.Usual();
        Out(world, "10.0.0.1", TcpFlags.Syn);
        var mask = world.Scratch.Key.Mask;
        mask.IsWildcard(FlowField.TpSrc).ShouldBeTrue();
        mask.IsWildcard(FlowField.TpDst).ShouldBeTrue();
        world.Scratch.Tags.Connections.ShouldBe(0);
    }

    [Test]
    public void APortThatHasItsShareBeginsNoMore()
    {
        var table = new ConnectionTable(new ConnectionLimits(10, 1));
        var world = Guarded();
        world.Scratch.Connections = table;
        world.Send("vm1", Make.Udp("10.0.0.1", "198.51.100.7", RouterWorld.Vm1Mac, RouterWorld.InsideMac, sourcePort: 1));
        Remember();
        world.Send("uplink", Make.Udp("198.51.100.7", "10.0.0.1", RouterWorld.GatewayMac, RouterWorld.UplinkMac, sourcePort: 5000));
        table.TryFind(All().Single().Forward, out var found).ShouldBeTrue();
        table.See(found.Handle, FlowDirection.Return, default, default, []);
        var verdict = world.Send("vm1", Make.Udp("10.0.0.1", "198.51.100.7", RouterWorld.Vm1Mac, RouterWorld.InsideMac, sourcePort: 2));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.ConnectionLimit, false));

        void Remember() => Connections.RememberedConnections.Remember(table, world.Scratch);
        List<Connection> All()
        {
            var all = new List<Connection>();
            table.CopyTo(all);
            return all;
        }
    }

    [Test]
    public void Row81AnAnswerPassesARuleThatDropsItsStation()
    {
        var world = RouterWorld.Usual();
        world
            .Net.Chain(
                "to-vm1",
                TopologyBuilder.Rule("known", RuleAction.Accept, new() { States = new(ConnectionStates.Established) }),
                TopologyBuilder.Rule("vm2", RuleAction.Drop, new() { EthSrc = new(MacMatch.Exactly(RouterWorld.Vm2Mac)) })
            )
            .ChangePort("vm1", port => port with { OutboundChain = world.Net.ChainId("to-vm1") });
        Back().Reason.ShouldBe(DropReason.Rule);
        Send("vm1", Make.Udp("10.0.0.1", "10.0.0.2", RouterWorld.Vm1Mac, RouterWorld.Vm2Mac, sourcePort: 5000))
            .Kind.ShouldBe(VerdictKind.Forward);
        Back().Kind.ShouldBe(VerdictKind.Forward);

        Verdict Back() => Send("vm2", Make.Udp("10.0.0.2", "10.0.0.1", RouterWorld.Vm2Mac, RouterWorld.Vm1Mac, sourcePort: 5000));

        Verdict Send(string port, byte[] frame)
        {
            var verdict = world.Send(port, frame);
            world.Remember();
            return verdict;
        }
    }

    /// <summary>A chain at the uplink's outside that takes answers and errors only.</summary>
    private static RouterWorld Guarded()
    {
        var world = RouterWorld.Usual();
        world.Net.Chain(
            "in",
            TopologyBuilder.Rule(
                "known",
                RuleAction.Accept,
                new() { States = new(ConnectionStates.Established | ConnectionStates.Related) }
            ),
            TopologyBuilder.Rule("rest", RuleAction.Drop)
        );
        world.Net.ChangePort("uplink", port => port with { InboundChain = world.Net.ChainId("in") });
        return world;
    }

    /// <summary>Rules at both ends that tell the state by their names.</summary>
    private static RouterWorld Marked()
    {
        var world = RouterWorld.Usual();
        ConnectionStates[] states =
        [
            ConnectionStates.New,
            ConnectionStates.Established,
            ConnectionStates.Related,
            ConnectionStates.Invalid,
        ];
        world.Net.Chain(
            "tell",
            [
                .. states.Select(state =>
                    TopologyBuilder.Rule(state.ToString().ToLowerInvariant(), RuleAction.Continue, new() { States = new(state) })
                ),
            ]
        );
        world
            .Net.ChangePort("uplink", port => port with { InboundChain = world.Net.ChainId("tell") })
            .ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("tell") });
        return world;
    }

    private static Verdict Out(RouterWorld world, string inside, TcpFlags flags) =>
        world.Send("vm1", Make.Tcp(inside, Outside(inside), RouterWorld.Vm1Mac, RouterWorld.InsideMac, flags));

    private static Verdict Back(RouterWorld world, string inside, TcpFlags flags)
    {
        var frame = Make.Tcp(Outside(inside), inside, RouterWorld.GatewayMac, RouterWorld.UplinkMac, flags);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var ports = frame.AsSpan(layout.TransportOffset, 4);
        (ports[0], ports[1], ports[2], ports[3]) = (ports[2], ports[3], ports[0], ports[1]);
        return world.Send("uplink", frame);
    }

    private static string Outside(string inside) => inside.Contains(':', StringComparison.Ordinal) ? "2001:db8::7" : "198.51.100.7";
}
