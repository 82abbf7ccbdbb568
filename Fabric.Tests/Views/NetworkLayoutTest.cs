using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Views;

/// <summary>Where things are on the map.</summary>
[TestFixture]
public sealed class NetworkLayoutTest
{
    [Test]
    public void Nothing_lies_on_anything_else_and_all_is_within_the_whole()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var topology = WorldGenerator.Make(new Random(seed)).Topology;
            var layout = new NetworkLayout(topology);
            var boxes = layout.Boxes.OrderBy(pair => (pair.Key.Kind, pair.Key.Id)).ToArray();
            for (var i = 0; i < boxes.Length; i++)
            {
                for (var j = i + 1; j < boxes.Length; j++)
                    Overlap(boxes[i].Value, boxes[j].Value).ShouldBeFalse($"seed {seed}: {boxes[i]} and {boxes[j]}");
                var box = boxes[i].Value;
                (box.X >= layout.Left && box.Y >= 0 && box.Right <= layout.Left + layout.Width && box.Bottom <= layout.Height).ShouldBeTrue(
                    $"seed {seed}: {boxes[i]} of {layout.Left}, {layout.Width} x {layout.Height}"
                );
            }
        }
    }

    [Test]
    public void Devices_and_ports_stand_within_their_tenant()
    {
        var layout = new NetworkLayout(Shop(ports: 9));

        var (_, tenant) = layout.Tenants.ShouldHaveSingleItem();
        foreach (var (device, box) in layout.Boxes.Where(pair => pair.Key.Kind != DeviceKind.Host))
            (box.X > tenant.X && box.Y > tenant.Y && box.Right < tenant.Right && box.Bottom < tenant.Bottom).ShouldBeTrue($"{device}");
    }

    /// <summary>D2: an unrelated change moves nothing.</summary>
    [Test]
    public void A_change_of_rules_or_states_moves_nothing_and_neither_does_a_port_more_while_there_is_room()
    {
        var before = Net(ports: 5);
        var layout = new NetworkLayout(before.Topology);
        before.Chain("c").ChangePort("p3", port => port with { IsAdminUp = false, InboundChain = before.ChainId("c") });
        new NetworkLayout(before.Topology).Boxes.OrderBy(Id).ShouldBe(layout.Boxes.OrderBy(Id));

        before.Port("p6", "web");
        var after = new NetworkLayout(before.Topology);
        after.Boxes.Where(pair => layout.Boxes.ContainsKey(pair.Key)).OrderBy(Id).ShouldBe(layout.Boxes.OrderBy(Id));
    }

    [Test]
    public void An_empty_network_has_no_size()
    {
        var layout = new NetworkLayout(TopologySnapshot.Empty);

        (layout.Width, layout.Height, layout.Tenants.Count).ShouldBe((0, 0, 0));
    }

    private static (DeviceKind, ulong) Id(KeyValuePair<DeviceRef, MapBox> pair) => (pair.Key.Kind, pair.Key.Id);

    private static TopologySnapshot Shop(int ports) => Net(ports).Topology;

    private static TopologyBuilder Net(int ports)
    {
        var net = new TopologyBuilder().Router("r1").Bridge("web").Bridge("db").Connect("web", "r1", "02:00:00:00:00:01", "10.0.0.1/24");
        for (var i = 1; i <= ports; i++)
            net.Port($"p{i}", "web");
        return net;
    }

    private static bool Overlap(MapBox left, MapBox right) =>
        left.X < right.Right && right.X < left.Right && left.Y < right.Bottom && right.Y < left.Bottom;
}
