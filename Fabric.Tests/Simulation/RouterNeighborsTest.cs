using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>How a router finds its neighbors, answers them and learns from them.</summary>
public class RouterNeighborsTest
{
    [Test]
    public void Row49AMissAsksAndParksThePacket([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual().Forgets("uplink", at.Gateway);
        var packet = Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac);
        var verdict = world.Send("vm1", packet);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Incomplete, false));
        var asked = world.Effects(EffectKind.ResolveNeighbor).ShouldHaveSingleItem();
        new NeighborKey(asked.Port, asked.Address).ShouldBe(world.Neighbor("uplink", at.Gateway));
        world.HasTag(NeighborTag(world, "uplink", at.Gateway)).ShouldBeTrue();
        // The answer is believed while the question is open, and the packet goes on.
        world.Send("uplink", Make.Answer(GatewayMac, at.Gateway, UplinkMac, at.Uplink)).Kind.ShouldBe(VerdictKind.Consume);
        var learned = world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem();
        (learned.Port, learned.Address, learned.Mac, learned.IsAnswer).ShouldBe((asked.Port, asked.Address, GatewayMac, true));
        world.Knows("uplink", at.Gateway, learned.Mac).Send("vm1", packet).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void Row49TheQuestionIsWhatTheStandardsSay()
    {
        var world = Usual();
        var port = world.Topology.Ports[world.Net.PortId("uplink")];
        var frame = new byte[NeighborRequest.MaxLength];
        var length = NeighborRequest.Build(frame, port, IpAddress.Parse("192.0.2.9"));
        frame[..length].ShouldBe(Make.Question(UplinkMac, "192.0.2.1", "192.0.2.9"));
        length = NeighborRequest.Build(frame, port, IpAddress.Parse("fd00:b::9"));
        frame[..length].ShouldBe(Make.Question(UplinkMac, "fd00:b::1", "fd00:b::9"));
        Answers.Stations(frame).To.ToString().ShouldBe("33:33:ff:00:00:09");
        length = NeighborRequest.Build(frame, port, IpAddress.Parse("fe80::9"));
        frame[..length].ShouldBe(Make.Question(UplinkMac, "fe80::ff:fe00:102", "fe80::9"));
        NeighborRequest.Build(frame, port with { Addresses = [] }, IpAddress.Parse("192.0.2.9")).ShouldBe(0);
    }

    [Test]
    public void Row50ANeighborThatDidNotAnswerIsUnreachable([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual().Failed("uplink", at.Gateway);
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        (verdict.Kind, verdict.Reason, verdict.IsCacheable).ShouldBe((VerdictKind.Drop, DropReason.NeighborUnreachable, false));
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 1), (1, 3)), at.Inside, at.Vm1);
        world.Effects(EffectKind.ResolveNeighbor).ShouldBeEmpty();
    }

    [Test]
    public void Row53AFlowIsTaggedWithItsNeighbor([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac));
        world.HasTag(NeighborTag(world, "uplink", at.Gateway)).ShouldBeTrue();
        // A known neighbor that announces another station has moved.
        world.Send("uplink", Make.Announcement(StrangerMac, at.Gateway)).Kind.ShouldBe(VerdictKind.Consume);
        var learned = world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem();
        (learned.Mac, learned.IsAnswer).ShouldBe((StrangerMac, false));
    }

    [Test]
    public void Row54NeighborsOfTheDescriptionAreNotAskedFor([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        // A station that is bound at a bridge.
        world.Send("uplink", Make.Udp(at.Far, at.Vm2, GatewayMac, UplinkMac)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm2").EthDst.ShouldBe(Vm2Mac);
        var lan = world.Net.BridgeId("lan").Value;
        world.HasTag(FlowTag.Address(FlowTagKind.BridgeAddress, lan, IpAddress.Parse(at.Vm2))).ShouldBeTrue();
        // A router port linked to that bridge.
        world.Net.Router("side").Connect("lan", "side", "02:00:00:00:04:01", "10.0.0.253/24 fd00:a::fd/64");
        world.Net.Route("edge", "by-side", at.Of("198.51.100.0/24", "fd00:d::/64"), "edge-lan", at.Of("10.0.0.253", "fd00:a::fd"));
        world
            .Send("uplink", Make.Udp(at.Far, at.Of("198.51.100.9", "fd00:d::9"), GatewayMac, UplinkMac))
            .Reason.ShouldBe(DropReason.NoRoute);
        world.Effects(EffectKind.ResolveNeighbor).ShouldBeEmpty();
    }

    [Test]
    public void Row54ALinkedRouterPortHasNoOtherNeighbors([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world
            .Net.Router("core")
            .InteriorPort("edge-core", "edge", "02:00:00:00:03:01", "10.9.0.1/29 fd00:9::1/64")
            .InteriorPort("core-edge", "core", "02:00:00:00:03:02", "10.9.0.2/29 fd00:9::2/64")
            .Link("edge-core", "core-edge");
        world
            .Send("vm1", Make.Udp(at.Vm1, at.Of("10.9.0.3", "fd00:9::3"), Vm1Mac, InsideMac))
            .Reason.ShouldBe(DropReason.NeighborUnreachable);
        world.Effects(EffectKind.ResolveNeighbor).ShouldBeEmpty();
        // Its own link-local address serves as a gateway, too.
        world.Net.Route("edge", "local", "fd00:e::/64", "edge-core", "fe80::ff:fe00:302");
        world.Send("vm1", Make.Udp("fd00:a::1", "fd00:e::1", Vm1Mac, InsideMac)).Reason.ShouldBe(DropReason.NoRoute);
    }

    [Test]
    public void AQuestionForAnOwnAddressIsAnsweredAndItsAskerLearned(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual().Forgets("uplink", at.Gateway);
        world.Send("uplink", Make.Question(GatewayMac, at.Gateway, at.Uplink)).Kind.ShouldBe(VerdictKind.Consume);
        Answers.ShouldTell(world.OnlyAnswer("uplink"), at.Uplink, UplinkMac, GatewayMac, at.Gateway);
        var learned = world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem();
        (learned.Address, learned.Mac, learned.IsAnswer).ShouldBe((IpAddress.Parse(at.Gateway), GatewayMac, false));
    }

    [Test]
    public void AQuestionFromAnotherSubnetIsNotAnswered([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("uplink", Make.Question(StrangerMac, at.Far, at.Uplink)).Reason.ShouldBe(DropReason.BadNeighborMessage);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
        world.ShouldStaySilent();
    }

    [Test]
    public void AQuestionForAnotherPortsAddressIsNotAnswered([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("uplink", Make.Question(GatewayMac, at.Gateway, at.Inside));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NotForRouter, true));
        world.ShouldStaySilent();
    }

    [Test]
    public void AProbeForAnOwnAddressIsAnsweredButNotLearned([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("uplink", Make.Question(StrangerMac, at.Of("0.0.0.0", "::"), at.Uplink)).Kind.ShouldBe(VerdictKind.Consume);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
        var answer = world.OnlyAnswer("uplink");
        // To the prober, or to all nodes where it has no address yet (RFC 4861, section 7.2.4).
        Answers.Stations(answer).ShouldBe((UplinkMac, at.Of(StrangerMac, MacAddress.Parse("33:33:00:00:00:01"))));
    }

    [Test]
    public void Row41AnUnsolicitedForgedAnswerMakesNoNeighbor([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var victim = at.Of("192.0.2.9", "fd00:b::9");
        // Told to everybody: nothing is learned.
        world.Send("uplink", Make.Announcement(StrangerMac, victim)).Kind.ShouldBeOneOf(VerdictKind.Drop, VerdictKind.Consume);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
        // Told to the router as an answer: marked so that only who has asked believes it.
        world.Send("uplink", Make.Answer(StrangerMac, victim, UplinkMac, at.Uplink));
        world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem().IsAnswer.ShouldBeTrue();
        // Told in the name of the router itself: never.
        world.Send("uplink", Make.Announcement(StrangerMac, at.Uplink)).Reason.ShouldBe(DropReason.BadNeighborMessage);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
    }

    [Test]
    public void AnAnswerForAnAddressOfNoSubnetIsRefused([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("uplink", Make.Answer(StrangerMac, at.Far, UplinkMac, at.Uplink)).Reason.ShouldBe(DropReason.BadNeighborMessage);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
    }

    [TestCase("hop limit")]
    [TestCase("checksum")]
    [TestCase("group as station")]
    public void DiscoveryMessagesAreChecked(string fault)
    {
        var world = Usual().Forgets("uplink", "fd00:b::fe");
        var frame = Make.Question(
            fault == "group as station" ? MacAddress.Parse("03:00:00:00:00:01") : GatewayMac,
            "fd00:b::fe",
            "fd00:b::1"
        );
        if (fault == "hop limit")
            frame[14 + 7] = 254;
        if (fault == "checksum")
            frame[14 + 40 + 2] ^= 1;
        world.Send("uplink", frame).Reason.ShouldBe(DropReason.BadNeighborMessage);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
        world.ShouldStaySilent();
    }

    [Test]
    public void AnArpSenderThatIsAGroupIsRefused()
    {
        var world = Usual();
        var group = MacAddress.Parse("03:00:00:00:00:01");
        world
            .Send("uplink", Make.Arp(Arp.Request, MacAddress.Broadcast, group, "192.0.2.9", MacAddress.Zero, "192.0.2.1"))
            .Reason.ShouldBe(DropReason.BadNeighborMessage);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
    }

    [Test]
    public void AnAdvertisementThatDoesNotOverrideMovesNoNeighbor()
    {
        var world = Usual();
        var frame = new byte[PacketBuilder.MaxLength];
        var (target, own) = (Ipv6Address.Parse("fd00:b::fe"), Ipv6Address.Parse("fd00:b::1"));
        var message = new NeighborAdvertisement(target, StrangerMac, IsRouter: false, IsSolicited: true, IsOverride: false);
        var length = PacketBuilder.Neighbor(frame, new PacketAddresses(StrangerMac, UplinkMac, target, own), message);
        world.Send("uplink", frame.AsSpan(0, length)).Kind.ShouldBe(VerdictKind.Consume);
        world.Effects(EffectKind.LearnNeighbor).ShouldBeEmpty();
    }

    [Test]
    public void DiscoveryForOthersIsForwardedLikeAnyPacketAndToldByItsHopLimit()
    {
        var world = Usual();
        var frame = Make.Answer(Vm1Mac, "fd00:a::1", InsideMac, "2001:db8:7::7");
        world.Send("vm1", frame).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("uplink").IpTtl.ShouldBe((byte)254);
    }

    private static FlowTag NeighborTag(RouterWorld world, string port, string address) =>
        FlowTag.Address(FlowTagKind.Neighbor, world.Net.PortId(port).Value, IpAddress.Parse(address));
}
