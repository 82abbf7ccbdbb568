using Fabric.Devices;

namespace Fabric.Bindings;

/// <summary>Which hosts a device matters to: those that hold a port of it, or of a device that links lead to from there.</summary>
/// <remarks>
/// A packet that enters at such a host may pass the device, and is decided there; one that enters elsewhere never does. Devices that links join
/// matter to the same hosts, so each such group is walked once, and again when a port of it was linked, bound, made or deleted: a new description
/// costs what changed in it. Working memory of one thread.
/// </remarks>
public sealed class Audience
{
    private readonly Dictionary<DeviceRef, Group> _groups = [];
    private TopologySnapshot _topology = TopologySnapshot.Empty;

    /// <summary>The hosts.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="place">A bridge, a router, or a port of one.</param>
    public IReadOnlySet<HostId> Of(TopologySnapshot topology, DeviceRef place)
    {
        if (!ReferenceEquals(_topology, topology))
            Follow(topology);
        if (place.Kind == DeviceKind.Port)
            place = topology.Ports.TryGetValue(new PortId(place.Id), out var port) ? port.Owner : place;
        return (_groups.TryGetValue(place, out var group) ? group : Walk(place)).Hosts;
    }

    /// <summary>Goes on to another description; what it has no other of stays.</summary>
    private void Follow(TopologySnapshot topology)
    {
        var before = _topology;
        _topology = topology;
        if (_groups.Count == 0)
            return;
        foreach (var id in before.Ports.KeysUnlike(topology.Ports))
        {
            var (old, now) = (before.Ports.GetValueOrDefault(id), topology.Ports.GetValueOrDefault(id));
            if (old is not null && now is not null && WhereIs(old) == WhereIs(now))
                continue;
            Forget(old?.Owner);
            Forget(now?.Owner);
        }
    }

    private static (DeviceRef, PortId?, HostId?) WhereIs(Port port) => (port.Owner, port.Peer, port.Binding?.Host);

    private void Forget(DeviceRef? device)
    {
        if (device is not { } member || !_groups.TryGetValue(member, out var group))
            return;
        foreach (var other in group.Devices)
            _groups.Remove(other);
    }

    private Group Walk(DeviceRef first)
    {
        var group = new Group([], [first]);
        _groups[first] = group;
        // The list grows while it is gone through.
        for (var i = 0; i < group.Devices.Count; i++)
        {
            foreach (var id in PortsOf(group.Devices[i]))
            {
                var port = _topology.Ports[id];
                if (port.Binding is { } binding)
                    group.Hosts.Add(binding.Host);
                if (port.Peer is { } peer && _topology.Ports[peer].Owner is var next && _groups.TryAdd(next, group))
                    group.Devices.Add(next);
            }
        }
        return group;
    }

    private PortList PortsOf(DeviceRef device) =>
        device.Kind switch
        {
            DeviceKind.Bridge => _topology.BridgeIndexes.GetValueOrDefault(device.AsBridge, BridgeIndex.Empty).Ports,
            DeviceKind.Router => _topology.RouterIndexes.GetValueOrDefault(device.AsRouter, RouterIndex.Empty).Ports,
            _ => [],
        };

    private sealed record Group(HashSet<HostId> Hosts, List<DeviceRef> Devices);
}
