using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>A rule by which address and ports outside follow from the station's address (RFC 7422).</summary>
public class NatFixedTest
{
    private const string Vm1 = "10.0.0.1";
    private const string Vm2 = "10.0.0.2";

    [Test]
    public void EachStationHasPortsOfItsOwnAndTheTraceSaysWhich()
    {
        var nat = Deterministic("10.0.0.0/29", new PortRange(2000, 2511));
        nat.World.Scratch.Trace = new Trace();
        var first = nat.Out("vm1", Vm1, NatWorld.Remote, sourcePort: 4000);
        $"{first.NwSrc}".ShouldBe("203.0.113.10");
        ((int)first.TpSrc).ShouldBeInRange(2064, 2127);
        nat.World.Scratch.Trace.Steps.ShouldContain(step =>
            step.Text.EndsWith("of the station's own ports 2064 to 2127", StringComparison.Ordinal)
        );
        ((int)nat.Out("vm2", Vm2, NatWorld.Remote, sourcePort: 4000).TpSrc).ShouldBeInRange(2128, 2191);
        nat.Out("vm2", Vm2, NatWorld.Remote, sourcePort: 2130).TpSrc.ShouldBe((ushort)2130, "its own, where it is one of these");
        nat.In("vm1", NatWorld.Remote, "203.0.113.10", port: first.TpSrc).TpDst.ShouldBe((ushort)4000);
    }

    [Test]
    public void WhoHasUsedItsOwnPortsGetsNoOthers()
    {
        var nat = Deterministic("10.0.0.0/29", new PortRange(2000, 2511));
        for (ushort port = 0; port < 64; port++)
            nat.Out("vm1", Vm1, NatWorld.Remote, sourcePort: (ushort)(30_000 + 2 * port));
        nat.World.Scratch.Trace = new Trace();
        var verdict = nat.Send("vm1", NatWorld.Packet(Vm1, NatWorld.Remote, 12, 5000, IpProtocol.Udp), RouterWorld.InsideMac);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.NatExhausted, false));
        nat.World.Effects(EffectKind.WantPorts).ShouldBeEmpty("no host can lease any");
        nat.World.Scratch.Trace.Steps.ShouldContain(step =>
            step.Text == "of the station's own ports 2064 to 2127 of 203.0.113.10 none is left"
        );
        ((int)nat.Out("vm2", Vm2, NatWorld.Remote, sourcePort: 12).TpSrc).ShouldBeInRange(2128, 2191);
    }

    /// <summary>Its identifier is one of its ports, for no other of the stations that share the address may have it.</summary>
    [Test]
    public void AnEchoGetsAnIdentifierOfTheStationsPorts()
    {
        var nat = Deterministic("10.0.0.0/29", new PortRange(2000, 2511));
        nat.Send("vm1", Make.Echo(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).IsCacheable.ShouldBeFalse();
        var opened = nat.World.Effects(EffectKind.OpenConnection).Single(effect => effect.IsFixed);
        ((int)opened.Answers.DestinationPort).ShouldBeInRange(2064, 2127);
    }

    [Test]
    public void ProtocolsWithoutPortsNeedAnAddressThatNobodyShares()
    {
        var shared = Deterministic("10.0.0.0/29", new PortRange(2000, 2511));
        var packet = NatWorld.Packet(Vm1, NatWorld.Remote, 0, 0, IpProtocol.Gre);
        shared.Send("vm1", packet, RouterWorld.InsideMac).Reason.ShouldBe(DropReason.NatExhausted);
        var alone = Deterministic("10.0.0.0/30", null, "203.0.113.10-203.0.113.13");
        alone.Send("vm1", packet, RouterWorld.InsideMac).Kind.ShouldBe(VerdictKind.Forward);
        $"{alone.World.OnlyOutput("uplink").NwSrc}".ShouldBe("203.0.113.11");
    }

    private static NatWorld Deterministic(string from, PortRange? ports, string outside = "203.0.113.10") =>
        new NatWorld().With(
            "out",
            rule => rule with { From = IpPrefix.Parse(from), Outside = NatWorld.Range(outside), Ports = ports, IsDeterministic = true }
        );
}
