using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What a router says about itself and about what it does not pass on.</summary>
public class RouterRepliesTest
{
    [Test]
    public void Row33TheNearPortAnswersAnEcho([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Echo(at.Vm1, at.Inside, Vm1Mac, InsideMac));
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Consume, false));
        var answer = world.OnlyAnswer("edge-lan");
        Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
        Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((0, 0), (129, 0)), at.Inside, at.Vm1).ShouldBe("ping"u8.ToArray());
        // And the answer arrives.
        world.SendEmitted("edge-lan", answer).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm1").EthDst.ShouldBe(Vm1Mac);
    }

    [Test]
    public void Row33TheFarPortAnswersAnEchoAlsoWithoutLink(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at,
        [Values] bool isLinked
    )
    {
        var world = Usual();
        if (!isLinked)
            world.Net.ChangePort("uplink", port => port with { Binding = null });
        // A time to live of one is enough to get here.
        world.Send("vm1", Make.Echo(at.Vm1, at.Uplink, Vm1Mac, InsideMac, ttl: 1)).Kind.ShouldBe(VerdictKind.Consume);
        var answer = world.OnlyAnswer("edge-lan");
        Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((0, 0), (129, 0)), at.Uplink, at.Vm1);
    }

    [TestCase("fe80::ff:fe00:101", "02:00:00:00:01:01")]
    [TestCase("ff02::1", "33:33:00:00:00:01")]
    [TestCase("ff02::2", "33:33:00:00:00:02")]
    public void TheLinkLocalAddressAnswersAnEcho(string destination, string mac)
    {
        var world = Usual();
        world.Send("vm1", Make.Echo("fe80::1", destination, Vm1Mac, MacAddress.Parse(mac)));
        var answer = world.OnlyAnswer("edge-lan");
        Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
        Answers.ShouldBeIcmp(answer, (129, 0), "fe80::ff:fe00:101", "fe80::1");
    }

    [Test]
    public void AFragmentedEchoIsNotAnswered([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var key = at.Of(Keys.Icmp4(8), Keys.Icmp6(128)).With(FlowField.EthDst, InsideMac.Bits).As(FragmentKind.First);
        key.NwDst = IpAddress.Parse(at.Inside);
        key.NwSrc = IpAddress.Parse(at.Vm1);
        var verdict = world.Send("vm1", key);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NoLocalService, true));
    }

    [Test]
    public void ADamagedEchoIsNotAnswered([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var frame = Make.Echo(at.Vm1, at.Inside, Vm1Mac, InsideMac);
        frame[^1] ^= 1;
        var verdict = world.Send("vm1", frame);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.Malformed, false));
        world.ShouldStaySilent();
    }

    [Test]
    public void NoPortListensAtARouter([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Udp(at.Vm1, at.Uplink, Vm1Mac, InsideMac));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NoLocalService, false));
        // From the address that was meant, not from the port's (RFC 1122, section 3.2.2).
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 3), (1, 4)), at.Uplink, at.Vm1);
    }

    [Test]
    public void NoConnectionIsTakenByARouter([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Tcp(at.Vm1, at.Inside, Vm1Mac, InsideMac));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NoLocalService, false));
        Answers.ShouldBeReset(world.OnlyAnswer("edge-lan"), at.Inside, at.Vm1);
        world.Send("vm1", Make.Tcp(at.Vm1, at.Inside, Vm1Mac, InsideMac, TcpFlags.Rst));
        world.ShouldStaySilent();
    }

    [Test]
    public void AnUnknownProtocolIsToldSo([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Protocol(IpProtocol.Gre, at.Vm1, at.Inside, Vm1Mac, InsideMac));
        var answer = world.OnlyAnswer("edge-lan");
        Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 2), (4, 1)), at.Inside, at.Vm1);
        // IPv6 points at the next header field of the quoted packet.
        if (at.Family == IpFamily.V6)
            answer[14 + 40 + 7].ShouldBe((byte)6);
    }

    [Test]
    public void Row40EveryHopOfATracerouteAnswersFromWhereThePacketCameIn(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        world
            .Net.Router("core")
            .InteriorPort("edge-core", "edge", "02:00:00:00:03:01", "10.9.0.1/30 fd00:9::1/126")
            .InteriorPort("core-edge", "core", "02:00:00:00:03:02", "10.9.0.2/30 fd00:9::2/126")
            .Link("edge-core", "core-edge")
            .Route("edge", "there", at.Of("198.51.100.0/24", "fd00:d::/64"), "edge-core", at.Of("10.9.0.2", "fd00:9::2"))
            .Route("core", "back", at.Of("10.0.0.0/24", "fd00:a::/64"), "core-edge", at.Of("10.9.0.1", "fd00:9::1"));
        var far = at.Of("198.51.100.9", "fd00:d::9");
        var sent = Make.Udp(at.Vm1, far, Vm1Mac, InsideMac, ttl: 2);
        world.Send("vm1", sent).Reason.ShouldBe(DropReason.TtlExceeded);
        var answer = world.OnlyAnswer("core-edge");
        var quote = Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((11, 0), (3, 0)), at.Of("10.9.0.2", "fd00:9::2"), at.Vm1);
        // The packet as this router received it: one hop less to live than as sent.
        PacketLayout.TryParse(sent, out var layout);
        PacketEditor.SetTtl(sent, layout, 1);
        quote.ShouldBe(sent[14..]);
        // It finds its way back through the first router.
        world.SendEmitted("core-edge", answer).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm1").EthDst.ShouldBe(Vm1Mac);
    }

    [Test]
    public void Row46ARouterThatIsDownSaysProhibited(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at,
        [Values] bool isPort
    )
    {
        var world = Usual();
        if (isPort)
            world.Net.ChangePort("edge-lan", port => port with { IsAdminUp = false });
        else
            world.Net.Router("edge", up: false);
        var expected = isPort ? DropReason.PortAdminDown : DropReason.DeviceAdminDown;
        world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac)).Reason.ShouldBe(expected);
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), at.Of<(byte, byte)>((3, 13), (1, 1)), at.Inside, at.Vm1);
        // Nothing is said about frames for others, and no address is told.
        var verdict = world.Send("uplink", Make.Udp(at.Far, at.Vm1, GatewayMac, StrangerMac));
        verdict.IsCacheable.ShouldBeTrue();
        world.ShouldStaySilent();
        if (!isPort)
            world.Send("uplink", Make.Question(GatewayMac, at.Gateway, at.Uplink)).Reason.ShouldBe(DropReason.DeviceAdminDown);
        world.ShouldStaySilent();
    }

    [Test]
    public void ErrorsAreNotAnsweredWithErrors([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var error = Error(world, at);
        // Its time to live ends at this router, which says nothing.
        PacketLayout.TryParse(error, out var layout);
        PacketEditor.SetTtl(error, layout, 1);
        Ethernet.SetDestination(error, UplinkMac);
        world.Send("uplink", error).Reason.ShouldBe(DropReason.TtlExceeded);
        world.ShouldStaySilent();
    }

    [Test]
    public void ARouterWithoutAnAddressOfTheVersionStaysSilent()
    {
        var world = Usual();
        world.Net.ChangePort("edge-lan", port => port with { Addresses = [] });
        world.Send("vm1", Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac, ttl: 1)).Reason.ShouldBe(DropReason.TtlExceeded);
        world.ShouldStaySilent();
        // IPv6 always has the link-local address (RFC 4291, section 2.1).
        world.Send("vm1", Make.Udp("fd00:a::1", "2001:db8:7::7", Vm1Mac, InsideMac, ttl: 1)).Reason.ShouldBe(DropReason.TtlExceeded);
        Answers.ShouldBeIcmp(world.OnlyAnswer("edge-lan"), (3, 0), "fe80::ff:fe00:101", "fd00:a::1");
    }

    [Test]
    public void ATraceTellsTheRouteTheNeighborAndTheReply()
    {
        var world = Usual();
        world.Scratch.Trace = new Trace();
        world.Send("vm1", Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac));
        var steps = Texts(world);
        steps.ShouldContain("to 203.0.113.7: route `default4` 0.0.0.0/0, via 192.0.2.254 by port `uplink`");
        steps.ShouldContain("next hop 192.0.2.254 at port `uplink` is 02:00:00:00:02:01");
        world.Send("vm1", Make.Udp("10.0.0.1", "203.0.113.7", Vm1Mac, InsideMac, ttl: 1));
        Texts(world).ShouldContain("answers its source: ICMP time exceeded");
        world.Send("vm1", Make.Udp("10.0.0.1", "10.0.0.77", Vm1Mac, InsideMac));
        steps = Texts(world);
        steps.ShouldContain("to 10.0.0.77: the connected subnet 10.0.0.0/24, by port `edge-lan`");
        steps.ShouldContain("next hop 10.0.0.77 at port `edge-lan` is unknown: asks by ARP and waits");
    }

    private static List<string> Texts(RouterWorld world) => [.. world.Scratch.Trace!.Steps.Select(step => step.Text)];

    private static byte[] Error(RouterWorld world, AddressPlan at)
    {
        world.Send("vm1", Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac, ttl: 1));
        return world.OnlyAnswer("edge-lan");
    }
}
