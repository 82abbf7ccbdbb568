using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Protocol;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Changes;

/// <summary>Blocks of ports are one host's each, and go back when it gives them or is deleted.</summary>
public class PortLeaseRulesTest
{
    private static readonly IpAddress Outside = IpAddress.Parse("203.0.113.1");
    private static readonly PortRange Range = new(40_000, 40_511);

    [Test]
    public void AHostGetsAsManyBlocksAsItWantsAndTheFirstGetsTheAddressAsAWhole()
    {
        var net = Net();
        Lease(net, "a", 3).ShouldBe("0, 625-627 a");
        Lease(net, "b", 2).ShouldBe("0, 625-627 a; 628-629 b");
        Lease(net, "b", 1000).ShouldBe("0, 625-627 a; 628-632 b");
        Reject(net, new TopologyCommand.LeasePorts(Router(net), net.HostId("a"), [new PortWish(Outside, 1)]))
            .Message.ShouldContain("no block of ports of 203.0.113.1 that is free");
    }

    [Test]
    public void WhatWasGivenBackIsLeasedAgainLast()
    {
        var net = Net();
        Lease(net, "a", 2);
        Return(net, "a", new PortBlocks(Outside, 625, 1)).ShouldBe("0, 626 a");
        Lease(net, "b", 5).ShouldBe("0, 626 a; 627-631 b");
        Lease(net, "a", 2).ShouldBe("0, 625-626, 632 a; 627-631 b");
    }

    [Test]
    public void NobodyGivesBackWhatIsAnothers()
    {
        var net = Net();
        Lease(net, "a", 2);
        var before = net.Events.Count;
        Return(net, "b", new PortBlocks(Outside, 625, 2)).ShouldBe("0, 625-626 a");
        net.Events.Count.ShouldBe(before);
        Return(net, "b", new PortBlocks(Outside, -4, 2000)).ShouldBe("0, 625-626 a");
    }

    [Test]
    public void AHostThatIsDeletedLosesItsBlocksAndARouterThatIsDeletedIsForgotten()
    {
        var net = Net();
        Lease(net, "a", 2);
        Lease(net, "b", 2);
        net.Delete(net.HostId("a"));
        Show(net).ShouldBe("627-628 b");
        net.Topology.PortLeases.Without(net.HostId("b")).Of(Router(net), Outside).Runs.ShouldBeEmpty();
        TopologyEvolution.Apply(net.Topology, new TopologyEvent.DeviceDeleted(Router(net))).PortLeases.ByRouter.IsEmpty.ShouldBeTrue();
    }

    [Test]
    public void WhatRulesNoLongerGiveStaysWhereItIsAndIsLeasedToNobody()
    {
        var net = Net();
        Lease(net, "a", 2);
        Rule(net, new PortRange(50_048, 50_111));
        Show(net).ShouldBe("0, 625-626 a");
        Lease(net, "b", 1000).ShouldBe("0, 625-626 a; 782 b");
        Return(net, "a", new PortBlocks(Outside, 625, 2)).ShouldBe("0 a; 782 b");
        Reject(net, new TopologyCommand.LeasePorts(Router(net), net.HostId("b"), [new PortWish(Outside, 1)]));
    }

    [Test]
    public void APortsOwnAddressIsLeasedInItsUsualPortsOfBothVersions()
    {
        var net = Net();
        net.Nat("edge", Source(net) with { Name = "own", From = IpPrefix.Parse("10.0.0.7/32") });
        OutsidePorts
            .AddressesOf(net.Topology, net.Topology.Routers[Router(net)])
            .Select(address => $"{address}")
            .ShouldBe([$"{Outside}", "192.0.2.1", "fd00:b::1"], ignoreOrder: true);
        OutsidePorts
            .BlocksOf(net.Topology, net.Topology.Routers[Router(net)], IpAddress.Parse("fd00:b::1"))
            .Count(isGiven => isGiven)
            .ShouldBe(1 + (65_536 - 1024) / PortBlocks.Size);
    }

    [TestCase("198.51.100.1", 1, "no block of ports")]
    [TestCase("203.0.113.1", 0, "ask for 1 to 1024")]
    [TestCase("203.0.113.1", 1025, "ask for 1 to 1024")]
    public void AWishThatCannotBeIsRefused(string address, int blocks, string why)
    {
        var net = Net();
        Reject(net, new TopologyCommand.LeasePorts(Router(net), net.HostId("a"), [new PortWish(IpAddress.Parse(address), blocks)]))
            .Message.ShouldContain(why);
    }

    [Test]
    public void UnknownHostsAndRoutersAndNoWishesAreRefused()
    {
        var net = Net();
        Reject(net, new TopologyCommand.LeasePorts(Router(net), new HostId(999), [new PortWish(Outside, 1)]))
            .Reason.ShouldBe(RejectionReason.NotFound);
        Reject(net, new TopologyCommand.LeasePorts(new RouterId(999), net.HostId("a"), [new PortWish(Outside, 1)]))
            .Reason.ShouldBe(RejectionReason.NotFound);
        Reject(net, new TopologyCommand.LeasePorts(Router(net), net.HostId("a"), [])).Reason.ShouldBe(RejectionReason.Invalid);
    }

    [Test]
    public void ALeaseTouchesNoFlowAndNoVersion()
    {
        var net = Net();
        var (before, version) = (net.Topology, net.Topology.Routers[Router(net)].Version);
        Lease(net, "a", 3);
        var tags = new List<FlowTag>();
        ChangeImpact.Of(before, net.Events[^1], net.Topology, tags);
        ChangeImpact.Between(before, net.Topology, tags);
        tags.ShouldBeEmpty();
        net.Topology.Routers[Router(net)].Version.ShouldBe(version);
        TopologyDiff.Changes(before, net.Topology).ShouldBeEmpty();
    }

    [Test]
    public void LeasesAreInASnapshotAndNeedProgramsThatReadThem()
    {
        var net = Net();
        FeedCodec.Encode(net.Topology)[1].ShouldBeLessThan((byte)6);
        Lease(net, "a", 3);
        Lease(net, "b", 2);
        var bytes = FeedCodec.Encode(net.Topology);
        bytes[1].ShouldBe((byte)6);
        FeedCodec.TryDecode(bytes, out TopologySnapshot? read, out var fault).ShouldBeTrue($"{fault}");
        read.PortLeases.Of(Router(net), Outside).ShouldBe(net.Topology.PortLeases.Of(Router(net), Outside));
        FeedCodec.Encode(read).ShouldBe(bytes);
    }

    [Test]
    public void AThousandHostsAtOneAddressTakeLessThanTwentyKilobytes()
    {
        var leases = PortLeases.None;
        for (var host = 0; host < 1000; host++)
            leases = leases.With(new RouterId(1), new HostId((ulong)host + 1), [new PortBlocks(Outside, host + 16, 1)]);
        leases.Of(new RouterId(1), Outside).Runs.Length.ShouldBe(1000);
        (leases.Of(new RouterId(1), Outside).Runs.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<LeasedRun>()).ShouldBeLessThan(
            20_000
        );
    }

    private static TopologyBuilder Net()
    {
        var net = RouterWorld.Usual().Net.Host("a").Host("b");
        Rule(net, Range);
        return net;
    }

    private static NatRule Source(TopologyBuilder net) =>
        new()
        {
            Name = "out",
            Kind = NatKind.Source,
            Port = net.PortId("uplink"),
        };

    private static void Rule(TopologyBuilder net, PortRange ports) =>
        net.Nat("edge", Source(net) with { Outside = AddressRange.Only(Outside), Ports = ports });

    private static RouterId Router(TopologyBuilder net) => net.RouterId("edge");

    private static string Lease(TopologyBuilder net, string host, int blocks)
    {
        net.Do(new TopologyCommand.LeasePorts(Router(net), net.HostId(host), [new PortWish(Outside, blocks)]));
        return Show(net);
    }

    private static string Return(TopologyBuilder net, string host, PortBlocks blocks)
    {
        net.Do(new TopologyCommand.ReturnPorts(Router(net), net.HostId(host), [blocks]));
        return Show(net);
    }

    private static Rejection Reject(TopologyBuilder net, TopologyCommand command) =>
        TopologyDecisions.Decide(net.Topology, command).Rejection.ShouldNotBeNull();

    private static string Show(TopologyBuilder net) =>
        string.Join(
            "; ",
            net.Topology.PortLeases.Of(Router(net), Outside)
                .Runs.GroupBy(run => net.Topology.Hosts[run.Host].Name.Name)
                .OrderBy(runs => runs.Key)
                .Select(runs =>
                    string.Join(", ", runs.Select(run => run.Count == 1 ? $"{run.First}" : $"{run.First}-{run.First + run.Count - 1}"))
                    + $" {runs.Key}"
                )
        );
}
