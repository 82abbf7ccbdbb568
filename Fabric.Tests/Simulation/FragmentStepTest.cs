using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Connections;

namespace Fabric.Tests.Simulation;

/// <summary>Fragments where connections are asked for: later ones are what their first is (RFC 4787, REQ-14).</summary>
public class FragmentStepTest
{
    private const string Vm1 = "10.0.0.1";
    private const string Vm2 = "10.0.0.2";
    private const string Own = "192.0.2.1";

    [Test]
    public void AllPiecesOfAPacketLeaveUnderOneAddressAndItsChecksumHolds([Values(Vm1, "fd00:a::1")] string inside)
    {
        var isV6 = inside != Vm1;
        var nat = NatWorld.Source(ports: new PortRange(2000, 2999));
        var whole = Long(inside, isV6 ? "2001:db8::7" : NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        var left = Pieces(whole).Select(piece => Pass(nat, "vm1", piece, "uplink")).ToList();
        var joined = Fragments.Join(left).ShouldNotBeNull();
        FlowKeyReader.Read(joined, 0, out var key);
        $"{key.NwSrc}".ShouldBe(isV6 ? "fd00:b::1" : Own);
        key.TpSrc.ShouldBeInRange((ushort)2000, (ushort)2999);
        PacketLayout.TryParse(joined, out var layout).ShouldBeTrue();
        TransportChecksum.Holds(joined, layout).ShouldBeTrue();

        var answer = Long(
            isV6 ? "2001:db8::7" : NatWorld.Remote,
            $"{key.NwSrc}",
            RouterWorld.GatewayMac,
            RouterWorld.UplinkMac,
            5000,
            key.TpSrc
        );
        var back = Fragments.Join([.. Pieces(answer).Select(piece => Pass(nat, "uplink", piece, "vm1"))]).ShouldNotBeNull();
        FlowKeyReader.Read(back, 0, out var got);
        ($"{got.NwDst}", got.TpDst).ShouldBe((inside, (ushort)4000));
        PacketLayout.TryParse(back, out layout).ShouldBeTrue();
        TransportChecksum.Holds(back, layout).ShouldBeTrue();
    }

    [Test]
    public void NoFlowStandsForAFragmentWhereSomebodyAskedAndOneDoesWhereNobodyDid()
    {
        var nat = NatWorld.Source();
        foreach (var piece in Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac)))
            nat.Send("vm1", piece).ShouldBe(new Verdict(VerdictKind.Forward, DropReason.None, false, default));
        foreach (var piece in Pieces(Long(Vm1, Vm2, RouterWorld.Vm1Mac, RouterWorld.Vm2Mac)))
            nat.Send("vm1", piece).IsCacheable.ShouldBeTrue();
        nat.World.Fragments.Count.ShouldBe(1, "what nobody asked for is not remembered");
    }

    [Test]
    public void ALaterFragmentThatComesBeforeItsFirstWaitsForIt()
    {
        var nat = NatWorld.Source();
        var pieces = Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac));
        nat.Send("vm1", pieces[1]).ShouldBe(new Verdict(VerdictKind.Incomplete, DropReason.None, false, default));
        nat.World.Scratch.Outputs.Count.ShouldBe(0);
        nat.World.Effects(EffectKind.AwaitFragment).ShouldHaveSingleItem();
        nat.Send("vm1", pieces[0]).Kind.ShouldBe(VerdictKind.Forward);
        nat.Send("vm1", pieces[1]).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void OneWhoseFirstDidNotComeIsDroppedAndSaysSo()
    {
        var nat = NatWorld.Source();
        var piece = Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac))[1];
        nat.Send("vm1", piece);
        nat.World.Fragments.Lose(nat.World.Effects(EffectKind.AwaitFragment).Single().Fragment, TimeSpan.Zero);
        var verdict = nat.Send("vm1", piece);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.FragmentAlone, false));
        FlowKeyReader.Read(piece, 1, out var headers);
        nat.World.Send("vm1", headers).Reason.ShouldBe(DropReason.FragmentAlone, "headers alone do not tell the packet");
    }

    [Test]
    public void ALaterFragmentBeginsNothing()
    {
        var nat = NatWorld.Source();
        var pieces = Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac));
        nat.World.Send("vm1", pieces[0]);
        nat.World.Fragments.Remember(nat.World.Scratch, TimeSpan.Zero);
        nat.Send("vm1", pieces[1]).Reason.ShouldBe(DropReason.NatNoConnection, "the first has not left yet");
        nat.World.Connections.Count.ShouldBe(0);
    }

    [Test]
    public void PacketsOfOneNumberThatCameInElsewhereAreOthers()
    {
        var nat = NatWorld.Source();
        nat.Send("vm1", Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac))[0]);
        nat.Send("vm2", Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm2Mac, RouterWorld.InsideMac))[1])
            .Kind.ShouldBe(VerdictKind.Incomplete);
    }

    [Test]
    public void LongEchoesOfTwoStationsToOneAreToldApart([Values] bool isSecond)
    {
        var nat = NatWorld.Source();
        var (vm, source, mac) = isSecond ? ("vm2", Vm2, RouterWorld.Vm2Mac) : ("vm1", Vm1, RouterWorld.Vm1Mac);
        if (isSecond)
            nat.Send("vm1", Make.Echo(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac));
        var echo = LongEcho(source, NatWorld.Remote, mac, RouterWorld.InsideMac);
        var left = Fragments.Join([.. Pieces(echo).Select(piece => Pass(nat, vm, piece, "uplink"))]).ShouldNotBeNull();
        PacketLayout.TryParse(left, out var layout).ShouldBeTrue();
        IcmpView.TryParse(left.AsSpan(layout.TransportOffset), out var asked).ShouldBeTrue();
        var identifier = asked.Identifier;
        var reply = Make.WithIdentifier(
            Make.Reply(LongEcho(NatWorld.Remote, Own, RouterWorld.GatewayMac, RouterWorld.UplinkMac)),
            identifier
        );
        foreach (var piece in Pieces(reply))
            Pass(nat, "uplink", piece, vm);
    }

    [Test]
    public void RulesOnStatesTakeLaterFragmentsForWhatTheirPacketIs()
    {
        var world = RouterWorld.Usual();
        world
            .Net.Chain(
                "in",
                TopologyBuilder.Rule("known", RuleAction.Accept, new RuleMatch { States = new(ConnectionStates.Established) }),
                TopologyBuilder.Rule("rest", RuleAction.Drop)
            )
            .ChangePort("uplink", port => port with { InboundChain = world.Net.ChainId("in") });
        var question = Pieces(Long(Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac));
        question.ForEach(piece => Send("vm1", piece).Kind.ShouldBe(VerdictKind.Forward));
        var answer = Pieces(Long(NatWorld.Remote, Vm1, RouterWorld.GatewayMac, RouterWorld.UplinkMac, 5000, 4000));
        answer.ForEach(piece => Send("uplink", piece).Kind.ShouldBe(VerdictKind.Forward));
        var stranger = Pieces(Long(NatWorld.Remote, Vm1, RouterWorld.GatewayMac, RouterWorld.UplinkMac, 5001, 4000), identification: 8);
        stranger.ForEach(piece => Send("uplink", piece).Reason.ShouldBe(DropReason.Rule));

        Verdict Send(string port, byte[] piece)
        {
            var verdict = world.Send(port, piece);
            world.Remember();
            return verdict;
        }
    }

    [Test]
    public void AMemberGetsAllPiecesOfAPacket()
    {
        var balancer = new BalancerWorld();
        for (ushort client = 1000; client < 1016; client++)
        {
            var asked = Long(NatWorld.Remote, BalancerWorld.Vip, RouterWorld.GatewayMac, RouterWorld.UplinkMac, client, 80);
            var ports = new HashSet<PortId>();
            foreach (var piece in Pieces(asked, identification: client))
            {
                balancer.Nat.Send("uplink", piece).Kind.ShouldBe(VerdictKind.Forward);
                ports.Add(balancer.World.Scratch.Outputs[0].Port);
            }
            ports.Count.ShouldBe(1);
        }
    }

    [Test]
    public void PacketsWithoutPortsNeedNoFirstFragment()
    {
        var nat = NatWorld.Source();
        var whole = Make.Protocol(IpProtocol.Gre, Vm1, NatWorld.Remote, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        var verdict = nat.Send("vm1", Fragments.Cut(whole, 8, 7)[1]);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Forward, true));
        $"{nat.World.OnlyOutput("uplink").NwSrc}".ShouldBe(Own);
    }

    private static List<byte[]> Pieces(byte[] frame, uint identification = 7) => Fragments.Cut(frame, 40, identification);

    /// <summary>Sends a piece and returns it as it leaves.</summary>
    private static byte[] Pass(NatWorld nat, string from, byte[] piece, string to)
    {
        nat.Send(from, piece).Kind.ShouldBe(VerdictKind.Forward);
        var translated = nat.World.Scratch.Translated;
        return Make.Left(translated.Count > 0 ? translated.Span.ToArray() : piece, nat.World.OnlyOutput(to));
    }

    private static byte[] Long(
        string source,
        string destination,
        MacAddress from,
        MacAddress to,
        ushort sourcePort = 4000,
        ushort port = 5000
    )
    {
        var key = NatWorld.Packet(source, destination, sourcePort, port, IpProtocol.Udp);
        (key.EthSrc, key.EthDst) = (from, to);
        return PacketSynthesizer.Build(key, [.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
    }

    private static byte[] LongEcho(string source, string destination, MacAddress from, MacAddress to)
    {
        var frame = new byte[PacketBuilder.MaxLength];
        var addresses = new PacketAddresses(from, to, IpAddress.Parse(source), IpAddress.Parse(destination));
        return frame[..PacketBuilder.Icmp(frame, addresses, IcmpHeader.Echo(IcmpType.EchoRequest, 7, 1), new byte[100])];
    }
}
