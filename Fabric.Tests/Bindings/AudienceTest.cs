using Fabric.Bindings;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Changes;

namespace Fabric.Tests.Bindings;

public class AudienceTest
{
    private const int Steps = 300;

    [Test]
    public void What_is_kept_from_one_description_to_the_next_is_what_a_new_walk_finds() =>
        Enumerable.Range(1, 20).Sum(HostsFound).ShouldBeGreaterThan(1_000, "many were concerned");

    [Test]
    public void A_group_that_did_not_change_is_not_walked_again()
    {
        var net = new TopologyBuilder()
            .Host("a")
            .Host("b")
            .Bridge("one")
            .Bridge("two")
            .Port("p", "one", host: "a")
            .Port("q", "two", host: "b");
        var audience = new Audience();
        var (one, two) = (OwnerOf(net, "p"), OwnerOf(net, "q"));
        var (first, second) = (audience.Of(net.Topology, one), audience.Of(net.Topology, two));
        net.Port("r", "two", host: "a");
        audience.Of(net.Topology, one).ShouldBeSameAs(first);
        audience.Of(net.Topology, two).ShouldNotBeSameAs(second);
        audience.Of(net.Topology, two).ShouldBe([net.HostId("a"), net.HostId("b")], ignoreOrder: true);
    }

    private static int HostsFound(int seed)
    {
        var generator = new CommandGenerator(seed);
        var random = new Random(seed);
        var topology = CommandGenerator.Beginning();
        var kept = new Audience();
        var found = 0;
        for (var step = 0; step < Steps; step++)
        {
            topology = TopologyDecisions.Decide(topology, generator.Next()).Events.Aggregate(topology, TopologyEvolution.Apply);
            // Not every description is asked about, and not every device of it.
            foreach (var place in Places(topology).Where(_ => random.Next(4) == 0))
            {
                var hosts = kept.Of(topology, place);
                hosts.ShouldBe(new Audience().Of(topology, place), ignoreOrder: true, $"seed {seed}, step {step}, {place}");
                found += hosts.Count;
            }
        }
        return found;
    }

    private static DeviceRef OwnerOf(TopologyBuilder net, string port) => net.Topology.Ports[net.PortId(port)].Owner;

    private static IEnumerable<DeviceRef> Places(TopologySnapshot topology) =>
        topology
            .Bridges.Keys.Select(id => (DeviceRef)id)
            .Concat(topology.Routers.Keys.Select(id => (DeviceRef)id))
            .Concat(topology.Ports.Keys.Select(id => (DeviceRef)id))
            .OrderBy(place => (place.Kind, place.Id));
}
