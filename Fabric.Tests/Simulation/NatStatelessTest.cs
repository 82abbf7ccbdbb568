using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Translation that remembers nothing: floating addresses, and prefixes of IPv6 (RFC 6296).</summary>
public class NatStatelessTest
{
    private const string Vm1 = "fd00:a::1";
    private const string Remote = "2001:db8::7";

    /// <summary>What stands for fd00:a::1, as fd00:a:: and 2001:db8:1:: differ in one word that the subnet takes.</summary>
    private static readonly string Outside = OutsideOf(Vm1);

    [Test]
    public void AStationOfAPrefixHasOneAddressOutsideInBothDirectionsAndNothingIsRemembered()
    {
        var nat = Prefixed();
        $"{nat.Out("vm1", Vm1, Remote).NwSrc}".ShouldBe(Outside);
        $"{nat.In("vm1", Remote, Outside).NwDst}".ShouldBe(Vm1);
        $"{nat.In("vm2", "2001:db8::8", OutsideOf("fd00:a::2")).NwDst}".ShouldBe("fd00:a::2", "also who was not spoken to");
        nat.World.Connections.Count.ShouldBe(0);
    }

    [Test]
    public void ItsFlowsStandForAllConnectionsOfTheStation()
    {
        var nat = Prefixed();
        nat.Out("vm1", Vm1, Remote);
        var mask = nat.World.Scratch.Key.Mask;
        (mask.IsWildcard(FlowField.TpSrc), mask.IsWildcard(FlowField.TpDst)).ShouldBe((true, true));
        nat.World.Scratch.Tags.Connections.ShouldBe(0);
    }

    [Test]
    public void AFrameThatIsTranslatedNeedsNoOtherChecksum()
    {
        var nat = Prefixed();
        var frame = Make.Udp(Vm1, Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.Send("vm1", frame).Kind.ShouldBe(VerdictKind.Forward);
        var left = Make.Left(frame, nat.World.OnlyOutput("uplink"));
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(left, layout).ShouldBeTrue();
        var at = layout.TransportOffset + 6;
        left.AsSpan(at, 2).SequenceEqual(frame.AsSpan(at, 2)).ShouldBeTrue();
    }

    [Test]
    public void AStationThatIsSpokenToByItsAddressOutsideFromInsideSeesAnother()
    {
        var nat = Prefixed();
        nat.Send("vm1", NatWorld.Packet(Vm1, OutsideOf("fd00:a::2"), 4000, 5000, IpProtocol.Udp), RouterWorld.InsideMac)
            .Kind.ShouldBe(VerdictKind.Forward);
        var between = nat.World.OnlyOutput("vm2");
        ($"{between.NwSrc}", $"{between.NwDst}").ShouldBe((Outside, "fd00:a::2"));
    }

    [Test]
    public void AnAddressThatNothingStandsForIsToldSo()
    {
        var nat = Prefixed();
        nat.Send("uplink", Make.Udp(Remote, "2001:db8:1:ffff::1", RouterWorld.GatewayMac, RouterWorld.UplinkMac))
            .Reason.ShouldBe(DropReason.NatNoAddress);
        var error = nat.World.OnlyAnswer("uplink");
        PacketLayout.TryParse(error, out var layout).ShouldBeTrue();
        error[layout.TransportOffset].ShouldBe(Icmpv6Type.DestinationUnreachable);
    }

    [Test]
    public void Row70AnErrorFromOutsideComesBackWithThePacketInsideAsItWasSent([Values] bool isPrefix)
    {
        var (nat, inside, stands, remote) = Either(isPrefix);
        var request = Make.Udp(inside, remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.Send("vm1", request).Kind.ShouldBe(VerdictKind.Forward);
        var left = Make.Left(request, nat.World.OnlyOutput("uplink"));
        nat.Send("uplink", Make.Unreachable(left, remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac)).IsCacheable.ShouldBeFalse();
        var (outer, inner) = Error(nat, "vm1");
        ($"{outer.NwSrc}", $"{outer.NwDst}").ShouldBe((remote, inside));
        inner.ShouldBe((inside, remote), stands);
    }

    [Test]
    public void Row70AnErrorOfAStationInsideLeavesAsItsAddressOutsideInAndOut([Values] bool isPrefix)
    {
        var (nat, inside, stands, remote) = Either(isPrefix);
        var request = Make.Udp(remote, stands, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        nat.Send("uplink", request).Kind.ShouldBe(VerdictKind.Forward);
        var seen = Make.Left(request, nat.World.OnlyOutput("vm1"));
        nat.Send("vm1", Make.Unreachable(seen, inside, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).IsCacheable.ShouldBeFalse();
        var (outer, inner) = Error(nat, "uplink");
        ($"{outer.NwSrc}", $"{outer.NwDst}").ShouldBe((stands, remote));
        inner.ShouldBe((remote, stands));
    }

    private static (FlowKey Outer, (string Source, string Destination) Inner) Error(NatWorld nat, string port)
    {
        var key = nat.World.OnlyOutput(port);
        var frame = Make.Left(nat.World.Scratch.Translated.Span.ToArray(), key);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        InnerPacket.TryParse(frame.AsSpan(layout.TransportOffset + 8), key.Family, out var inner).ShouldBeTrue();
        return (key, ($"{inner.Source}", $"{inner.Destination}"));
    }

    private static (NatWorld Nat, string Inside, string Stands, string Remote) Either(bool isPrefix) =>
        isPrefix
            ? (Prefixed(), Vm1, Outside, Remote)
            : (new NatWorld().Static("192.0.2.21", "10.0.0.1"), "10.0.0.1", "192.0.2.21", NatWorld.Remote);

    private static NatWorld Prefixed() => new NatWorld().With("p", rule => rule with { Kind = NatKind.Prefix, Prefixes = Pair });

    private static PrefixTranslation Pair => new(IpPrefix.Parse("fd00:a::/48"), IpPrefix.Parse("2001:db8:1::/48"));

    private static string OutsideOf(string inside)
    {
        Pair.TryGoOut(IpAddress.Parse(inside), out var outside).ShouldBeTrue();
        return outside.ToString();
    }
}
