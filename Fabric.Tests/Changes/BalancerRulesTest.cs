using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Changes;

/// <summary>What is wrong with pools and balancers is named and refused, and nothing is changed.</summary>
public class BalancerRulesTest
{
    private static RouterWorld World { get; } = RouterWorld.Usual();

    [Test]
    public void WhatFitsTogetherIsGranted() =>
        Refused(
                [Web],
                [
                    Shop,
                    Shop with
                    {
                        Name = "tls",
                        Ports = PortRange.Only(443),
                    },
                    Shop with
                    {
                        Name = "dns",
                        Ports = PortRange.Only(53),
                        Protocol = 17,
                    },
                    Shop with
                    {
                        Name = "dns2",
                        Ports = PortRange.Only(53),
                        Protocol = 6,
                    },
                ]
            )
            .ShouldBeNull();

    [Test]
    public void APoolIsWhereTheRouterLeads()
    {
        Refused([Of("172.16.0.1")], [Shop]).ShouldNotBeNull().ShouldContain("in no subnet of the router's ports");
        Refused([Of("192.0.2.1")], [Shop]).ShouldNotBeNull().ShouldContain("which a port of the router has");
        Refused([Of("224.0.0.1")], [Shop]).ShouldNotBeNull().ShouldContain("use a station's address");
        Refused([Of("10.0.0.1", "fd00:a::1")], [Shop]).ShouldNotBeNull().ShouldContain("make a pool of each");
        Refused([Of("fd00:a::1")], [Shop]).ShouldNotBeNull().ShouldContain("one IP version");
        Refused([], [Shop]).ShouldNotBeNull().ShouldContain("which the router does not have");
    }

    [Test]
    public void AMemberIsListedOnceAndHasAWeight()
    {
        Refused([Of("10.0.0.1", "10.0.0.1")], [Shop]).ShouldNotBeNull().ShouldContain("list it once");
        foreach (var weight in new[] { 0, -1, 1001 })
            Refused([With(member => member with { Weight = weight })], [Shop]).ShouldNotBeNull().ShouldContain($"weight {weight}");
        Refused([With(member => member with { Port = 0 })], [Shop]).ShouldNotBeNull().ShouldContain("port 0");
    }

    [Test]
    public void ACheckSaysWhatCanBeAskedAndHowOften()
    {
        Checked(new HealthCheck()).ShouldBeNull();
        Checked(new HealthCheck { IntervalMilliseconds = 99 }).ShouldNotBeNull().ShouldContain("each 99 ms");
        Checked(new HealthCheck { IntervalMilliseconds = 3_600_001 }).ShouldNotBeNull().ShouldContain("use 100 to 3600000");
        Checked(new HealthCheck { TimeoutMilliseconds = 2001 })
            .ShouldNotBeNull()
            .ShouldContain("waits 2001 ms: use 100 to the interval, 2000");
        Checked(new HealthCheck { Rise = 0 }).ShouldNotBeNull().ShouldContain("rise 0");
        Checked(new HealthCheck { Fall = 101 }).ShouldNotBeNull().ShouldContain("fall 101");
        Checked(new HealthCheck { Port = 0 }).ShouldNotBeNull().ShouldContain("port 0");
        Checked(new HealthCheck { Path = "health" }).ShouldNotBeNull().ShouldContain("begin it with '/'");
        Checked(new HealthCheck { Path = "/a\r\nEvil: 1" }).ShouldNotBeNull().ShouldContain("visible ASCII");
        Checked(new HealthCheck { Host = "two words" }).ShouldNotBeNull().ShouldContain("visible ASCII");
        Checked(new HealthCheck { Path = "/" + new string('a', 200) }).ShouldNotBeNull().ShouldContain("too long");
        Checked(new HealthCheck { Payload = new string('a', 201) }).ShouldNotBeNull().ShouldContain("sends too much");
        Checked(new HealthCheck { Status = new PortRange(99, 200) }).ShouldNotBeNull().ShouldContain("use 100 to 599");
        Checked(new HealthCheck { Status = new PortRange(300, 200) }).ShouldNotBeNull().ShouldContain("use 100 to 599");
        Refused([Web with { SlowStartSeconds = 5 }], [Shop]).ShouldNotBeNull().ShouldContain("add a check");
        var anyPort = With(member => member with { Port = null });
        Refused([anyPort with { Check = new HealthCheck() }], [Shop]).ShouldNotBeNull().ShouldContain("member 'vm1' has no port");
        Refused([anyPort with { Check = new HealthCheck { Port = 80 } }], [Shop]).ShouldBeNull();
    }

    private static string? Checked(HealthCheck check) => Refused([Web with { Check = check }], [Shop]);

    [Test]
    public void ABalancersAddressIsItsOwn()
    {
        Refused([Web], [Shop with { Address = IpAddress.Parse("192.0.2.1") }])
            .ShouldNotBeNull()
            .ShouldContain("which a port of the router has");
        Refused([Web], [Shop with { Address = IpAddress.Parse("10.0.0.1") }]).ShouldNotBeNull().ShouldContain("which is a member");
        Refused([Web], [Shop, Shop with { Name = "too", Ports = new PortRange(70, 80) }])
            .ShouldNotBeNull()
            .ShouldContain("one address and port");
        Refused([Web], [Shop, Shop with { Name = "too", Protocol = 6 }]).ShouldNotBeNull().ShouldContain("one address and port");
    }

    [Test]
    public void APortThatTakesABalancersAddressIsRefused()
    {
        var world = RouterWorld.Usual();
        world.Net.Balance("edge", Web, Shop);
        var port = world.Topology.Ports[world.Net.PortId("uplink")];
        var taking = port with { Addresses = [.. port.Addresses, InterfaceAddress("203.0.113.80/24")], Version = 0 };
        TopologyDecisions
            .Decide(world.Topology, new TopologyCommand.PutDevice(taking))
            .Rejection.ShouldNotBeNull()
            .Message.ShouldContain("balancer 'shop'");
    }

    [Test]
    public void ABalancerIsForSomePortsOfTcpOrUdp()
    {
        Refused([Web], [Shop with { Ports = new PortRange(81, 80) }]).ShouldNotBeNull().ShouldContain("a range of no ports");
        Refused([Web], [Shop with { Ports = new PortRange(0, 80) }]).ShouldNotBeNull().ShouldContain("port 0");
        Refused([Web], [Shop with { Protocol = 1 }]).ShouldNotBeNull().ShouldContain("make it TCP or UDP");
    }

    [Test]
    public void AnAddressIsForARuleAndABalancerOnlyIfPortsTellThemApart()
    {
        NatRule Rule(NatKind kind, ushort port) =>
            new()
            {
                Name = "nat",
                Kind = kind,
                Port = kind == NatKind.Static ? World.Net.PortId("uplink") : null,
                Outside = AddressRange.Only(Shop.Address),
                Inside = IpAddress.Parse("10.0.0.2"),
                Protocol = kind == NatKind.Static ? null : (byte)6,
                Ports = kind == NatKind.Static ? null : PortRange.Only(port),
            };
        Refused([Web], [Shop], Rule(NatKind.Destination, 22)).ShouldBeNull();
        Refused([Web], [Shop], Rule(NatKind.Destination, 80)).ShouldNotBeNull().ShouldContain("NAT rule 'nat'");
        Refused([Web], [Shop], Rule(NatKind.Static, 0)).ShouldNotBeNull().ShouldContain("NAT rule 'nat'");
    }

    /// <summary>A rule between the versions takes every address of its prefix to IPv4, so a balancer there would never be asked, and a member never reached.</summary>
    [Test]
    public void WhatStandsForIpv4IsNoBalancersAndNoMembers()
    {
        var six = new NatRule
        {
            Name = "six",
            Kind = NatKind.Nat64,
            Embedding = new EmbeddingPrefix(IpPrefix.Parse("fd00:a:0:64::/96")),
            Outside = AddressRange.Only(IpAddress.Parse("203.0.113.50")),
        };
        var shop = Shop with { Address = IpAddress.Parse("2001:db8::80") };
        Refused([Of("fd00:a::1")], [shop], six).ShouldBeNull();
        Refused([Of("fd00:a::1")], [shop with { Address = IpAddress.Parse("fd00:a:0:64::80") }], six)
            .ShouldBe(
                "balancer 'shop' of router 'acme/edge' is for fd00:a:0:64::80, which NAT rule 'six' takes to IPv4: use another address"
            );
        Refused([Of("fd00:a:0:64::1")], [shop], six)
            .ShouldBe(
                "member 'vm1' of pool 'web' of router 'acme/edge' has fd00:a:0:64::1, which NAT rule 'six' takes to IPv4: use a station's address"
            );
        Refused([Web], [Shop with { Address = IpAddress.Parse("203.0.113.50") }], six).ShouldNotBeNull().ShouldContain("NAT rule 'six'");
    }

    private static Pool Web { get; } = Of("10.0.0.1", "10.0.0.2");

    private static Balancer Shop { get; } =
        BalancerWorld.BalancerOf("shop", BalancerWorld.Vip, "web") with
        {
            Ports = PortRange.Only(80),
            Protocol = null,
        };

    private static Pool Of(params string[] members) => BalancerWorld.PoolOf("web", members);

    private static Pool With(Func<PoolMember, PoolMember> change) =>
        Web with
        {
            Members = Web.Members.SetItem("vm1", change(Web.Members["vm1"])),
        };

    private static InterfaceAddress InterfaceAddress(string text)
    {
        IpPrefix.TryParseInterface(text, out var address, out var length).ShouldBeTrue();
        return new InterfaceAddress(address, length);
    }

    private static string? Refused(Pool[] pools, Balancer[] balancers, params NatRule[] rules)
    {
        var router = World.Topology.Routers[World.Net.RouterId("edge")];
        var wanted = router with
        {
            Pools = Router.NoPools.SetItems(pools.Select(pool => KeyValuePair.Create(pool.Name, pool))),
            Balancers = Router.NoBalancers.SetItems(balancers.Select(balancer => KeyValuePair.Create(balancer.Name, balancer))),
            Nat = Router.NoNat.SetItems(rules.Select(rule => KeyValuePair.Create(rule.Name, rule))),
            Version = 0,
        };
        return TopologyDecisions.Decide(World.Topology, new TopologyCommand.PutDevice(wanted)).Rejection?.Message;
    }
}
