using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Each condition of a rule: a packet that meets it and one that does not; negated and inverted it is the other way round.</summary>
public class RuleConditionTest
{
    private static readonly PortGroupId OtherGroup = new(51);

    public static IEnumerable<TestCaseData> Conditions()
    {
        yield return Case("in port", n => new() { InPorts = new([Entry, new PortId(7)], n) }, Keys.Tcp4(), null);
        yield return Case("other in port", n => new() { InPorts = new([new PortId(7)], n) }, null, Keys.Tcp6());
        yield return Case("no in port", n => new() { InPorts = new([], n) }, null, Keys.Tcp4());
        yield return Case("in port group", n => new() { InPortGroup = new(Group, n) }, Keys.Tcp6(), null);
        yield return Case("other in port group", n => new() { InPortGroup = new(OtherGroup, n) }, null, Keys.Tcp4());
        yield return Case("ingress port group", n => new() { IngressPortGroup = new(Group, n) }, Keys.Tcp4(), null);
        yield return Case("out port before it is known", n => new() { OutPorts = new([Entry], n) }, null, Keys.Tcp4());
        yield return Case("out port group before it is known", n => new() { OutPortGroup = new(Group, n) }, null, Keys.Tcp4());
        yield return Case("device that is passed now", n => new() { Traversed = new(ChainWorld.Bridge, n) }, Keys.Tcp4(), null);
        yield return Case("port that is passed now", n => new() { Traversed = new(Entry, n) }, Keys.Tcp4(), null);
        yield return Case("device not passed", n => new() { Traversed = new(new RouterId(2), n) }, null, Keys.Tcp4());
        yield return Case("no VLAN", n => new() { Vlan = new(null, n) }, Keys.Tcp4(), Tagged(Keys.Tcp4(), 0));
        yield return Case("VLAN", n => new() { Vlan = new(5, n) }, Tagged(Keys.Tcp6(), 5), Tagged(Keys.Tcp6(), 7));
        yield return Case("VLAN of an untagged packet", n => new() { Vlan = new(0, n) }, Tagged(Keys.Tcp4(), 0), Keys.Tcp4());
        yield return Case("ethertype IPv4", n => new() { EthType = new(EtherType.Ipv4, n) }, Keys.Tcp4(), Keys.Tcp6());
        yield return Case("row 60, ethertype IPv6", n => new() { EthType = new(EtherType.Ipv6, n) }, Keys.Tcp6(), Keys.Tcp4());
        yield return Case("ethertype ARP", n => new() { EthType = new(EtherType.Arp, n) }, Keys.Arp(), Keys.Tcp4());
        yield return Case(
            "row 59, source",
            n => new() { EthSrc = new(Mac(0x02_00_00_00_00_0a), n) },
            Keys.Tcp4(),
            From(0x02_00_00_00_00_0b)
        );
        yield return Case("row 59, even source", n => new() { EthSrc = new(Mac(0, 1), n) }, Keys.Tcp6(), From(0x02_00_00_00_00_0b));
        yield return Case("row 59, group", n => new() { EthDst = new(Mac(1UL << 40, 1UL << 40), n) }, To(0x33_33_00_00_00_01), Keys.Tcp6());
        yield return Case("row 59, single", n => new() { EthDst = new(Mac(0, 1UL << 40), n) }, Keys.Arp(), To(0xff_ff_ff_ff_ff_ff));
        yield return Case("row 59, any", n => new() { EthDst = new(Mac(1, 0), n) }, Keys.Arp(), null);
        yield return Case("protocol over IPv4", n => new() { Protocol = new(IpProtocol.Tcp, n) }, Keys.Tcp4(), Keys.Udp4());
        yield return Case("protocol over IPv6", n => new() { Protocol = new(IpProtocol.Udp, n) }, Keys.Udp6(), Keys.Tcp6());
        yield return Case("protocol of ARP", n => new() { Protocol = new(0, n) }, null, Keys.Arp());
        yield return Case("DSCP", n => new() { Tos = new(new(0xb8, 0xfc), n) }, Tos(Keys.Tcp4(), 0xba), Tos(Keys.Tcp4(), 0x28));
        yield return Case("traffic class", n => new() { Tos = new(new(0xb8, 0xff), n) }, Tos(Keys.Tcp6(), 0xb8), Tos(Keys.Tcp6(), 0xba));
        yield return Case("type of service of ARP", n => new() { Tos = new(new(0, 0), n) }, Keys.Tcp4(), Keys.Arp());
        yield return Case("IPv4 source", n => new() { Source = new(P("10.0.0.0/31"), n) }, Keys.Tcp4(), Keys.Tcp4("10.0.0.2"));
        yield return Case(
            "IPv4 destination",
            n => new() { Destination = new(P("10.0.0.2/32"), n) },
            Keys.Tcp4(),
            Keys.Tcp4(destination: "10.0.0.3")
        );
        yield return Case("IPv6 source", n => new() { Source = new(P("fd00::/64"), n) }, Keys.Tcp6(), Keys.Tcp6("fd00:0:0:1::1"));
        yield return Case(
            "IPv6 destination",
            n => new() { Destination = new(P("fd00::2/127"), n) },
            Keys.Tcp6(),
            Keys.Tcp6(destination: "fd00::4")
        );
        yield return Case("IPv4 prefix and IPv6", n => new() { Source = new(P("0.0.0.0/0"), n) }, Keys.Tcp4(), Keys.Tcp6());
        yield return Case("IPv6 prefix and IPv4", n => new() { Source = new(P("::/0"), n) }, Keys.Tcp6(), Keys.Tcp4());
        yield return Case("prefix and ARP", n => new() { Source = new(P("10.0.0.0/8"), n) }, Keys.Tcp4(), Keys.Arp());
        yield return Case("IPv4 set", n => new() { SourceSet = new(Set, n) }, Keys.Tcp4("192.168.1.1"), Keys.Tcp4("192.168.2.1"));
        yield return Case(
            "IPv6 set",
            n => new() { DestinationSet = new(Set, n) },
            Keys.Tcp6(destination: "fd00::99"),
            Keys.Tcp6(destination: "fe80::99")
        );
        yield return Case("set and ARP", n => new() { SourceSet = new(Set, n) }, Keys.Tcp4("192.168.1.1"), Keys.Arp());
        yield return Case("set that does not exist", n => new() { SourceSet = new(new AddressSetId(99), n) }, null, Keys.Tcp4());
        yield return Case("source port", n => new() { SourcePort = new(PortRange.Only(40000), n) }, Keys.Tcp4(), Keys.Tcp4(from: 40001));
        yield return Case("port range, first", n => new() { DestinationPort = new(new(80, 443), n) }, Keys.Udp6(to: 80), Keys.Udp6(to: 79));
        yield return Case(
            "port range, last",
            n => new() { DestinationPort = new(new(80, 443), n) },
            Keys.Tcp4(to: 443),
            Keys.Tcp4(to: 444)
        );
        yield return Case("all ports", n => new() { DestinationPort = new(new(0, ushort.MaxValue), n) }, Sctp4(), Gre4());
        yield return Case("ports of ICMP over IPv4", n => new() { SourcePort = new(PortRange.Only(8), n) }, Keys.Icmp4(8), Keys.Icmp4(0));
        yield return Case("code of ICMPv6", n => new() { DestinationPort = new(PortRange.Only(4), n) }, Keys.Icmp6(1, 4), Keys.Icmp6(1, 0));
        yield return Case("type of ICMP over IPv6", n => new() { SourcePort = new(new(0, 255), n) }, Keys.Icmp6(128), Icmp4Over6());
        yield return Case("port and ARP", n => new() { SourcePort = new(new(0, ushort.MaxValue), n) }, Keys.Tcp6(), Keys.Arp());
        yield return Case("SYN alone", n => new() { TcpFlags = new(new(2, 0x12), n) }, Flags(Keys.Tcp4(), 2), Flags(Keys.Tcp4(), 0x12));
        yield return Case("flags of UDP", n => new() { TcpFlags = new(new(0, 2), n) }, Flags(Keys.Tcp6(), 0x10), Keys.Udp6());
    }

    [TestCaseSource(nameof(Conditions))]
    public void AConditionHoldsForSomePacketsAndNotForOthers(Func<bool, RuleMatch> match, FlowKey? met, FlowKey? unmet)
    {
        if (met is { } packet)
            Judge(match, packet, isMet: true);
        if (unmet is { } other)
            Judge(match, other, isMet: false);
    }

    [Test]
    public void EveryGivenConditionMustHold()
    {
        var match = new RuleMatch { Protocol = new(IpProtocol.Tcp), DestinationPort = new(PortRange.Only(80)) };
        IsMatched(match, Keys.Tcp4()).ShouldBeTrue();
        IsMatched(match, Keys.Tcp4(to: 81)).ShouldBeFalse();
        IsMatched(match, Keys.Udp4(to: 80)).ShouldBeFalse();
    }

    [Test]
    public void InversionNegatesAllTogether()
    {
        var match = new RuleMatch
        {
            IsInverted = true,
            Protocol = new(IpProtocol.Tcp),
            Source = new(P("10.0.0.1/32")),
        };
        IsMatched(match, Keys.Tcp4()).ShouldBeFalse();
        IsMatched(match, Keys.Tcp4("10.0.0.9")).ShouldBeTrue();
        IsMatched(match, Keys.Udp4()).ShouldBeTrue();
        IsMatched(match, Keys.Arp()).ShouldBeTrue();
    }

    [Test]
    public void ARuleWithoutConditionsMatchesEverythingAndInvertedNothing()
    {
        IsMatched(RuleMatch.Everything, Keys.Arp()).ShouldBeTrue();
        IsMatched(new RuleMatch { IsInverted = true }, Keys.Arp()).ShouldBeFalse();
    }

    [Test]
    public void APortRangeThatEndsBeforeItBeginsHoldsForNothing() =>
        IsMatched(new RuleMatch { SourcePort = new(new(81, 80)) }, Keys.Tcp4(from: 80)).ShouldBeFalse();

    private static void Judge(Func<bool, RuleMatch> match, in FlowKey packet, bool isMet)
    {
        IsMatched(match(false), packet).ShouldBe(isMet);
        IsMatched(match(true), packet).ShouldBe(!isMet, "negated");
        IsMatched(match(false) with { IsInverted = true }, packet).ShouldBe(!isMet, "inverted");
        IsMatched(match(true) with { IsInverted = true }, packet).ShouldBe(isMet, "negated and inverted");
    }

    private static bool IsMatched(RuleMatch match, in FlowKey packet) =>
        !ChainWorld.Of(Drop(match)).Members(Set, "192.168.1.0/24", "fd00::/64").Passes(packet);

    private static TestCaseData Case(string name, Func<bool, RuleMatch> match, FlowKey? met, FlowKey? unmet) =>
        new TestCaseData(match, met, unmet).SetArgDisplayNames(name);

    private static IpPrefix P(string text) => IpPrefix.Parse(text);

    private static MacMatch Mac(ulong bits, ulong mask = 0xff_ff_ff_ff_ff_ff) => new(new MacAddress(bits), new MacAddress(mask));

    private static FlowKey From(ulong mac) => Keys.Tcp4().With(FlowField.EthSrc, mac);

    private static FlowKey To(ulong mac) => Keys.Tcp6().With(FlowField.EthDst, mac);

    private static FlowKey Tos(FlowKey key, byte tos) => key.With(FlowField.IpTos, tos);

    private static FlowKey Flags(FlowKey key, ushort flags) => key.With(FlowField.TcpFlags, flags);

    private static FlowKey Tagged(FlowKey key, ushort vlan) =>
        key.With(FlowField.VlanTpid, EtherType.Vlan).With(FlowField.VlanTci, 0xe000u | vlan);

    private static FlowKey Sctp4() => Keys.Ip(EtherType.Ipv4, IpProtocol.Sctp, "10.0.0.1", "10.0.0.2", 7, 9);

    private static FlowKey Gre4() => Keys.Ip(EtherType.Ipv4, IpProtocol.Gre, "10.0.0.1", "10.0.0.2");

    private static FlowKey Icmp4Over6() => Keys.Ip(EtherType.Ipv6, IpProtocol.Icmp, "fd00::1", "fd00::2");
}
