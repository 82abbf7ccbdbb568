using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Changes;

/// <summary>What is wrong with rules of translation is named and refused, and nothing is changed.</summary>
public class NatRulesTest
{
    [Test]
    public void RulesThatFitTogetherAreGranted() =>
        Refused(
                Source("out") with
                {
                    Outside = Range("203.0.113.10-203.0.113.13"),
                },
                Destination("web", 80),
                Destination("tls", 443),
                Static("one", "203.0.113.21", "10.0.0.1"),
                Prefix("six", "2001:db8:1::/48", "fd00:a::/48")
            )
            .ShouldBeNull();

    [TestCase("2001:db8:1::/48", "fd00:a::/56", "one length")]
    [TestCase("203.0.113.0/24", "10.0.0.0/24", "only prefixes of IPv6")]
    [TestCase("2001:db8:1::/65", "fd00:a::/65", "/1 to /64")]
    [TestCase("ff05::/48", "fd00:a::/48", "use a prefix of stations")]
    [TestCase("2001:db8:1::/48", "fe80::/48", "use a prefix of stations")]
    [TestCase("fd00:a::/48", "fd00:a::/48", "no address in common")]
    [TestCase("fd00:b::/64", "fd00:a::/64", "use a prefix that is routed to the router")]
    public void PrefixesThatCannotStandForEachOtherAreNamed(string outside, string inside, string fault) =>
        Refused(Prefix("six", outside, inside)).ShouldNotBeNull().ShouldContain(fault);

    [Test]
    public void APrefixIsForOneThing()
    {
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48"), Prefix("b", "2001:db8:1:1::/64", "fd00:9::/64"))
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48"), Prefix("b", "2001:db8:2::/48", "fd00:a::/48"))
            .ShouldNotBeNull()
            .ShouldContain("a prefix inside has one outside");
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48"), Static("one", "2001:db8:1::1", "fd00:9::1"))
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48") with { Port = null })
            .ShouldNotBeNull()
            .ShouldContain("no port that leads outside");
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48") with { Prefixes = null })
            .ShouldNotBeNull()
            .ShouldContain("needs one prefix outside");
        Refused(Prefix("a", "2001:db8:1::/48", "fd00:a::/48") with { Protocol = 6 }).ShouldNotBeNull().ShouldContain("other kinds");
        Refused(Source("out") with { Prefixes = Prefix("a", "2001:db8:1::/48", "fd00:a::/48").Prefixes })
            .ShouldNotBeNull()
            .ShouldContain("does not translate any");
    }

    [Test]
    public void OneAddressOutsideIsForOneThing()
    {
        Refused(Static("one", "203.0.113.21", "10.0.0.1"), Static("two", "203.0.113.21", "10.0.0.2"))
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
        Refused(Static("one", "203.0.113.11", "10.0.0.1"), Source("out") with { Outside = Range("203.0.113.10-203.0.113.13") })
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
        Refused(Destination("web", 80), Destination("too", 80)).ShouldNotBeNull().ShouldContain("one address outside");
        Refused(Static("one", "203.0.113.21", "10.0.0.1"), Static("two", "203.0.113.22", "10.0.0.1"))
            .ShouldNotBeNull()
            .ShouldContain("has one outside");
    }

    [Test]
    public void ARangeHoldsSomething()
    {
        Refused(Source("out") with { Outside = new AddressRange(IpAddress.Parse("203.0.113.2"), IpAddress.Parse("203.0.113.1")) })
            .ShouldNotBeNull()
            .ShouldContain("no addresses");
        Refused(Source("out") with { Ports = new PortRange(10, 9) }).ShouldNotBeNull().ShouldContain("no ports");
        Refused(Source("out") with { Outside = Range("203.0.0.0-203.1.0.0") }).ShouldNotBeNull().ShouldContain("1024 at most");
    }

    [Test]
    public void AnAddressOfAPortStandsForNoStation() =>
        Refused(Static("one", "192.0.2.1", "10.0.0.1")).ShouldNotBeNull().ShouldContain("which a port of the router has");

    [Test]
    public void EveryKindHasWhatItNeedsAndNothingElse()
    {
        Refused(Source("out") with { Port = null }).ShouldNotBeNull().ShouldContain("no port that leads outside");
        Refused(Source("out") with { Inside = IpAddress.Parse("10.0.0.1") }).ShouldNotBeNull().ShouldContain("leave it out");
        Refused(Static("one", "203.0.113.21", "fd00::1")).ShouldNotBeNull().ShouldContain("one IP version");
        Refused(Destination("web", 80) with { Protocol = null }).ShouldNotBeNull().ShouldContain("make it TCP or UDP");
        Refused(Destination("web", 80) with { Ports = new PortRange(80, 90), InsidePort = 65_530 })
            .ShouldNotBeNull()
            .ShouldContain("no room");
        Refused(Destination("web", 80) with { Inside = IpAddress.Parse("203.0.113.80") }).ShouldNotBeNull().ShouldContain("to itself");
        Refused(Source("out") with { Port = new PortId(99) }).ShouldNotBeNull();
        Refused(Source("out") with { Port = World.Net.PortId("vm1") }).ShouldNotBeNull().ShouldContain("another device's");
    }

    [Test]
    public void ADeterministicRuleHasPortsForAllItsStationsAndSharesThemWithNobody()
    {
        var given = Source("fixed") with
        {
            From = IpPrefix.Parse("10.0.0.0/24"),
            Outside = Range("203.0.113.40-203.0.113.41"),
            IsDeterministic = true,
        };
        Refused(given).ShouldBeNull();
        Refused(given with { From = null }).ShouldNotBeNull().ShouldContain("needs sources and addresses outside");
        Refused(given with { Outside = null }).ShouldNotBeNull().ShouldContain("needs sources and addresses outside");
        Refused(given with { From = IpPrefix.Parse("10.0.0.0/8") }).ShouldNotBeNull().ShouldContain("use a longer prefix");
        Refused(given with { From = IpPrefix.Parse("10.0.0.0/20") })
            .ShouldNotBeNull()
            .ShouldContain("has 30 ports for each of 4096 stations, not 64: use more addresses or a longer prefix");
        Refused(given with { Ports = new PortRange(2000, 2100) }).ShouldNotBeNull().ShouldContain("has 0 ports for each of 256 stations");
        Refused(given with { From = IpPrefix.Parse("fd00::/120") }).ShouldNotBeNull().ShouldContain("one IP version");
        Refused(given, Source("other") with { Outside = Range("203.0.113.41") }).ShouldNotBeNull().ShouldContain("one address outside");
        Refused(given, Destination("web", 8080) with { Outside = Range("203.0.113.41") })
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
        Refused(given, Destination("web", 80) with { Outside = Range("203.0.113.41") }).ShouldBeNull("that is no station's port");
        Refused(Destination("web", 80) with { IsDeterministic = true }).ShouldNotBeNull().ShouldContain("gives no ports");
        var own = World.Topology.Ports[World.Net.PortId("uplink")].Addresses[0].Address;
        Refused(given with { Outside = AddressRange.Only(own) }).ShouldNotBeNull().ShouldContain("which a port of the router has");
    }

    [TestCase("10.0.0.0", "10.0.0.255", "10.0.0.0/24")]
    [TestCase("10.0.0.1", "10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32")]
    [TestCase("0.0.0.0", "255.255.255.255", "0.0.0.0/0")]
    [TestCase("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0")]
    [TestCase("fd00::1", "fd00::1", "fd00::1/128")]
    public void ARangeIsTheFewestPrefixes(string first, string last, string prefixes) =>
        string.Join(' ', new AddressRange(IpAddress.Parse(first), IpAddress.Parse(last)).Prefixes).ShouldBe(prefixes);

    [Test]
    public void ARuleBetweenTheVersionsIsAskedForWhatTheStandardsAsk()
    {
        Refused(Nat64("six")).ShouldBeNull();
        Refused(Nat64("six", "64:ff9b::/96")).ShouldBeNull();
        Refused(Nat64("six", "2001:db8:64::/80")).ShouldNotBeNull().ShouldContain("length 32, 40, 48, 56, 64 or 96");
        Refused(Nat64("six", "2001:db8:0:0:100::/96")).ShouldNotBeNull().ShouldContain("bits 64 to 71");
        Refused(Nat64("six", "ff00::/32")).ShouldNotBeNull();
        Refused(Nat64("six") with { Outside = null }).ShouldNotBeNull().ShouldContain("addresses of IPv4 to speak from");
        Refused(Nat64("six") with { Outside = Range("2001:db8::5") }).ShouldNotBeNull().ShouldContain("use addresses of IPv4");
        Refused(Nat64("six") with { Outside = Range("192.0.2.1") }).ShouldNotBeNull().ShouldContain("a port of the router has");
        Refused(Nat64("six") with { From = IpPrefix.Parse("10.0.0.0/8") }).ShouldNotBeNull().ShouldContain("a prefix of IPv6");
        Refused(Nat64("six") with { From = IpPrefix.Parse("2001:db8::/32") }).ShouldNotBeNull().ShouldContain("no address in common");
        Refused(Nat64("six") with { Ports = new PortRange(0, 9) }).ShouldNotBeNull().ShouldContain("port 0");
        Refused(Nat64("six") with { Port = World.Net.PortId("uplink") }).ShouldNotBeNull().ShouldContain("leave it out");
        Refused(Nat64("six", "fd00:b::/64")).ShouldNotBeNull().ShouldContain("port 'uplink' has a subnet of");
        Refused(Source("out") with { Embedding = new EmbeddingPrefix(EmbeddingPrefix.WellKnown) })
            .ShouldNotBeNull()
            .ShouldContain("leave it out");
    }

    [Test]
    public void WhatStandsForIpv4IsOneRules()
    {
        Refused(Nat64("six"), Nat64("too") with { Outside = Range("203.0.113.51") })
            .ShouldNotBeNull()
            .ShouldContain("NAT rule 'too' are for one address of 2001:db8:64::/96");
        Refused(Nat64("six"), Nat64("too", "2001:db8:65::/96")).ShouldNotBeNull().ShouldContain("one address outside");
        Refused(Nat64("six"), Static("fip", "203.0.113.50", "10.0.0.1")).ShouldNotBeNull().ShouldContain("one address outside");
        Refused(Nat64("six"), Static("fip", "2001:db8:64::7", "fd00:a::1")).ShouldNotBeNull().ShouldContain("one address of");
        Refused(Nat64("six"), Source("out") with { Outside = Range("203.0.113.50") })
            .ShouldNotBeNull()
            .ShouldContain("one address outside");
    }

    /// <summary>What was translated once does not go to IPv4 at the same router, so such a station would be reached by nobody.</summary>
    [Test]
    public void NothingLeadsToWhatStandsForIpv4()
    {
        Refused(Nat64("six"), Static("fip", "2001:db8:1::7", "2001:db8:64::a00:1"))
            .ShouldNotBeNull()
            .ShouldContain("NAT rule 'fip' of router 'acme/edge' leads to 2001:db8:64::a00:1, which NAT rule 'six' takes to IPv4");
        Refused(
                Nat64("six"),
                Destination("web", 80) with
                {
                    Outside = Range("2001:db8:1::7"),
                    Inside = IpAddress.Parse("2001:db8:64::a00:1"),
                }
            )
            .ShouldNotBeNull()
            .ShouldContain("'web' of router 'acme/edge' leads to");
        Refused(Nat64("six"), Prefix("in", "2001:db8:1::/48", "2001:db8:64::/48"))
            .ShouldNotBeNull()
            .ShouldContain("NAT rule 'in' of router 'acme/edge' leads to 2001:db8:64::/48");
    }

    /// <summary>Each of a port's addresses is in a subnet of it, one address wide at the least.</summary>
    [Test]
    public void APortThatTakesAnAddressThatStandsForIpv4IsRefused()
    {
        var world = RouterWorld.Usual();
        world.Net.Nat("edge", Nat64("six"));
        var port = world.Topology.Ports[world.Net.PortId("uplink")];
        var own = new InterfaceAddress(IpAddress.Parse("2001:db8:64::c000:201"), 128);
        TopologyDecisions
            .Decide(world.Topology, new TopologyCommand.PutDevice(port with { Addresses = [.. port.Addresses, own], Version = 0 }))
            .Rejection.ShouldNotBeNull()
            .Message.ShouldContain("NAT rule 'six' of router 'acme/edge' is for 2001:db8:64::/96, which port 'uplink' has a subnet of");
    }

    private static NatRule Nat64(string name, string prefix = "2001:db8:64::/96") =>
        new()
        {
            Name = name,
            Kind = NatKind.Nat64,
            Embedding = new EmbeddingPrefix(IpPrefix.Parse(prefix)),
            Outside = Range("203.0.113.50"),
        };

    private static RouterWorld World { get; } = RouterWorld.Usual();

    private static string? Refused(params NatRule[] rules)
    {
        var router = World.Topology.Routers[World.Net.RouterId("edge")];
        var wanted = router with { Nat = Router.NoNat.SetItems(rules.Select(rule => KeyValuePair.Create(rule.Name, rule))), Version = 0 };
        return TopologyDecisions.Decide(World.Topology, new TopologyCommand.PutDevice(wanted)).Rejection?.Message;
    }

    private static NatRule Source(string name) =>
        new()
        {
            Name = name,
            Kind = NatKind.Source,
            Port = World.Net.PortId("uplink"),
        };

    private static NatRule Static(string name, string outside, string inside) =>
        Source(name) with
        {
            Kind = NatKind.Static,
            Outside = Range(outside),
            Inside = IpAddress.Parse(inside),
        };

    private static NatRule Prefix(string name, string outside, string inside) =>
        Source(name) with
        {
            Kind = NatKind.Prefix,
            Prefixes = new PrefixTranslation(IpPrefix.Parse(inside), IpPrefix.Parse(outside)),
        };

    private static NatRule Destination(string name, ushort port) =>
        new()
        {
            Name = name,
            Kind = NatKind.Destination,
            Outside = Range("203.0.113.80"),
            Inside = IpAddress.Parse("10.0.0.1"),
            Protocol = 6,
            Ports = PortRange.Only(port),
        };

    private static AddressRange Range(string text) => NatWorld.Range(text)!.Value;
}
