using Fabric.Devices;

namespace Fabric.Bindings;

/// <summary>Which hosts a device matters to: those that hold a port of it, or of a device that links lead to from there.</summary>
/// <remarks>
/// A packet that enters at such a host may pass the device, and is decided there; one that enters elsewhere never does. Devices that links join
/// matter to the same hosts, so each such group is walked once for a description. Working memory of one thread.
/// </remarks>
public sealed class Audience
{
    private readonly Dictionary<DeviceRef, IReadOnlySet<HostId>> _hosts = [];
    private TopologySnapshot _topology = TopologySnapshot.Empty;

    /// <summary>The hosts.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="place">A bridge, a router, or a port of one.</param>
    public IReadOnlySet<HostId> Of(TopologySnapshot topology, DeviceRef place)
    {
        if (!ReferenceEquals(_topology, topology))
        {
            _topology = topology;
            _hosts.Clear();
        }
        if (place.Kind == DeviceKind.Port)
            place = topology.Ports.TryGetValue(new PortId(place.Id), out var port) ? port.Owner : place;
        return _hosts.TryGetValue(place, out var hosts) ? hosts : Walk(place);
    }

    private HashSet<HostId> Walk(DeviceRef first)
    {
        var hosts = new HashSet<HostId>();
        var next = new Stack<DeviceRef>([first]);
        _hosts[first] = hosts;
        while (next.TryPop(out var device))
        {
            foreach (var id in PortsOf(device))
            {
                var port = _topology.Ports[id];
                if (port.Binding is { } binding)
                    hosts.Add(binding.Host);
                if (port.Peer is { } peer && _hosts.TryAdd(_topology.Ports[peer].Owner, hosts))
                    next.Push(_topology.Ports[peer].Owner);
            }
        }
        return hosts;
    }

    private PortList PortsOf(DeviceRef device) =>
        device.Kind switch
        {
            DeviceKind.Bridge => _topology.BridgeIndexes.GetValueOrDefault(device.AsBridge, BridgeIndex.Empty).Ports,
            DeviceKind.Router => _topology.RouterIndexes.GetValueOrDefault(device.AsRouter, RouterIndex.Empty).Ports,
            _ => [],
        };
}
