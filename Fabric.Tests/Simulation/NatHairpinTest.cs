using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Stations that call each other by addresses outside: errors between them (RFC 5508, REQ-7), and both beginning at once (RFC 5382, REQ-2 and REQ-4).</summary>
public class NatHairpinTest
{
    private const string Vm1 = "10.0.0.1";
    private const string Vm2 = "10.0.0.2";
    private const string Own = "192.0.2.1";
    private const string Outside = "192.0.2.80";

    [Test]
    public void AnErrorOfAStationIsToldToTheOneThatCalledItByAnAddressOutside()
    {
        var nat = NatWorld.Source().Destination(Outside, Vm2, IpProtocol.Udp, port: 5000);
        var asked = Make.Udp(Vm1, Outside, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.Send("vm1", asked).Kind.ShouldBe(VerdictKind.Forward);
        var seen = Make.Left(asked, nat.World.OnlyOutput("vm2"));

        nat.Send("vm2", Make.Unreachable(seen, Vm2, RouterWorld.Vm2Mac, RouterWorld.InsideMac)).IsCacheable.ShouldBeFalse();

        var key = nat.World.OnlyOutput("vm1");
        ($"{key.NwSrc}", $"{key.NwDst}").ShouldBe((Outside, Vm1), "as which it was called");
        ShouldBeAbout(Make.Left(nat.World.Scratch.Translated.Span.ToArray(), key), IpFamily.V4, (Vm1, 4000), (Outside, 5000));
    }

    /// <summary>Two ports lead outside: a packet that comes in by one is not taken for a station's inside by the rule of the other.</summary>
    [Test]
    public void WhoCallsFromOutsideIsSeenAsItIsWhicheverWayItComesIn([Values("uplink", "second")] string way)
    {
        var nat = NatWorld.Source().Destination(Outside, Vm2, IpProtocol.Udp, port: 5000);
        nat.World.Net.Port("second", "edge", "02:00:00:00:01:03", "203.0.113.1/24");
        nat.With("second", rule => rule with { Port = nat.World.Net.PortId("second") });

        nat.Send(
                way,
                NatWorld.Packet(NatWorld.Remote, Outside, 4000, 5000, IpProtocol.Udp),
                nat.World.Topology.Ports[nat.World.Net.PortId(way)].Mac!.Value
            )
            .Kind.ShouldBe(VerdictKind.Forward);
        var seen = nat.World.OnlyOutput("vm2");
        ($"{seen.NwSrc}", $"{seen.NwDst}").ShouldBe((NatWorld.Remote, Vm2));
    }

    [Test]
    public void BetweenTheVersionsToo()
    {
        var nat = new Nat64World(rule => rule with { Filtering = NatFiltering.None });
        nat.Pass("vm2", Nat64World.Udp(Nat64World.Vm2, Nat64World.Remote, 5000, "vm2"), "uplink");
        var seen = nat.Pass("vm1", Nat64World.Udp(Nat64World.Vm1, Nat64World.Own), "vm2");

        var told = nat.Pass("vm2", Make.Unreachable(seen, Nat64World.Vm2, RouterWorld.Vm2Mac, RouterWorld.InsideMac), "vm1");

        FlowKeyReader.Read(told, 1, out var key);
        var called = Nat64World.As6(Nat64World.Own);
        ($"{key.NwSrc}", $"{key.NwDst}", key.TpSrc).ShouldBe((called, Nat64World.Vm1, (ushort)Icmpv6Type.DestinationUnreachable));
        ShouldBeAbout(told, IpFamily.V6, (Nat64World.Vm1, 4000), (called, 5000));
    }

    /// <summary>A reset by the router would end what two stations begin at once, each through a router of its own.</summary>
    [Test]
    public void AnUnaskedSegmentToThePortsOwnAddressIsAnsweredByNobodyAndOneThatIsAskedForPasses()
    {
        var nat = NatWorld.Source();
        var syn = NatWorld.Packet(NatWorld.Remote, Own, 5000, 4000, IpProtocol.Tcp);
        nat.Send("uplink", syn, RouterWorld.UplinkMac).Reason.ShouldBe(DropReason.NatNoConnection);
        nat.World.ShouldStaySilent();

        nat.Out("vm1", Vm1, NatWorld.Remote, protocol: IpProtocol.Tcp).TpSrc.ShouldBe((ushort)4000);
        $"{nat.In("vm1", NatWorld.Remote, Own, port: 4000, protocol: IpProtocol.Tcp, flags: TcpFlags.Syn).NwDst}".ShouldBe(Vm1);
    }

    /// <summary>Ports that no station is given are the router's own, and so is what belongs to nothing.</summary>
    [TestCase((ushort)80, TcpFlags.Syn)]
    [TestCase((ushort)4000, TcpFlags.Ack)]
    public void OtherSegmentsToItAreAnsweredByAReset(ushort port, TcpFlags flags)
    {
        var nat = NatWorld.Source();
        var segment = PacketSynthesizer.Build(
            NatWorld.Packet(NatWorld.Remote, Own, 5000, port, IpProtocol.Tcp, flags) with
            {
                EthSrc = RouterWorld.GatewayMac,
                EthDst = RouterWorld.UplinkMac,
            },
            []
        );
        nat.Send("uplink", segment);
        FlowKeyReader.Read(nat.World.OnlyAnswer("uplink"), 1, out var answer);
        ((TcpFlags)answer.Get(FlowField.TcpFlags) & TcpFlags.Rst).ShouldBe(TcpFlags.Rst);
    }

    private static void ShouldBeAbout(byte[] frame, IpFamily family, (string, int) source, (string, int) destination)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        InnerPacket.TryParse(frame.AsSpan(layout.TransportOffset + 8), family, out var inner).ShouldBeTrue();
        ($"{inner.Source}", (int)inner.SourcePort).ShouldBe(source);
        ($"{inner.Destination}", (int)inner.DestinationPort).ShouldBe(destination);
    }
}
