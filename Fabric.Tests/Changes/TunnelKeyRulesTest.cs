using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Protocol;

namespace Fabric.Tests.Changes;

public class TunnelKeyRulesTest
{
    [Test]
    public void A_port_gets_its_key_when_it_is_first_bound_and_its_bridge_with_the_first()
    {
        var net = World();
        var (first, second) = (net.Topology.TunnelKeys.Of(net.PortId("a")), net.Topology.TunnelKeys.Of(net.PortId("b")));
        var flood = net.Topology.TunnelKeys.Of(net.BridgeId("left"));
        new[] { first, second, flood }.ShouldBeUnique();
        new[] { first, second, flood }.ShouldAllBe(key => key >= TunnelKeys.Lowest && key <= 0xff_ffff);
        net.Topology.TunnelKeys.TryFindOwner(second, out var owner).ShouldBeTrue();
        owner.ShouldBe(net.PortId("b"));
    }

    [Test]
    public void An_interior_port_has_none() => World().InteriorPort("in", "left").Topology.TunnelKeys.ByDevice.Count.ShouldBe(3);

    [Test]
    public void A_port_keeps_its_key_when_it_moves_is_unbound_and_bound_again()
    {
        var net = World();
        var key = net.Topology.TunnelKeys.Of(net.PortId("a"));
        net.Do(new TopologyCommand.BindPort(net.PortId("a"), null));
        net.Do(new TopologyCommand.BindPort(net.PortId("a"), new HostBinding(net.HostId("host1"), "eth7")));
        net.Topology.TunnelKeys.Of(net.PortId("a")).ShouldBe(key);
    }

    [Test]
    public void The_key_of_a_deleted_port_is_nobodys_and_rests()
    {
        var net = World();
        var key = net.Topology.TunnelKeys.Of(net.PortId("a"));
        net.Do(new TopologyCommand.DeleteDevice(net.PortId("a")));
        net.Topology.TunnelKeys.TryFindOwner(key, out _).ShouldBeFalse();
        net.Topology.TunnelKeys.Resting.ShouldHaveSingleItem().Key.ShouldBe(key);
    }

    [Test]
    public void A_snapshot_keeps_given_and_resting_keys()
    {
        var net = World();
        net.Do(new TopologyCommand.DeleteDevice(net.PortId("a")));
        var topology = net.Topology;
        var bytes = FeedCodec.Encode(topology);
        FeedCodec.TryDecode(bytes, out TopologySnapshot? read, out var fault).ShouldBeTrue($"{fault}");
        read.TunnelKeys.ByDevice.ShouldBe(topology.TunnelKeys.ByDevice, ignoreOrder: true);
        read.TunnelKeys.Owners.ShouldBe(topology.TunnelKeys.Owners, ignoreOrder: true);
        read.TunnelKeys.Last.ShouldBe(topology.TunnelKeys.Last);
        read.TunnelKeys.Resting.ShouldBe(topology.TunnelKeys.Resting);
        FeedCodec.Encode(read).ShouldBe(bytes);
    }

    [Test]
    public void Whoever_sends_by_a_key_or_gets_packets_by_it_is_told_of_its_end()
    {
        var net = World();
        var key = net.Topology.TunnelKeys.Of(net.PortId("a"));
        var deleted = new TopologyEvent.DeviceDeleted(net.PortId("a"));
        var tags = new List<FlowTag>();
        ChangeImpact.Of(net.Topology, deleted, TopologyEvolution.Apply(net.Topology, deleted), tags);
        tags.ShouldContain(FlowTag.Of(FlowTagKind.TunnelKey, key));
        tags.ShouldContain(FlowTag.Of(FlowTagKind.Port, net.PortId("a").Value));
    }

    private static TopologyBuilder World() =>
        new TopologyBuilder()
            .Bridge("left")
            .Port("a", "left", "02:00:00:00:00:01", "10.0.0.1/24")
            .Port("b", "left", "02:00:00:00:00:02", "10.0.0.2/24");
}
