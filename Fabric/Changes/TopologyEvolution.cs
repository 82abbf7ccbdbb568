using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Applies events to a description: total, deterministic and clock-free; costs the change, not the network.</summary>
/// <remarks>
/// An event about a device that is not there changes nothing. The derived indexes are kept right after every single event, also
/// between the events of one entry, where two ports may claim one address for a moment (<see cref="AddressConflict"/>).
/// </remarks>
public static partial class TopologyEvolution
{
    /// <summary>The description after one event.</summary>
    public static TopologySnapshot Apply(TopologySnapshot topology, TopologyEvent happened) =>
        happened switch
        {
            TopologyEvent.DeviceCreated created => Put(topology, created.Device),
            TopologyEvent.DeviceUpdated updated => Update(topology, updated.Device),
            TopologyEvent.DeviceDeleted deleted => Delete(topology, deleted.Device),
            TopologyEvent.RuleInserted inserted => InsertRule(topology, inserted),
            TopologyEvent.RuleReplaced replaced => ReplaceRule(topology, replaced),
            TopologyEvent.RuleDeleted deleted => DeleteRule(topology, deleted),
            TopologyEvent.RoutePut put => PutRoute(topology, put),
            TopologyEvent.RouteDeleted deleted => DeleteRoute(topology, deleted),
            TopologyEvent.TunnelKeyGiven given => GiveKey(topology, given),
            TopologyEvent.HostKeyed keyed => KeyHost(topology, keyed),
            TopologyEvent.PortsLeased leased => LeasePorts(topology, leased),
            TopologyEvent.PortsReturned returned => ReturnPorts(topology, returned),
            TopologyEvent.AddressSetChanged changed => ChangeSet(topology, changed),
            _ => throw new UnreachableException(),
        };

    /// <summary>The description after an entry of the journal, at its position.</summary>
    public static TopologySnapshot Apply(TopologySnapshot topology, JournalEntry entry)
    {
        topology = Begin(topology, entry);
        foreach (var happened in entry.Events)
            topology = Apply(topology, happened);
        return topology with { Position = entry.Position };
    }

    /// <summary>The description as the first event of an entry finds it: it knows when the entry was stored.</summary>
    public static TopologySnapshot Begin(TopologySnapshot topology, JournalEntry entry) =>
        topology with
        {
            TunnelKeys = topology.TunnelKeys with { Now = entry.Time },
        };

    private static TopologySnapshot Update(TopologySnapshot topology, Device device) =>
        topology.Find(device.Ref) is null ? topology : Put(topology, device);

    private static TopologySnapshot Put(TopologySnapshot topology, Device device)
    {
        var old = topology.Find(device.Ref);
        device = device with
        {
            // Texts that the description has already are not kept twice.
            Name = old is not null && old.Name == device.Name ? old.Name : topology.Names.Share(device.Ref.Kind, device.Name),
            Version = (old?.Version ?? 0) + 1,
        };
        topology = Rename(topology, old, device);
        topology = Refer(topology, device.Ref, Listed(old), Listed(device));
        return device switch
        {
            Port port => PutPort(topology, (Port?)old, port),
            Router router => PutRouter(topology, (Router?)old, router),
            Bridge bridge => topology with { Bridges = topology.Bridges.SetItem(bridge.Id, bridge) },
            Chain chain => PutChain(topology, (Chain?)old, chain),
            AddressSet set => topology with { AddressSets = topology.AddressSets.SetItem(set.Id, set) },
            PortGroup group => topology with { PortGroups = topology.PortGroups.SetItem(group.Id, group) },
            Host host => PutHost(topology, (Host?)old, host),
            _ => throw new UnreachableException(),
        };
    }

    private static TopologySnapshot Delete(TopologySnapshot topology, DeviceRef reference)
    {
        if (topology.Find(reference) is not { } old)
            return topology;
        topology = Rename(topology, old, null);
        topology = Refer(topology, reference, Listed(old), []);
        // The entry that is being applied has the next position.
        topology = topology with
        {
            TunnelKeys = topology.TunnelKeys.Without(reference, topology.Position + 1),
        };
        return old switch
        {
            Port port => DeletePort(topology, port),
            Router router => DeleteRouter(topology, router),
            Bridge bridge => topology with { Bridges = topology.Bridges.Remove(bridge.Id) },
            Chain chain => DeleteChain(topology, chain),
            AddressSet set => topology with { AddressSets = topology.AddressSets.Remove(set.Id) },
            PortGroup group => topology with { PortGroups = topology.PortGroups.Remove(group.Id) },
            Host host => DeleteHost(topology, host),
            _ => throw new UnreachableException(),
        };
    }

    private static TopologySnapshot ChangeSet(TopologySnapshot topology, TopologyEvent.AddressSetChanged changed)
    {
        if (!topology.AddressSets.TryGetValue(changed.Set, out var set))
            return topology;
        set = set with { Members = set.Members.Except(changed.Removed).Union(changed.Added), Version = set.Version + 1 };
        return topology with { AddressSets = topology.AddressSets.SetItem(set.Id, set) };
    }
}
