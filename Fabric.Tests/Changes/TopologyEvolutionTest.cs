using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

public class TopologyEvolutionTest
{
    private static readonly MacAddress _mac1 = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress _mac2 = MacAddress.Parse("02:00:00:00:00:02");

    [Test]
    public void Derived_indexes_equal_those_made_from_scratch_after_any_events([Range(1, 100)] int seed)
    {
        var generator = new EventGenerator(seed);
        var topology = TopologySnapshot.Empty;
        for (var i = 0; i < 60; i++)
        {
            var happened = generator.Next(topology);
            topology = TopologyEvolution.Apply(topology, happened);
            TopologyIndexes.ShouldBeRight(topology, $"seed {seed}, event {i}");
        }
    }

    [Test]
    public void An_event_about_an_unknown_device_changes_nothing()
    {
        TopologyEvent[] events =
        [
            new TopologyEvent.DeviceUpdated(new Bridge { Id = new BridgeId(1), Name = new DeviceName("t", "b") }),
            new TopologyEvent.DeviceDeleted(new PortId(1)),
            new TopologyEvent.RuleInserted(new ChainId(1), 0, TopologyBuilder.Rule("r", RuleAction.Accept)),
            new TopologyEvent.RuleDeleted(new ChainId(1), 0),
            new TopologyEvent.RouteDeleted(new RouterId(1), "r"),
            new TopologyEvent.AddressSetChanged(new AddressSetId(1), [], []),
            new TopologyEvent.TunnelKeyGiven(new PortId(1), TunnelKeys.Lowest),
            new TopologyEvent.HostKeyed(new HostId(1), new PeerKey(1, 2, 3, 4)),
            new TopologyEvent.PortsLeased(new RouterId(1), new HostId(1), [new PortBlocks(IpAddress.Parse("192.0.2.1"), 16, 2)]),
            new TopologyEvent.PortsReturned(new RouterId(1), new HostId(1), [new PortBlocks(IpAddress.Parse("192.0.2.1"), 16, 2)]),
        ];
        foreach (var happened in events)
            TopologyEvolution.Apply(TopologySnapshot.Empty, happened).ShouldBeSameAs(TopologySnapshot.Empty);
    }

    [Test]
    public void Each_event_counts_the_version_of_its_device()
    {
        var net = new TopologyBuilder().Chain("c").AddRule("c", TopologyBuilder.Rule("a", RuleAction.Accept));
        net.Topology.Chains[net.ChainId("c")].Version.ShouldBe(2);
        net.Put(net.Topology.Chains[net.ChainId("c")] with { Name = new DeviceName("acme", "d"), Version = 77 });
        net.Topology.Chains[net.ChainId("d")].Version.ShouldBe(3);
    }

    [Test]
    public void A_bridge_knows_attached_stations_and_linked_router_ports()
    {
        var net = new TopologyBuilder()
            .Bridge("br")
            .Router("r")
            .Port("vm1", "br", "02:00:00:00:00:01", "10.0.0.1/24")
            .Connect("br", "r", "02:00:00:00:00:02", "10.0.0.254/24 fd00::1/64");
        var index = net.Topology.BridgeIndexes[net.BridgeId("br")];
        index.Ports.ShouldBe([net.PortId("vm1"), net.PortId("br-r")]);
        index.Stations[_mac1].ShouldBe(net.PortId("vm1"));
        index.Stations[_mac2].ShouldBe(net.PortId("br-r"));
        index.Addresses[IpAddress.Parse("10.0.0.1")].ShouldBe(_mac1);
        index.Addresses[IpAddress.Parse("fd00::1")].ShouldBe(_mac2);
    }

    [Test]
    public void An_unlinked_router_port_is_forgotten_at_the_bridge()
    {
        var net = new TopologyBuilder().Bridge("br").Router("r").Connect("br", "r", "02:00:00:00:00:02", "10.0.0.254/24");
        net.Do(new TopologyCommand.UnlinkPort(net.PortId("r-br")));
        var index = net.Topology.BridgeIndexes[net.BridgeId("br")];
        index.Stations.ShouldBeEmpty();
        index.Addresses.ShouldBeEmpty();
        net.Topology.RouterIndexes[net.RouterId("r")].LocalAddresses.ShouldHaveSingleItem();
    }

    [Test]
    public void A_link_local_address_is_not_local_to_the_whole_router()
    {
        var net = new TopologyBuilder().Router("r").Port("up", "r", "02:00:00:00:00:02", "fe80::1/64 fd00::1/64");
        net.Topology.RouterIndexes[net.RouterId("r")].LocalAddresses.Keys.ShouldBe([IpAddress.Parse("fd00::1")]);
    }

    [Test]
    public void Two_stations_that_exchange_addresses_are_right_at_the_end()
    {
        var net = new TopologyBuilder().Bridge("br").Port("vm1", "br", "02:00:00:00:00:01").Port("vm2", "br", "02:00:00:00:00:02");
        var first = net.Topology.Ports[net.PortId("vm1")];
        var second = net.Topology.Ports[net.PortId("vm2")];
        net.Do(
            new TopologyCommand.Batch([
                new TopologyCommand.PutDevice(first with { Mac = second.Mac }),
                new TopologyCommand.PutDevice(second with { Mac = first.Mac }),
            ])
        );
        var index = net.Topology.BridgeIndexes[net.BridgeId("br")];
        index.Stations[_mac1].ShouldBe(second.Id);
        index.Stations[_mac2].ShouldBe(first.Id);
        index.Conflicts.ShouldBeEmpty();
    }

    [Test]
    public void An_entry_sets_the_position()
    {
        var happened = new TopologyEvent.DeviceCreated(new Bridge { Id = new BridgeId(1), Name = new DeviceName("t", "b") });
        var entry = new JournalEntry(7, default, "me", "", default, [happened]);
        var topology = TopologyEvolution.Apply(TopologySnapshot.Empty, entry);
        topology.Position.ShouldBe(7);
        topology.Bridges[new BridgeId(1)].Version.ShouldBe(1);
    }
}
