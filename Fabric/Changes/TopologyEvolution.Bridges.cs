using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    /// <summary>Keeps the stations that a bridge knows behind a port, when the port or its peer has changed.</summary>
    private static TopologySnapshot ReindexStations(TopologySnapshot before, TopologySnapshot after, PortId id)
    {
        var old = before.Ports.GetValueOrDefault(id);
        var port = after.Ports.GetValueOrDefault(id);
        var had = StationClaims.Of(before, old);
        var has = StationClaims.Of(after, port);
        if (old?.Owner == port?.Owner && had.IsSameAs(has))
            return after;
        if (old is { IsBridgePort: true })
            after = Forget(after, old.Owner.AsBridge, had);
        if (port is { IsBridgePort: true })
            after = Know(after, port.Owner.AsBridge, id, has);
        return after;
    }

    private static TopologySnapshot Forget(TopologySnapshot topology, BridgeId bridge, StationClaims claims)
    {
        if (claims.Macs.Count == 0 || !topology.BridgeIndexes.TryGetValue(bridge, out var index))
            return topology;
        if (!index.Conflicts.IsEmpty)
            return With(topology, bridge, StationsFromScratch(topology, index));
        return With(
            topology,
            bridge,
            index with
            {
                Stations = index.Stations.RemoveRange(claims.Macs),
                Addresses = index.Addresses.RemoveRange(claims.Addresses.Select(known => known.Address)),
            }
        );
    }

    private static TopologySnapshot Know(TopologySnapshot topology, BridgeId bridge, PortId port, StationClaims claims)
    {
        if (claims.Macs.Count == 0)
            return topology;
        var index = topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        var isContested =
            !index.Conflicts.IsEmpty
            || claims.Macs.Any(index.Stations.ContainsKey)
            || claims.Addresses.Any(known => index.Addresses.ContainsKey(known.Address));
        // Rare, and only between the events of one entry: the whole bridge is looked at rather than every claim counted for ever.
        if (isContested)
            return With(topology, bridge, StationsFromScratch(topology, index));
        return With(
            topology,
            bridge,
            index with
            {
                Stations = index.Stations.AddRange(claims.Macs.Select(mac => KeyValuePair.Create(mac, port))),
                Addresses = index.Addresses.AddRange(claims.Addresses.Select(known => KeyValuePair.Create(known.Address, known.Mac))),
            }
        );
    }

    private static BridgeIndex StationsFromScratch(TopologySnapshot topology, BridgeIndex index)
    {
        var stations = new Dictionary<MacAddress, PortId>();
        var addresses = new Dictionary<IpAddress, MacAddress>();
        var holders = new Dictionary<IpAddress, PortId>();
        var conflicts = ImmutableArray.CreateBuilder<AddressConflict>();
        foreach (var id in index.Ports)
        {
            var claims = StationClaims.Of(topology, topology.Ports.GetValueOrDefault(id));
            foreach (var mac in claims.Macs)
            {
                if (!stations.TryAdd(mac, id))
                    conflicts.Add(new AddressConflict(stations[mac], id, mac, null));
            }
            foreach (var (address, mac) in claims.Addresses)
            {
                if (holders.TryAdd(address, id))
                    addresses.Add(address, mac);
                else
                    conflicts.Add(new AddressConflict(holders[address], id, null, address));
            }
        }
        return index with
        {
            Stations = stations.ToPersistentMap(),
            Addresses = AddressMap<MacAddress>.Of(addresses),
            Conflicts = conflicts.ToImmutable(),
        };
    }

    private static TopologySnapshot With(TopologySnapshot topology, BridgeId bridge, BridgeIndex index) =>
        topology with
        {
            // A bridge without ports knows no stations either.
            BridgeIndexes = index.Ports.IsEmpty ? topology.BridgeIndexes.Remove(bridge) : topology.BridgeIndexes.SetItem(bridge, index),
        };
}
