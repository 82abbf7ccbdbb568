using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Trials;

/// <summary>The learned facts that a trace read: those behind the tags that its lookups left.</summary>
internal static class LearnedRead
{
    /// <summary>Those of all facts that are behind a tag.</summary>
    /// <param name="topology">The network; names the pools of a router.</param>
    /// <param name="learned">All facts.</param>
    /// <param name="tags">The lookups.</param>
    public static LearnedSnapshot Of(TopologySnapshot topology, LearnedSnapshot learned, IEnumerable<FlowTag> tags)
    {
        var read = LearnedSnapshot.Empty;
        foreach (var tag in tags)
        {
            read = tag.Kind switch
            {
                FlowTagKind.Mac => WithStation(read, learned, tag),
                FlowTagKind.Neighbor => WithNeighbor(read, learned, tag),
                FlowTagKind.PortState when new PortId(tag.Device) is var port && learned.DownPorts.Contains(port) => read with
                {
                    DownPorts = read.DownPorts.Add(port),
                },
                FlowTagKind.Tunnel when new HostId(tag.Device) is var host && learned.UnreachedHosts.Contains(host) => read with
                {
                    UnreachedHosts = read.UnreachedHosts.Add(host),
                },
                FlowTagKind.Health => WithMembers(read, topology, learned, tag),
                _ => read,
            };
        }
        return read;
    }

    private static LearnedSnapshot WithStation(LearnedSnapshot read, LearnedSnapshot learned, in FlowTag tag)
    {
        var key = new MacKey(new BridgeId(tag.Device), (ushort)tag.DetailHigh, new MacAddress(tag.DetailLow));
        return learned.Macs.TryGetValue(key, out var port) ? read with { Macs = read.Macs.SetItem(key, port) } : read;
    }

    private static LearnedSnapshot WithNeighbor(LearnedSnapshot read, LearnedSnapshot learned, in FlowTag tag)
    {
        var key = new NeighborKey(new PortId(tag.Device), AddressOf(tag));
        if (learned.FailedNeighbors.Contains(key))
            read = read with { FailedNeighbors = read.FailedNeighbors.Add(key) };
        return learned.Neighbors.TryGetValue(key, out var mac) ? read with { Neighbors = read.Neighbors.SetItem(key, mac) } : read;
    }

    private static LearnedSnapshot WithMembers(LearnedSnapshot read, TopologySnapshot topology, LearnedSnapshot learned, in FlowTag tag)
    {
        if (!topology.Routers.TryGetValue(new RouterId(tag.Device), out var router))
            return read;
        IpAddress? only = tag.PrefixLength == 0 ? null : AddressOf(tag);
        foreach (var name in router.Pools.Keys)
        {
            var key = PoolKey.Of(router.Id, name);
            if (only is null && key.Name != tag.DetailLow || !learned.Health.TryGetValue(key, out var health))
                continue;
            var known = read.Health.TryGetValue(key, out var before) ? before : PoolHealth.Unknown;
            foreach (var (member, how) in health.Members.Where(entry => only is null || entry.Key.Address == only))
                known = known.With(member, how);
            read = read with { Health = read.Health.SetItem(key, known) };
        }
        return read;
    }

    private static IpAddress AddressOf(in FlowTag tag) => IpAddress.Of(tag.Family, new UInt128(tag.DetailHigh, tag.DetailLow));
}
