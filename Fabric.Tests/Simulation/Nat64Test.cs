using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.Nat64World;

namespace Fabric.Tests.Simulation;

/// <summary>Stations of IPv6 speak to IPv4 (RFC 6146).</summary>
public class Nat64Test
{
    [Test]
    public void ADatagramGoesOutAsIpv4AndItsAnswerComesBack()
    {
        var nat = new Nat64World();
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var key = KeyOf(left);
        (key.EthType, $"{key.NwSrc}", $"{key.NwDst}", key.TpSrc, key.IpTtl).ShouldBe((EtherType.Ipv4, Own, Remote, (ushort)4000, (byte)63));
        (key.EthSrc, key.EthDst).ShouldBe((RouterWorld.UplinkMac, RouterWorld.GatewayMac));

        var back = KeyOf(nat.Pass("uplink", Answer(left), "vm1"));
        (back.EthType, $"{back.NwSrc}", $"{back.NwDst}", back.TpDst).ShouldBe((EtherType.Ipv6, As6(Remote), Vm1, (ushort)4000));
        (back.EthSrc, back.EthDst).ShouldBe((RouterWorld.InsideMac, RouterWorld.Vm1Mac));
        var all = new List<Connection>();
        nat.World.Connections.CopyTo(all);
        var connection = all.ShouldHaveSingleItem();
        $"{connection.Forward}".ShouldBe($"udp [{Vm1}]:4000 -> [{As6(Remote)}]:5000");
        $"{connection.Return}".ShouldBe($"udp {Remote}:5000 -> {Own}:4000");
    }

    [TestCase(32)]
    [TestCase(40)]
    [TestCase(48)]
    [TestCase(56)]
    [TestCase(64)]
    public void APrefixMayHaveAnyLegalLength(int length)
    {
        var prefix = new EmbeddingPrefix(new IpPrefix(IpAddress.Parse("2001:db8:64::"), length));
        var nat = new Nat64World(rule => rule with { Embedding = prefix });
        var address = $"{prefix.Embed(Ipv4Address.Parse(Remote))}";
        var left = nat.Pass("vm1", Make.Udp(Vm1, address, RouterWorld.Vm1Mac, RouterWorld.InsideMac), "uplink");
        $"{KeyOf(left).NwDst}".ShouldBe(Remote);
        $"{KeyOf(nat.Pass("uplink", Answer(left), "vm1")).NwSrc}".ShouldBe(address);
    }

    [Test]
    public void StationsShareTheAddressByPortsAndOneHasOnePortForAll()
    {
        var nat = new Nat64World();
        KeyOf(nat.Pass("vm1", Udp(Vm1, Remote), "uplink")).TpSrc.ShouldBe((ushort)4000);
        var other = KeyOf(nat.Pass("vm2", Udp(Vm2, Remote, vm: "vm2"), "uplink")).TpSrc;
        other.ShouldNotBe((ushort)4000);
        (other % 2).ShouldBe(0, "RFC 4787, REQ-4");
        KeyOf(nat.Pass("vm2", Udp(Vm2, "198.51.100.8", vm: "vm2"), "uplink")).TpSrc.ShouldBe(other, "RFC 4787, REQ-1");
    }

    [Test]
    public void PingsAreToldApartByTheirIdentifiers()
    {
        var nat = new Nat64World();
        var one = nat.Pass("vm1", Echo(Vm1, RouterWorld.Vm1Mac), "uplink");
        var two = nat.Pass("vm2", Echo(Vm2, RouterWorld.Vm2Mac), "uplink");
        IdentifierOf(two).ShouldNotBe(IdentifierOf(one));
        foreach (var (left, vm, inside) in new[] { (two, "vm2", Vm2), (one, "vm1", Vm1) })
        {
            var back = nat.Pass("uplink", Make.Reply(Sealed(Answer(left))), vm);
            $"{KeyOf(back).NwDst}".ShouldBe(inside);
            KeyOf(back).TpSrc.ShouldBe(Icmpv6Type.EchoReply);
            IdentifierOf(back).ShouldBe(IdentifierOf(Echo(Vm1, RouterWorld.Vm1Mac)));
        }
    }

    [Test]
    public void AConnectionOfTcpIsFollowedInBothVersions()
    {
        var nat = new Nat64World();
        var syn = Make.Tcp(Vm1, As6(Remote), RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        var left = nat.Pass("vm1", syn, "uplink");
        nat.World.Connections.HalfOpen.ShouldBe(1);
        nat.Pass("uplink", WithFlags(Answer(left), TcpFlags.Syn | TcpFlags.Ack), "vm1");
        nat.Pass("vm1", WithFlags(syn, TcpFlags.Ack), "uplink");
        nat.World.Connections.HalfOpen.ShouldBe(0);
        nat.Pass("vm1", WithFlags(syn, TcpFlags.Rst), "uplink");
        nat.World.Connections.HalfOpen.ShouldBe(0, "it is closed");
    }

    [Test]
    public void NobodyComesInUnasked()
    {
        var nat = new Nat64World();
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var stranger = Answer(left);
        PacketLayout.TryParse(stranger, out var layout);
        PacketEditor.SetSource(stranger, layout, Ipv4Address.Parse("203.0.113.66"));
        nat.Send("uplink", stranger).Reason.ShouldBe(DropReason.NatNoConnection);
        nat.Send("uplink", Make.Echo(Remote, Own, RouterWorld.GatewayMac, RouterWorld.UplinkMac))
            .Reason.ShouldBe(DropReason.NatNoConnection);
    }

    [TestCase(NatFiltering.AddressAndPort, false, false)]
    [TestCase(NatFiltering.Address, true, false)]
    [TestCase(NatFiltering.None, true, true)]
    public void WhoMayComeInTheRuleSays(NatFiltering filtering, bool isOtherPortLetIn, bool isOtherAddressLetIn)
    {
        var nat = new Nat64World(rule => rule with { Filtering = filtering });
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var fromPort = Answer(left);
        PacketLayout.TryParse(fromPort, out var layout);
        PacketEditor.SetSourcePort(fromPort, layout, 9);
        (nat.Send("uplink", fromPort).Kind == VerdictKind.Forward).ShouldBe(isOtherPortLetIn);
        var fromOther = Answer(left);
        PacketEditor.SetSource(fromOther, layout, Ipv4Address.Parse("203.0.113.66"));
        (nat.Send("uplink", fromOther).Kind == VerdictKind.Forward).ShouldBe(isOtherAddressLetIn);
        if (!isOtherAddressLetIn)
            return;
        $"{nat.World.OnlyOutput("vm1").NwSrc}".ShouldBe(As6("203.0.113.66"));
        // What the station says to it is the same connection.
        var count = nat.World.Connections.Count;
        KeyOf(nat.Pass("vm1", Make.Udp(Vm1, As6("203.0.113.66"), RouterWorld.Vm1Mac, RouterWorld.InsideMac), "uplink"))
            .TpSrc.ShouldBe((ushort)4000);
        nat.World.Connections.Count.ShouldBe(count);
    }

    [Test]
    public void AStationReachesAnotherByWhatItIsCalledInIpv4()
    {
        var nat = new Nat64World(rule => rule with { Filtering = NatFiltering.None });
        var port = KeyOf(nat.Pass("vm2", Udp(Vm2, Remote, 5000, "vm2"), "uplink")).TpSrc;
        port.ShouldBe((ushort)5000);
        var arrived = KeyOf(nat.Pass("vm1", Udp(Vm1, Own), "vm2"));
        ($"{arrived.NwSrc}", $"{arrived.NwDst}", arrived.TpDst).ShouldBe((As6(Own), Vm2, (ushort)5000));
        arrived.TpSrc.ShouldBe((ushort)4000, "what the first is called by");
    }

    [Test]
    public void AnErrorFromOutsideIsToldInside()
    {
        var nat = new Nat64World();
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var error = Make.Unreachable(left, Remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac);
        var told = nat.Pass("uplink", error, "vm1");
        var (key, inner) = Inside(told);
        (key.TpSrc, key.TpDst).ShouldBe((Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.Port));
        ($"{key.NwSrc}", $"{key.NwDst}").ShouldBe((As6(Remote), Vm1));
        inner.ShouldBe((Vm1, 4000, As6(Remote)));
    }

    [Test]
    public void AnErrorFromInsideIsToldOutside()
    {
        var nat = new Nat64World();
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var back = nat.Pass("uplink", Answer(left), "vm1");
        var told = nat.Pass("vm1", Make.Unreachable(back, Vm1, RouterWorld.Vm1Mac, RouterWorld.InsideMac), "uplink");
        var (key, inner) = Inside(told);
        (key.TpSrc, key.TpDst).ShouldBe((IcmpType.DestinationUnreachable, IcmpUnreachableCode.Port));
        ($"{key.NwSrc}", $"{key.NwDst}").ShouldBe((Own, Remote));
        inner.ShouldBe((Remote, 5000, Own));
    }

    [Test]
    public void AnErrorAboutAPingIsToldToWhoPings()
    {
        var nat = new Nat64World();
        nat.Pass("vm1", Echo(Vm1, RouterWorld.Vm1Mac), "uplink");
        var left = nat.Pass("vm2", Echo(Vm2, RouterWorld.Vm2Mac), "uplink");
        var told = nat.Pass("uplink", Make.Unreachable(left, Remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac), "vm2");
        $"{KeyOf(told).NwDst}".ShouldBe(Vm2);
        var about = told.AsSpan(14 + 40 + 8 + 40);
        about[0].ShouldBe(Icmpv6Type.EchoRequest);
        BinaryPrimitives.ReadUInt16BigEndian(about[4..]).ShouldBe(IdentifierOf(Echo(Vm2, RouterWorld.Vm2Mac)));
    }

    [Test]
    public void AnErrorAboutNothingGoesNowhere()
    {
        var nat = new Nat64World();
        var about = Make.Udp(Own, Remote, RouterWorld.UplinkMac, RouterWorld.GatewayMac);
        nat.Send("uplink", Make.Unreachable(about, Remote, RouterWorld.GatewayMac, RouterWorld.UplinkMac))
            .Reason.ShouldBe(DropReason.NatNoConnection);
    }

    [Test]
    public void WhoseHopLimitRunsOutIsToldOfWhatItSent()
    {
        var nat = new Nat64World();
        nat.Send("vm1", Make.Udp(Vm1, As6(Remote), RouterWorld.Vm1Mac, RouterWorld.InsideMac, ttl: 1))
            .Reason.ShouldBe(DropReason.TtlExceeded);
        var (key, inner) = Inside(nat.World.OnlyAnswer("edge-lan"));
        (key.TpSrc, $"{key.NwDst}").ShouldBe((Icmpv6Type.TimeExceeded, Vm1));
        inner.ShouldBe((Vm1, 4000, As6(Remote)));
        nat.World.Connections.Count.ShouldBe(0, "it did not leave");
    }

    [Test]
    public void TheRouterAnswersForItsAddressOfIpv4()
    {
        var nat = new Nat64World();
        nat.Send("vm1", Make.Echo(Vm1, As6("192.0.2.1"), RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Kind.ShouldBe(VerdictKind.Consume);
        var key = KeyOf(nat.World.OnlyAnswer("edge-lan"));
        (key.TpSrc, $"{key.NwSrc}", $"{key.NwDst}").ShouldBe((Icmpv6Type.EchoReply, As6("192.0.2.1"), Vm1));
    }

    [Test]
    public void WhatNeitherVersionKnowsOfTheOtherIsRefused()
    {
        var nat = new Nat64World();
        nat.Send("vm1", Make.Protocol(IpProtocol.Sctp, Vm1, As6(Remote), RouterWorld.Vm1Mac, RouterWorld.InsideMac))
            .Reason.ShouldBe(DropReason.NatNoCounterpart);
        var key = KeyOf(nat.World.OnlyAnswer("edge-lan"));
        (key.TpSrc, key.TpDst).ShouldBe((Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.Port));
    }

    /// <summary>RFC 6052, section 3.1.</summary>
    [Test]
    public void TheWellKnownPrefixIsForTheInternetAlone()
    {
        var prefix = new EmbeddingPrefix(EmbeddingPrefix.WellKnown);
        var nat = new Nat64World(rule => rule with { Embedding = prefix });
        var own = $"{prefix.Embed(Ipv4Address.Parse("10.1.2.3"))}";
        nat.Send("vm1", Make.Udp(Vm1, own, RouterWorld.Vm1Mac, RouterWorld.InsideMac)).Reason.ShouldBe(DropReason.NatNoAddress);
        var global = $"{prefix.Embed(Ipv4Address.Parse("8.8.8.8"))}";
        nat.Pass("vm1", Make.Udp(Vm1, global, RouterWorld.Vm1Mac, RouterWorld.InsideMac), "uplink");
    }

    [Test]
    public void OthersThanTheRulesSourcesAreRoutedAsEver()
    {
        var nat = new Nat64World(rule => rule with { From = IpPrefix.Parse("fd00:a::1/128") });
        nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        nat.Send("vm2", Udp(Vm2, Remote, vm: "vm2")).IsCacheable.ShouldBeTrue();
        $"{nat.World.OnlyOutput("uplink").NwDst}".ShouldBe(As6(Remote));
    }

    [Test]
    public void FragmentsOfADatagramGoTheSameWay()
    {
        var nat = new Nat64World();
        var whole = Udp(Vm1, Remote);
        var (first, later) = (Fragment(whole, 0, 8, 0xabcd1234), Fragment(whole, 8, whole.Length - 62, 0xabcd1234));
        var left = nat.Pass("vm1", first, "uplink");
        KeyOf(left).IpFrag.ShouldBe(FragmentKind.First);
        var behind = nat.Pass("vm1", later, "uplink");
        var key = KeyOf(behind);
        (key.IpFrag, $"{key.NwSrc}", $"{key.NwDst}", key.IpProto).ShouldBe((FragmentKind.Later, Own, Remote, IpProtocol.Udp));
        BinaryPrimitives.ReadUInt16BigEndian(behind.AsSpan(18)).ShouldBe((ushort)0x1234);
        BinaryPrimitives.ReadUInt16BigEndian(left.AsSpan(18)).ShouldBe((ushort)0x1234);
    }

    [Test]
    public void WhatMayBeCutIsCutForIpv6()
    {
        var nat = new Nat64World();
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        foreach (var (flags, isCut) in new[] { ((byte)0, true), ((byte)0x40, false) })
        {
            var answer = new byte[1514];
            var addresses = new PacketAddresses(
                RouterWorld.GatewayMac,
                RouterWorld.UplinkMac,
                IpAddress.Parse(Remote),
                IpAddress.Parse(Own)
            );
            var length = PacketBuilder.Udp(answer, addresses, KeyOf(left).TpDst, 4000, new byte[1400]);
            answer = answer[..length];
            answer[20] = flags;
            (answer[24], answer[25]) = (0, 0);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(24), Checksum.Of(answer.AsSpan(14, 20)));
            nat.Pass("uplink", answer, "vm1");
            (nat.World.Scratch.Cut is not null).ShouldBe(isCut);
        }
    }

    [Test]
    public void HeadersAloneAreTakenAcrossToo()
    {
        var nat = new Nat64World();
        var key = NatWorld.Packet(Vm1, As6(Remote), 4000, 53, IpProtocol.Udp);
        (key.EthSrc, key.EthDst) = (RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        nat.World.Send("vm1", key).Kind.ShouldBe(VerdictKind.Forward);
        var left = nat.World.OnlyOutput("uplink");
        (left.EthType, $"{left.NwSrc}", $"{left.NwDst}", left.IpTtl).ShouldBe((EtherType.Ipv4, Own, Remote, (byte)63));
    }

    [Test]
    public void EachStepIsTold()
    {
        var nat = new Nat64World();
        nat.World.Scratch.Trace = new Trace();
        nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var told = nat.World.Scratch.Trace.Steps.ToArray().Select(step => step.Text).ToArray();
        told.ShouldContain("NAT rule `six` begins a translation: answers come to 192.0.2.50:4000");
        told.ShouldContain("becomes a packet of IPv4: 192.0.2.50:4000 -> 198.51.100.7:5000");
    }

    [Test]
    public void WhenNoPortIsFreeTheStationIsTold()
    {
        var nat = new Nat64World(rule => rule with { Ports = PortRange.Only(2000) });
        nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        nat.Send("vm2", Udp(Vm2, Remote, vm: "vm2")).Reason.ShouldBe(DropReason.NatExhausted);
        KeyOf(nat.World.OnlyAnswer("edge-lan")).TpSrc.ShouldBe(Icmpv6Type.DestinationUnreachable);
    }

    [Test]
    public void ATableThatIsToldOfItGoesOn()
    {
        var nat = new Nat64World();
        var mirror = new Records();
        nat.World.Connections.MirrorTo(mirror);
        var left = nat.Pass("vm1", Udp(Vm1, Remote), "uplink");
        var ping = nat.Pass("vm1", Echo(Vm1, RouterWorld.Vm1Mac), "uplink");
        var next = new Nat64World();
        foreach (var record in mirror.All.Values)
        {
            var bytes = new byte[ConnectionRecord.SizeOf(IpFamily.V6)];
            record.Write(bytes);
            ConnectionRecord.TryRead(bytes, IpFamily.V6, out var read).ShouldBeTrue();
            read.ShouldBe(record);
            next.World.Connections.Merge(read, default, []);
        }
        $"{KeyOf(next.Pass("uplink", Answer(left), "vm1")).NwDst}".ShouldBe(Vm1);
        $"{KeyOf(next.Pass("uplink", Make.Reply(Sealed(Answer(ping))), "vm1")).NwDst}".ShouldBe(Vm1);
        KeyOf(next.Pass("vm2", Udp(Vm2, Remote, vm: "vm2"), "uplink")).TpSrc.ShouldNotBe((ushort)4000, "it is taken");
    }

    private static byte[] Echo(string source, MacAddress mac) => Make.Echo(source, As6(Remote), mac, RouterWorld.InsideMac);

    private static FlowKey KeyOf(byte[] frame)
    {
        FlowKeyReader.Read(frame, 1, out var key);
        return key;
    }

    private static ushort IdentifierOf(byte[] echo)
    {
        PacketLayout.TryParse(echo, out var layout).ShouldBeTrue();
        return BinaryPrimitives.ReadUInt16BigEndian(echo.AsSpan(layout.TransportOffset + 4));
    }

    private static byte[] WithFlags(byte[] segment, TcpFlags flags)
    {
        var changed = segment.ToArray();
        PacketLayout.TryParse(changed, out var layout).ShouldBeTrue();
        var word = changed.AsSpan(layout.TransportOffset + 12, 2);
        var old = BinaryPrimitives.ReadUInt16BigEndian(word);
        word[1] = (byte)flags;
        var sum = changed.AsSpan(layout.TransportOffset + 16, 2);
        var updated = Checksum.Update(BinaryPrimitives.ReadUInt16BigEndian(sum), old, BinaryPrimitives.ReadUInt16BigEndian(word));
        BinaryPrimitives.WriteUInt16BigEndian(sum, updated);
        return changed;
    }

    /// <summary>An echo of IPv4 as a reply, with the checksum that it has then: its maker changes the type alone.</summary>
    private static byte[] Sealed(byte[] echo)
    {
        var at = 14 + 20;
        var sum = BinaryPrimitives.ReadUInt16BigEndian(echo.AsSpan(at + 2));
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(at + 2), Checksum.Update(sum, (ushort)0x0800, (ushort)0));
        return echo;
    }

    private static (FlowKey Key, (string Source, int SourcePort, string Destination) Inner) Inside(byte[] error)
    {
        PacketLayout.TryParse(error, out var layout).ShouldBeTrue();
        var key = KeyOf(error);
        InnerPacket.TryParse(error.AsSpan(layout.TransportOffset + 8), key.Family, out var inner).ShouldBeTrue();
        return (key, ($"{inner.Source}", inner.SourcePort, $"{inner.Destination}"));
    }

    private static byte[] Fragment(byte[] datagram, int offset, int length, uint identification)
    {
        var data = datagram.AsSpan(54 + offset, length).ToArray();
        var hasMore = 54 + offset + length < datagram.Length;
        var frame = (byte[])[.. datagram[..54], .. new byte[8], .. data];
        frame[20] = IpProtocol.Fragment;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), (ushort)(8 + length));
        Ipv6Fragments.WriteHeader(frame.AsSpan(54), IpProtocol.Udp, offset, hasMore, identification);
        return frame;
    }

    private sealed class Records : IConnectionMirror
    {
        public Dictionary<int, ConnectionRecord> All { get; } = [];

        public void Put(int slot, in ConnectionRecord record) => All[slot] = record;

        public void Remove(int slot) => All.Remove(slot);
    }
}
