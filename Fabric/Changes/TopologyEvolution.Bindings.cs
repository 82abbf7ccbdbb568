using System.Collections.Immutable;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    /// <summary>Keeps the indexes of the hosts that a changed port was bound to and is bound to.</summary>
    private static TopologySnapshot ReindexBindings(TopologySnapshot topology, Port? old, Port? port)
    {
        if (old?.Binding == port?.Binding)
            return topology;
        if (old?.Binding is { } left)
            topology = Unbind(topology, left);
        return port?.Binding is { } now ? Bind(topology, port.Id, now) : topology;
    }

    private static TopologySnapshot Unbind(TopologySnapshot topology, HostBinding binding)
    {
        if (!topology.HostIndexes.TryGetValue(binding.Host, out var index))
            return topology;
        index = index.Conflicts.IsEmpty
            ? index with
            {
                Interfaces = index.Interfaces.Remove(binding.Interface),
            }
            : HostFromScratch(topology, binding.Host, index.Ports);
        return With(topology, binding.Host, index);
    }

    private static TopologySnapshot Bind(TopologySnapshot topology, PortId port, HostBinding binding)
    {
        var index = topology.HostIndexes.GetValueOrDefault(binding.Host, HostIndex.Empty);
        var isContested = !index.Conflicts.IsEmpty || index.Interfaces.ContainsKey(binding.Interface);
        // Rare, and only between the events of one entry, as at a bridge.
        index = isContested
            ? HostFromScratch(topology, binding.Host, index.Ports.Append(port))
            : index with
            {
                Interfaces = index.Interfaces.Add(binding.Interface, port),
            };
        return With(topology, binding.Host, index);
    }

    private static HostIndex HostFromScratch(TopologySnapshot topology, HostId host, IEnumerable<PortId> candidates)
    {
        var ports = candidates.Distinct().Select(topology.Ports.GetValueOrDefault);
        return IndexBindings(ports.OfType<Port>().Where(port => port.Binding?.Host == host));
    }

    private static HostIndex IndexBindings(IEnumerable<Port> bound)
    {
        var interfaces = new Dictionary<string, PortId>();
        var conflicts = ImmutableArray.CreateBuilder<HostConflict>();
        foreach (var port in bound.OrderBy(port => port.Id))
        {
            var name = port.Binding!.Value.Interface;
            if (!interfaces.TryAdd(name, port.Id))
                conflicts.Add(new HostConflict(interfaces[name], port.Id, name));
        }
        return new HostIndex { Interfaces = interfaces.ToPersistentMap(), Conflicts = conflicts.ToImmutable() };
    }

    private static TopologySnapshot With(TopologySnapshot topology, HostId host, HostIndex index) =>
        topology with
        {
            HostIndexes = index.Interfaces.IsEmpty ? topology.HostIndexes.Remove(host) : topology.HostIndexes.SetItem(host, index),
        };
}
