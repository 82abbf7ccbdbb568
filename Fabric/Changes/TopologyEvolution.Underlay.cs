using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    private static TopologySnapshot GiveKey(TopologySnapshot topology, TopologyEvent.TunnelKeyGiven given) =>
        topology.Find(given.Device) is null ? topology : topology with { TunnelKeys = topology.TunnelKeys.With(given.Device, given.Key) };

    private static TopologySnapshot PutHost(TopologySnapshot topology, Host? old, Host host)
    {
        topology = topology with { Hosts = topology.Hosts.SetItem(host.Id, host) };
        return old is not null && old.Underlay.SequenceEqual(host.Underlay) ? topology : ReindexUnderlay(topology, old, host);
    }

    private static TopologySnapshot DeleteHost(TopologySnapshot topology, Host host) =>
        ReindexUnderlay(
            topology with
            {
                Hosts = topology.Hosts.Remove(host.Id),
                PeerKeys = topology.PeerKeys.Remove(host.Id),
                PortLeases = topology.PortLeases.Without(host.Id),
            },
            host,
            null
        );

    private static TopologySnapshot KeyHost(TopologySnapshot topology, TopologyEvent.HostKeyed keyed) =>
        topology.Hosts.ContainsKey(keyed.Host) ? topology with { PeerKeys = topology.PeerKeys.SetItem(keyed.Host, keyed.Key) } : topology;

    /// <summary>Keeps whose each underlay address is; an address that was claimed twice goes to who is left.</summary>
    private static TopologySnapshot ReindexUnderlay(TopologySnapshot topology, Host? old, Host? host)
    {
        var index = topology.UnderlayAddresses;
        foreach (var address in old?.Underlay ?? [])
        {
            if (index.TryGetValue(address, out var holder) && holder == old!.Id)
                index = index.Remove(address);
            if (!index.ContainsKey(address) && FindRival(topology, address) is { } rival)
                index = index.SetItem(address, rival);
        }
        foreach (var address in host?.Underlay ?? [])
        {
            if (!index.TryGetValue(address, out var holder) || host!.Id.Value < holder.Value)
                index = index.SetItem(address, host!.Id);
        }
        return topology with { UnderlayAddresses = index };
    }

    /// <summary>Costs the hosts, and is asked only when a host's address goes.</summary>
    private static HostId? FindRival(TopologySnapshot topology, IpAddress address) =>
        topology.Hosts.Values.Where(host => host.Underlay.Contains(address)).MinBy(host => host.Id.Value)?.Id;

    private static PersistentMap<IpAddress, HostId> UnderlayFromScratch(TopologySnapshot topology)
    {
        var index = new Dictionary<IpAddress, HostId>();
        foreach (var host in topology.Hosts.Values.OrderBy(host => host.Id.Value))
        {
            foreach (var address in host.Underlay)
                index.TryAdd(address, host.Id);
        }
        return index.ToPersistentMap();
    }
}
