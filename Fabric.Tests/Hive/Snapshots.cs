using Fabric.Devices;

namespace Fabric.Tests.Hive;

/// <summary>Compares descriptions by what they hold.</summary>
internal static class Snapshots
{
    /// <summary>All devices in the order of kind and id.</summary>
    public static List<Device> Devices(TopologySnapshot topology) =>
        [
            .. topology
                .Ports.Values.Cast<Device>()
                .Concat(topology.Bridges.Values)
                .Concat(topology.Routers.Values)
                .Concat(topology.Chains.Values)
                .Concat(topology.AddressSets.Values)
                .Concat(topology.PortGroups.Values)
                .Concat(topology.Hosts.Values)
                .OrderBy(device => (device.Ref.Kind, device.Ref.Id)),
        ];

    public static void ShouldEqual(this TopologySnapshot actual, TopologySnapshot expected)
    {
        actual.Position.ShouldBe(expected.Position);
        Devices(actual).ShouldBe(Devices(expected));
        actual.PeerKeys.ShouldBe(expected.PeerKeys, ignoreOrder: true);
        actual
            .PortLeases.ByRouter.ToDictionary(pair => pair.Key, pair => pair.Value.OrderBy(one => one.Key).ToArray())
            .ShouldBe(expected.PortLeases.ByRouter.ToDictionary(pair => pair.Key, pair => pair.Value.OrderBy(one => one.Key).ToArray()));
        actual.Names.Count.ShouldBe(expected.Names.Count);
    }
}
