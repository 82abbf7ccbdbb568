using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Rows 78 to 80: connections from inside open the way back, and nothing else does.</summary>
/// <remarks>vm1 and vm2 are inside; the chain at the uplink takes answers only.</remarks>
public class RuleDirectionTest
{
    private static readonly string[] Inside = ["10.0.0.1", "fd00:a::1"];

    [TestCaseSource(nameof(Inside))]
    public void Row78TheAnswerToAConnectionFromInsidePasses(string inside)
    {
        var world = Guarded();
        var outside = Outside(inside);
        world.Send("uplink", Make.Udp(outside, inside, RouterWorld.GatewayMac, RouterWorld.UplinkMac)).Reason.ShouldBe(DropReason.Rule);

        world.Send("vm1", Request(inside)).Kind.ShouldBe(VerdictKind.Forward);
        var opened = world.Effects(EffectKind.OpenConnection).ShouldHaveSingleItem();
        DeviceRef edge = world.Net.RouterId("edge");
        opened.Answers.ShouldBe(new ConnectionKey(edge, IpProtocol.Udp, IpAddress.Parse(outside), IpAddress.Parse(inside), 5000, 4000));

        world.Remember();
        world.Send("uplink", Answer(inside)).Kind.ShouldBe(VerdictKind.Forward);
        world.Effects(EffectKind.OpenConnection).ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Inside))]
    public void Row78AnotherPortIsAnotherConnection(string inside)
    {
        var world = Guarded();
        world.Send("vm1", Request(inside));
        world.Remember();
        var other = Make.Udp(Outside(inside), inside, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        world.Send("uplink", other).Reason.ShouldBe(DropReason.Rule);
    }

    [TestCaseSource(nameof(Inside))]
    public void TheReplyToAnEchoIsKnownByItsAddressesAndARequestIsNone(string inside)
    {
        var world = Guarded();
        world.Send("vm1", Make.Echo(inside, Outside(inside), RouterWorld.Vm1Mac, RouterWorld.InsideMac)).IsCacheable.ShouldBeTrue();
        world.Remember();

        var request = Make.Echo(Outside(inside), inside, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        world.Send("uplink", request).Reason.ShouldBe(DropReason.Rule);
        var reply = Reply(request);
        world.Send("uplink", reply).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void ALookupLeavesATagWhetherItFindsOrNot()
    {
        var world = Guarded();
        DeviceRef edge = world.Net.RouterId("edge");
        var key = new ConnectionKey(edge, IpProtocol.Udp, IpAddress.Parse("198.51.100.7"), IpAddress.Parse("10.0.0.1"), 5000, 4000);
        world.Send("uplink", Answer("10.0.0.1"));
        world.HasTag(key.Tag).ShouldBeTrue();
        world.Connections.Open(key.ReverseAt(edge), key, world.Net.PortId("vm1"), default, default, [], out _);
        world.Send("uplink", Answer("10.0.0.1"));
        world.HasTag(key.Tag).ShouldBeTrue();
    }

    [Test]
    public void AConnectionIsObservedWhole()
    {
        var world = Guarded();
        world.Send("uplink", Answer("10.0.0.1")).IsCacheable.ShouldBeTrue();
        var mask = world.Scratch.Key.Mask;
        foreach (
            var field in new[] { FlowField.EthType, FlowField.IpProto, FlowField.TpSrc, FlowField.TpDst, FlowField.NwSrc, FlowField.NwDst }
        )
            mask.IsExact(field).ShouldBeTrue($"{field}");
    }

    [Test]
    public void WithoutARuleThatAsksNothingIsTracked()
    {
        var world = RouterWorld.Usual();
        world.Send("vm1", Request("10.0.0.1")).Kind.ShouldBe(VerdictKind.Forward);
        world.Effects(EffectKind.OpenConnection).ShouldBeEmpty();
    }

    [Test]
    public void APacketThatIsDroppedIsNotTracked()
    {
        var world = Guarded().IsDown("uplink");
        world.Send("vm1", Request("10.0.0.1")).Kind.ShouldBe(VerdictKind.Drop);
        world.Effects(EffectKind.OpenConnection).ShouldBeEmpty();
    }

    [Test]
    public void Row79WhatIsNoConnectionIsForward()
    {
        foreach (var packet in new[] { Keys.Arp(), Keys.Tcp4().As(FragmentKind.Later), Keys.Icmp4(3), Keys.Icmp6(1), Gre() })
        {
            ChainWorld.Of(ChainWorld.Drop(new() { Direction = FlowDirection.Forward })).Passes(packet).ShouldBeFalse();
            ChainWorld.Of(ChainWorld.Drop(new() { Direction = FlowDirection.Return })).Passes(packet).ShouldBeTrue();
        }
    }

    [Test]
    public void Row79APacketThatTheNetworkMadeIsReturn()
    {
        var world = Guarded();
        world
            .Net.Chain("keep", Rule("no", RuleAction.Drop, FlowDirection.Return))
            .ChangePort("uplink", port => port with { OutboundChain = world.Net.ChainId("keep") });
        world
            .SendEmitted("uplink", Make.Udp("192.0.2.1", "192.0.2.254", RouterWorld.UplinkMac, RouterWorld.GatewayMac))
            .Reason.ShouldBe(DropReason.Rule);
        world.Send("vm1", Request("10.0.0.1")).Kind.ShouldBe(VerdictKind.Forward);
    }

    /// <summary>The usual world, whose uplink takes answers only and notes what goes out.</summary>
    private static RouterWorld Guarded()
    {
        var world = RouterWorld.Usual();
        world
            .Net.Chain("in", Rule("new", RuleAction.Drop, FlowDirection.Forward))
            .Chain("out", Rule("note", RuleAction.Continue, FlowDirection.Forward));
        world.Net.ChangePort(
            "uplink",
            port => port with { InboundChain = world.Net.ChainId("in"), OutboundChain = world.Net.ChainId("out") }
        );
        return world;
    }

    private static Rule Rule(string name, RuleAction action, FlowDirection direction) =>
        TopologyBuilder.Rule(name, action, new() { Direction = direction });

    private static string Outside(string inside) => inside.Contains(':', StringComparison.Ordinal) ? "2001:db8::7" : "198.51.100.7";

    private static byte[] Request(string inside) => Make.Udp(inside, Outside(inside), RouterWorld.Vm1Mac, RouterWorld.InsideMac);

    /// <summary>From port 5000 to port 4000, which is the way back of what <see cref="Make.Udp"/> makes.</summary>
    private static byte[] Answer(string inside)
    {
        var frame = Make.Udp(Outside(inside), inside, RouterWorld.GatewayMac, RouterWorld.UplinkMac, sourcePort: 5000);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        (frame[layout.TransportOffset + 2], frame[layout.TransportOffset + 3]) = (4000 >> 8, 4000 & 255);
        return frame;
    }

    /// <summary>The same message as a reply; its checksum is nobody's business here.</summary>
    private static byte[] Reply(byte[] echo)
    {
        PacketLayout.TryParse(echo, out var layout).ShouldBeTrue();
        var isV4 = layout.Network == NetworkKind.Ipv4;
        echo[layout.TransportOffset] = isV4 ? IcmpType.EchoReply : Icmpv6Type.EchoReply;
        return echo;
    }

    private static FlowKey Gre() => Keys.Ip(EtherType.Ipv4, IpProtocol.Gre, "10.0.0.1", "10.0.0.2");
}
