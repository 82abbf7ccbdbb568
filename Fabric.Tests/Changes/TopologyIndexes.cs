using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>Compares derived indexes with those made from scratch.</summary>
internal static class TopologyIndexes
{
    public static void ShouldBeRight(TopologySnapshot topology, string because)
    {
        var scratch = TopologyAssembly.Of(topology.Position, TopologyAssembly.DevicesOf(topology), topology.TunnelKeys);
        topology.Names.ShouldBe(scratch.Names, ignoreOrder: true, because);
        topology.Referrers.Keys.ShouldBe(scratch.Referrers.Keys, ignoreOrder: true, because);
        foreach (var (target, counts) in scratch.Referrers)
            topology.Referrers[target].ShouldBe(counts, ignoreOrder: true, because);
        topology.BridgeIndexes.Keys.ShouldBe(scratch.BridgeIndexes.Keys, ignoreOrder: true, because);
        foreach (var (id, index) in scratch.BridgeIndexes)
            ShouldBe(topology.BridgeIndexes[id], index, because);
        topology.UnderlayAddresses.ShouldBe(scratch.UnderlayAddresses, ignoreOrder: true, because);
        topology.TunnelKeys.Owners.ShouldBe(scratch.TunnelKeys.Owners, ignoreOrder: true, because);
        topology.TunnelKeys.RestingCount.ShouldBe(scratch.TunnelKeys.RestingCount, because);
        topology.HostIndexes.Keys.ShouldBe(scratch.HostIndexes.Keys, ignoreOrder: true, because);
        foreach (var (id, index) in scratch.HostIndexes)
        {
            topology.HostIndexes[id].Interfaces.ShouldBe(index.Interfaces, ignoreOrder: true, because);
            topology.HostIndexes[id].Conflicts.ShouldBe(index.Conflicts, because);
        }
        topology.RouterIndexes.Keys.ShouldBe(scratch.RouterIndexes.Keys, ignoreOrder: true, because);
        foreach (var (id, index) in scratch.RouterIndexes)
            ShouldBe(topology.RouterIndexes[id], index, because);
    }

    private static void ShouldBe(BridgeIndex index, BridgeIndex scratch, string because)
    {
        index.Ports.ShouldBe(scratch.Ports, because);
        index.Stations.ShouldBe(scratch.Stations, ignoreOrder: true, because);
        index.Addresses.ShouldBe(scratch.Addresses, ignoreOrder: true, because);
        index.Conflicts.ShouldBe(scratch.Conflicts, because);
    }

    private static void ShouldBe(RouterIndex index, RouterIndex scratch, string because)
    {
        index.Ports.ShouldBe(scratch.Ports, because);
        foreach (var address in EventGenerator.Addresses)
        {
            var found = index.Table.Find(address);
            var expected = scratch.Table.Find(address);
            // While two ports claim an address, either may be the one that the table names.
            if (!scratch.Conflicts.IsEmpty)
                (found, expected) = (found with { Own = null }, expected with { Own = null });
            Describe(found).ShouldBe(Describe(expected), because);
        }
        index.LocalAddresses.ShouldBe(scratch.LocalAddresses, ignoreOrder: true, because);
        index.Conflicts.ShouldBe(scratch.Conflicts, because);
    }

    private static string Describe(RouteMatch match) => $"{match.Length} {match.Own} {match.ToldApart}: {string.Join(", ", match.Routes)}";
}
