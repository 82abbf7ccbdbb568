using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Connections;

namespace Fabric.Tests.Simulation;

/// <summary>Rows 67 to 74: translation at a router, as stories.</summary>
public class NatTest
{
    private const string Remote = NatWorld.Remote;
    private const string Vm1 = "10.0.0.1";
    private const string Vm2 = "10.0.0.2";
    private const string Own = "192.0.2.1";

    [Test]
    public void Row67AStationSpeaksByThePortsAddressAndTheAnswerFindsItsWayBack([Values(IpProtocol.Udp, IpProtocol.Tcp)] byte protocol)
    {
        var nat = NatWorld.Source();
        var left = nat.Out("vm1", Vm1, Remote, protocol: protocol);
        ($"{left.NwSrc}", left.TpSrc, $"{left.NwDst}", left.TpDst).ShouldBe((Own, (ushort)4000, Remote, (ushort)5000));
        var back = nat.In("vm1", Remote, Own, protocol: protocol, flags: TcpFlags.Syn | TcpFlags.Ack);
        ($"{back.NwDst}", back.TpDst, $"{back.NwSrc}", back.TpSrc).ShouldBe((Vm1, (ushort)4000, Remote, (ushort)5000));
        nat.Out("vm1", Vm1, Remote, protocol: protocol, flags: TcpFlags.Ack).TpSrc.ShouldBe((ushort)4000);
    }

    [Test]
    public void TheSameOverIpv6()
    {
        var nat = NatWorld.Source();
        $"{nat.Out("vm1", "fd00:a::1", "2001:db8::7").NwSrc}".ShouldBe("fd00:b::1");
        $"{nat.In("vm1", "2001:db8::7", "fd00:b::1").NwDst}".ShouldBe("fd00:a::1");
    }

    [Test]
    public void Row69TwoStationsOfOnePortAreToldApartAndParityIsKept()
    {
        var nat = NatWorld.Source();
        var first = nat.Out("vm1", Vm1, Remote);
        var second = nat.Out("vm2", Vm2, Remote);
        second.TpSrc.ShouldNotBe(first.TpSrc);
        (second.TpSrc % 2).ShouldBe(0);
        (nat.Out("vm2", Vm2, Remote, sourcePort: 4001).TpSrc % 2).ShouldBe(1);
        $"{nat.In("vm1", Remote, Own, port: first.TpSrc).NwDst}".ShouldBe(Vm1);
        $"{nat.In("vm2", Remote, Own, port: second.TpSrc).NwDst}".ShouldBe(Vm2);
    }

    [Test]
    public void FromOnePortAStationHasOnePortOutsideWhoeverItSpeaksTo()
    {
        var nat = NatWorld.Source("203.0.113.10-203.0.113.13", new PortRange(2000, 2999));
        var first = nat.Out("vm1", Vm1, Remote);
        first.TpSrc.ShouldBeInRange((ushort)2000, (ushort)2999);
        var second = nat.Out("vm1", Vm1, "198.51.100.8", port: 53);
        (second.NwSrc, second.TpSrc).ShouldBe((first.NwSrc, first.TpSrc));
        nat.Out("vm1", Vm1, Remote, sourcePort: 4001).NwSrc.ShouldBe(first.NwSrc, "one address for a station");
    }

    [TestCase(NatFiltering.AddressAndPort, false, false)]
    [TestCase(NatFiltering.Address, true, false)]
    [TestCase(NatFiltering.None, true, true)]
    public void WhoWasNotSpokenToMayComeInAsTheRuleSays(NatFiltering filtering, bool byAnotherPort, bool fromAnotherAddress)
    {
        var nat = NatWorld.Source(filtering: filtering);
        nat.Out("vm1", Vm1, Remote);
        ComesIn(nat, Remote, 6000).ShouldBe(byAnotherPort);
        ComesIn(nat, "198.51.100.8", 5000).ShouldBe(fromAnotherAddress);
        if (byAnotherPort)
            $"{nat.Out("vm1", Vm1, Remote, port: 6000).NwSrc}".ShouldBe(Own, "and is answered");
    }

    [Test]
    public void OneRuleThatLetsAnyoneInOpensNoOther()
    {
        var nat = new NatWorld()
            .With("a", rule => rule with { From = IpPrefix.Parse("10.0.0.1/32") })
            .With("b", rule => rule with { Filtering = NatFiltering.None });
        nat.Out("vm1", Vm1, Remote);
        ComesIn(nat, "198.51.100.8", 5000).ShouldBeFalse();
        nat.Out("vm2", Vm2, Remote, sourcePort: 4002);
        ComesIn(nat, "198.51.100.8", 5000, port: 4002).ShouldBeTrue();
    }

    [Test]
    public void AFlowTellsThatAnAddressIsStillSpokenTo()
    {
        var nat = NatWorld.Source(filtering: NatFiltering.Address);
        nat.Out("vm1", Vm1, Remote);
        nat.Out("vm1", Vm1, Remote);
        nat.World.Scratch.Uses.Count.ShouldBe(2, "the connection, and that its other end was spoken to");
        nat.World.Connections.Count.ShouldBe(3, "these and the mapping of both");
    }

    private static bool ComesIn(NatWorld nat, string source, ushort sourcePort, ushort port = 4000) =>
        nat.Send("uplink", NatWorld.Packet(source, Own, sourcePort, port, IpProtocol.Udp), RouterWorld.UplinkMac).Kind
        == VerdictKind.Forward;

    [Test]
    public void Row72AFloatingAddressIsReachedFromOutsideAndFromInside()
    {
        var nat = new NatWorld().Static("192.0.2.21", Vm1).Static("192.0.2.22", Vm2);
        $"{nat.In("vm1", Remote, "192.0.2.21").NwDst}".ShouldBe(Vm1);
        $"{nat.Out("vm1", Vm1, Remote).NwSrc}".ShouldBe("192.0.2.21");
        nat.Send("vm1", NatWorld.Packet(Vm1, "192.0.2.22", 4000, 5000, IpProtocol.Udp), RouterWorld.InsideMac)
            .Kind.ShouldBe(VerdictKind.Forward);
        var between = nat.World.OnlyOutput("vm2");
        ($"{between.NwSrc}", $"{between.NwDst}").ShouldBe(("192.0.2.21", Vm2));
        nat.World.Connections.Count.ShouldBe(0, "nothing need be remembered");
    }

    [Test]
    public void Row33AStationWithAFloatingAddressIsAnsweredAnEchoAndTheFarPortAnswersIt()
    {
        var nat = new NatWorld().Static("192.0.2.21", Vm1);
        nat.Send("uplink", Make.Echo(Remote, "192.0.2.21", RouterWorld.GatewayMac, RouterWorld.UplinkMac))
            .Kind.ShouldBe(VerdictKind.Forward);
        $"{nat.World.OnlyOutput("vm1").NwDst}".ShouldBe(Vm1);
        var reply = Make.Reply(Make.Echo(Vm1, Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac));
        nat.Send("vm1", reply).Kind.ShouldBe(VerdictKind.Forward);
        $"{nat.World.OnlyOutput("uplink").NwSrc}".ShouldBe("192.0.2.21");

        nat.Send("vm1", Make.Echo(Vm1, Own, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Consume);
        Answers.ShouldBeIcmp(nat.World.OnlyAnswer("edge-lan"), (0, 0), Own, Vm1);
    }

    [Test]
    public void Row39ARuleAsksWhetherTheDestinationWasRewritten([Values] bool isAskedForTrue)
    {
        var nat = new NatWorld().Destination("192.0.2.80", Vm1);
        nat.World.Net.Chain(
                "hidden",
                TopologyBuilder.Rule("no", RuleAction.Drop, new RuleMatch { IsDestinationRewritten = isAskedForTrue })
            )
            .Router("edge", outbound: "hidden");
        nat.Send("uplink", NatWorld.Packet(Remote, "192.0.2.80", 5000, 80, IpProtocol.Udp), RouterWorld.UplinkMac)
            .Reason.ShouldBe(isAskedForTrue ? DropReason.Rule : DropReason.None);
        nat.Send("uplink", NatWorld.Packet(Remote, Vm2, 5000, 80, IpProtocol.Udp), RouterWorld.UplinkMac)
            .Reason.ShouldBe(isAskedForTrue ? DropReason.None : DropReason.Rule, "what was sent to the station's own address");
    }

    [Test]
    public void Row72ARouterAnswersForItsFloatingAddresses()
    {
        var nat = new NatWorld().Static("192.0.2.21", Vm1);
        nat.World.Send("uplink", Make.Question(RouterWorld.GatewayMac, "192.0.2.254", "192.0.2.21")).Kind.ShouldBe(VerdictKind.Consume);
        nat.World.OnlyAnswer("uplink");
    }

    [Test]
    public void Row67ADestinationAndItsPortAreTranslatedAndTheAnswerComesFromThere()
    {
        var nat = new NatWorld().Destination("192.0.2.80", Vm1, IpProtocol.Tcp, port: 80, insidePort: 8080);
        var inward = nat.In("vm1", Remote, "192.0.2.80", port: 80, protocol: IpProtocol.Tcp);
        ($"{inward.NwDst}", inward.TpDst).ShouldBe((Vm1, (ushort)8080));
        var answer = nat.Out("vm1", Vm1, Remote, sourcePort: 8080, protocol: IpProtocol.Tcp, flags: TcpFlags.Syn | TcpFlags.Ack);
        ($"{answer.NwSrc}", answer.TpSrc).ShouldBe(("192.0.2.80", (ushort)80));
        nat.Send("uplink", NatWorld.Packet(Remote, "192.0.2.80", 5000, 81, IpProtocol.Tcp), RouterWorld.UplinkMac)
            .Reason.ShouldBe(DropReason.NatNoConnection);
    }

    /// <summary>A station inside that asks for the address outside of a neighbor must see that one answer (RFC 4787, REQ-9).</summary>
    [Test]
    public void Row71HairpinTranslatesSourceAndDestination()
    {
        var nat = NatWorld.Source().Destination("192.0.2.80", Vm2, IpProtocol.Tcp, port: 80);
        nat.Send("vm1", NatWorld.Packet(Vm1, "192.0.2.80", 4000, 80, IpProtocol.Tcp), RouterWorld.InsideMac)
            .Kind.ShouldBe(VerdictKind.Forward);
        var there = nat.World.OnlyOutput("vm2");
        ($"{there.NwSrc}", $"{there.NwDst}").ShouldBe((Own, Vm2));
        nat.Send("vm2", NatWorld.Packet(Vm2, Own, 80, there.TpSrc, IpProtocol.Tcp, TcpFlags.Syn | TcpFlags.Ack), RouterWorld.InsideMac)
            .Kind.ShouldBe(VerdictKind.Forward);
        var back = nat.World.OnlyOutput("vm1");
        ($"{back.NwSrc}", back.TpSrc, $"{back.NwDst}", back.TpDst).ShouldBe(("192.0.2.80", (ushort)80, Vm1, (ushort)4000));
    }

    [Test]
    public void Row70AnErrorComesBackWithThePacketInsideAsItWasSent([Values(Vm1, "fd00:a::1")] string inside)
    {
        var isV6 = inside != Vm1;
        var (remote, own) = isV6 ? ("2001:db8::7", "fd00:b::1") : (Remote, Own);
        var nat = NatWorld.Source(ports: new PortRange(2000, 2999));
        var request = Make.Udp(inside, remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.Send("vm1", request).Kind.ShouldBe(VerdictKind.Forward);
        var left = Make.Left(request, nat.World.OnlyOutput("uplink"));

        var error = Make.Unreachable(left, remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        nat.Send("uplink", error).IsCacheable.ShouldBeFalse();
        var key = nat.World.OnlyOutput("vm1");
        $"{key.NwDst}".ShouldBe(inside);
        var frame = Make.Left(nat.World.Scratch.Translated.Span.ToArray(), key);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        InnerPacket.TryParse(frame.AsSpan(layout.TransportOffset + 8), isV6 ? IpFamily.V6 : IpFamily.V4, out var inner).ShouldBeTrue();
        ($"{inner.Source}", inner.SourcePort, $"{inner.Destination}").ShouldBe((inside, (ushort)4000, remote));
    }

    [Test]
    public void Row69SeveralStationsPingOneAtOnce()
    {
        var nat = NatWorld.Source();
        nat.Send("vm1", Make.Echo(Vm1, Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac))
            .IsCacheable.ShouldBeTrue("the first has the addresses for itself");
        nat.Send("vm2", Make.Echo(Vm2, Remote, RouterWorld.Vm2Mac, RouterWorld.InsideMac))
            .ShouldBe(new Verdict(VerdictKind.Forward, DropReason.None, false, default));
        $"{nat.World.OnlyOutput("uplink").NwSrc}".ShouldBe(Own);

        var reply = Make.Reply(Make.Echo(Remote, Own, RouterWorld.GatewayMac, RouterWorld.UplinkMac));
        nat.Send("uplink", reply).Kind.ShouldBe(VerdictKind.Forward);
        $"{nat.World.OnlyOutput("vm2").NwDst}".ShouldBe(Vm2, "its identifier is known");
        nat.Send("uplink", Make.WithIdentifier(reply, 99)).Kind.ShouldBe(VerdictKind.Forward);
        $"{nat.World.OnlyOutput("vm1").NwDst}".ShouldBe(Vm1, "no other has that one");
    }

    [Test]
    public void Row68ATranslationThatBeginsHitsTheFlowThatFoundNone()
    {
        var nat = NatWorld.Source();
        nat.Send("uplink", NatWorld.Packet(Remote, Own, 5000, 4000, IpProtocol.Udp), RouterWorld.UplinkMac)
            .Kind.ShouldNotBe(VerdictKind.Forward);
        var tags = nat.World.Scratch.Tags.Span.ToArray();
        nat.World.Send("vm1", Make.Udp(Vm1, Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        var touched = new List<FlowTag>();
        nat.World.Connections.Remember(nat.World.Scratch, touched: touched);
        tags.ShouldContain(tag => touched.Exists(hit => tag.IsHitBy(hit)));
    }

    [Test]
    public void Row73TheRoutersOwnAnswersAreAboutWhatTheStationSent()
    {
        var nat = NatWorld.Source();
        nat.Send("vm1", Make.Echo(Vm1, Own, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Consume);
        FlowKeyReader.Read(nat.World.OnlyAnswer("edge-lan"), 0, out var reply);
        ($"{reply.NwSrc}", $"{reply.NwDst}").ShouldBe((Own, Vm1));

        nat.Send("vm1", Make.Udp(Vm1, Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac, ttl: 1)).Reason.ShouldBe(DropReason.TtlExceeded);
        var error = nat.World.OnlyAnswer("edge-lan");
        PacketLayout.TryParse(error, out var layout).ShouldBeTrue();
        InnerPacket.TryParse(error.AsSpan(layout.TransportOffset + 8), IpFamily.V4, out var inner).ShouldBeTrue();
        ($"{inner.Source}", inner.SourcePort).ShouldBe((Vm1, (ushort)4000));
    }

    [Test]
    public void Row74OtherProtocolsAreTranslatedByAddress()
    {
        var nat = NatWorld.Source();
        $"{nat.Out("vm1", Vm1, Remote, 0, 0, IpProtocol.Gre).NwSrc}".ShouldBe(Own);
        $"{nat.In("vm1", Remote, Own, 0, 0, IpProtocol.Gre).NwDst}".ShouldBe(Vm1);
    }

    [Test]
    public void Row76APacketThatGoesNowhereLeavesNoTranslationBehind()
    {
        var nat = NatWorld.Source();
        nat.World.Net.Chain("no", TopologyBuilder.Rule("no", RuleAction.Drop))
            .ChangePort("uplink", port => port with { OutboundChain = nat.World.Net.ChainId("no") });
        nat.Send("vm1", NatWorld.Packet(Vm1, Remote, 4000, 5000, IpProtocol.Udp), RouterWorld.InsideMac).Reason.ShouldBe(DropReason.Rule);
        nat.World.Connections.Count.ShouldBe(0);
    }

    [Test]
    public void ASegmentInTheMiddleOfAnUnknownConnectionGoesNowhere()
    {
        var nat = NatWorld.Source();
        nat.Send("vm1", NatWorld.Packet(Vm1, Remote, 4000, 80, IpProtocol.Tcp, TcpFlags.Ack), RouterWorld.InsideMac)
            .Reason.ShouldBe(DropReason.NatNoConnection);
        nat.World.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeFalse();
        nat.Out("vm1", Vm1, Remote, 4000, 80, IpProtocol.Tcp);
        nat.World.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeTrue("those behind it are of a known connection");
    }

    [Test]
    public void BothSidesMayBeginAtOnce()
    {
        var nat = NatWorld.Source();
        nat.Out("vm1", Vm1, Remote, protocol: IpProtocol.Tcp);
        $"{nat.In("vm1", Remote, Own, protocol: IpProtocol.Tcp, flags: TcpFlags.Syn).NwDst}".ShouldBe(Vm1);
        $"{nat.Out("vm1", Vm1, Remote, protocol: IpProtocol.Tcp, flags: TcpFlags.Syn | TcpFlags.Ack).NwSrc}".ShouldBe(Own);
    }

    [Test]
    public void AnErrorOfAStationInsideLeavesAsItsAddressOutside()
    {
        var nat = NatWorld.Source(ports: new PortRange(2000, 2999));
        var left = nat.Out("vm1", Vm1, Remote);
        var answer = PacketSynthesizer.Build(
            NatWorld.Packet(Remote, Own, 5000, left.TpSrc, IpProtocol.Udp) with
            {
                EthSrc = RouterWorld.GatewayMac,
                EthDst = RouterWorld.UplinkMac,
            },
            [1, 2, 3, 4]
        );
        nat.Send("uplink", answer).Kind.ShouldBe(VerdictKind.Forward);
        var seen = Make.Left(answer, nat.World.OnlyOutput("vm1"));
        nat.Send("vm1", Make.Unreachable(seen, Vm1, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        var key = nat.World.OnlyOutput("uplink");
        ($"{key.NwSrc}", $"{key.NwDst}").ShouldBe((Own, Remote));
        var frame = Make.Left(nat.World.Scratch.Translated.Span.ToArray(), key);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        InnerPacket.TryParse(frame.AsSpan(layout.TransportOffset + 8), IpFamily.V4, out var inner).ShouldBeTrue();
        ($"{inner.Destination}", inner.DestinationPort).ShouldBe((Own, left.TpSrc));
    }

    [Test]
    public void AnErrorWhoseChecksumDoesNotHoldIsDropped([Values(Vm1, "fd00:a::1")] string inside, [Values] bool isStatic)
    {
        var (remote, own) = inside == Vm1 ? (Remote, "192.0.2.21") : ("2001:db8::7", "2001:db8:21::21");
        var nat = isStatic ? new NatWorld().Static(own, inside) : NatWorld.Source();
        var request = Make.Udp(inside, remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.Send("vm1", request).Kind.ShouldBe(VerdictKind.Forward);
        var left = Make.Left(request, nat.World.OnlyOutput("uplink"));
        var error = Make.Unreachable(left, remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        error[^1] ^= 1;
        nat.Send("uplink", error).Reason.ShouldBe(DropReason.Malformed);
        error[^1] ^= 1;
        nat.Send("uplink", error).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void ThePortsOfAPairStayNeighbors()
    {
        var nat = NatWorld.Source();
        nat.Out("vm1", Vm1, Remote);
        var media = nat.Out("vm2", Vm2, Remote).TpSrc;
        media.ShouldNotBe((ushort)4000);
        nat.Out("vm2", Vm2, Remote, sourcePort: 4001).TpSrc.ShouldBe((ushort)(media + 1));
    }

    [Test]
    public void WhenEveryPortIsTakenThePacketSaysSoAndItsSourceIsTold()
    {
        var nat = NatWorld.Source(ports: new PortRange(2000, 2001));
        nat.Out("vm1", Vm1, Remote, sourcePort: 10);
        nat.Out("vm1", Vm1, Remote, sourcePort: 11);
        var verdict = nat.Send("vm1", NatWorld.Packet(Vm1, Remote, 12, 5000, IpProtocol.Udp), RouterWorld.InsideMac);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NatExhausted, false));
        var told = nat.World.OnlyAnswer("edge-lan");
        PacketLayout.TryParse(told, out var layout).ShouldBeTrue();
        (told[layout.TransportOffset], told[layout.TransportOffset + 1]).ShouldBe(
            (IcmpType.DestinationUnreachable, IcmpUnreachableCode.AdministrativelyProhibited)
        );
    }

    [Test]
    public void AHostToWhichNoPortIsLeasedSaysSoAndWantsSome()
    {
        var nat = NatWorld.Source("203.0.113.1");
        var none = HeldPorts.Of(PortLeases.None, new HostId(1), [], new HashSet<(RouterId, IpAddress, int)>());
        nat.World.Scratch.Connections = new LeasedConnections(nat.World.Connections, PortShare.All with { Held = none });
        nat.World.Scratch.Trace = new Trace();
        var verdict = nat.Send("vm1", NatWorld.Packet(Vm1, Remote, 12, 5000, IpProtocol.Udp), RouterWorld.InsideMac);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NatExhausted, false));
        var wish = nat.World.Effects(EffectKind.WantPorts).ShouldHaveSingleItem();
        (wish.Router, $"{wish.Address}").ShouldBe((nat.World.Net.RouterId("edge"), "203.0.113.1"));
        nat.World.Scratch.Trace.Steps.ShouldContain(step => step.Text == "no block of ports of 203.0.113.1 is leased to this host yet");
    }

    [Test]
    public void WhatIsNotTranslatedIsObservedAsBefore()
    {
        var nat = NatWorld.Source("203.0.113.10");
        nat.World.Send("vm1", Make.Udp(Vm1, Vm2, RouterWorld.Vm1Mac, RouterWorld.Vm2Mac));
        nat.World.Scratch.Key.Mask.IsWildcard(FlowField.TpSrc).ShouldBeTrue();
        nat.World.Net.Bridge("dmz")
            .Port("web", "dmz", "02:00:00:00:00:09", "10.1.0.9/24")
            .Connect("dmz", "edge", "02:00:00:00:01:03", "10.1.0.254/24");
        nat.World.Send("vm1", Make.Udp(Vm1, "10.1.0.9", RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Forward);
        nat.World.Scratch.Key.Mask.IsWildcard(FlowField.TpSrc).ShouldBeTrue("it does not leave by the port that translates");
    }
}
