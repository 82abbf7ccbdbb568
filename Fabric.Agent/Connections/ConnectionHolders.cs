using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Agent.Connections;

/// <summary>Which other hosts may see packets of a connection: those of the ports where it begins and leaves, and of ports that are redundant to one of them.</summary>
/// <remarks>Redundant ports are in one group that is stateful. Any thread asks; one follows the description.</remarks>
internal sealed class ConnectionHolders(HostId self)
{
    private volatile Knowledge _knowledge = new(TopologySnapshot.Empty, ImmutableDictionary<PortGroupId, ImmutableHashSet<PortId>>.Empty);

    /// <summary>The hosts, without this one.</summary>
    /// <param name="ingress">The port that the first packet came in by.</param>
    /// <param name="egress">The port that it left by.</param>
    public HostId[] Of(PortId ingress, PortId egress) => Of(_knowledge, (ingress, egress));

    /// <summary>The hosts of ports that are redundant to a port, without this one.</summary>
    public HostId[] BesideOf(PortId port) => Of(port, default);

    /// <summary>Goes on to another description.</summary>
    /// <returns>Hosts that may see packets of connections now that they could not see before.</returns>
    public HashSet<HostId> Follow(TopologySnapshot topology)
    {
        var gained = new HashSet<HostId>();
        var before = _knowledge;
        var isChanged = !ReferenceEquals(before.Topology.PortGroups, topology.PortGroups);
        var members = before.Members.ToBuilder();
        foreach (var id in before.Topology.Ports.KeysUnlike(topology.Ports))
        {
            var (old, now) = (before.Topology.Ports.GetValueOrDefault(id), topology.Ports.GetValueOrDefault(id));
            foreach (var group in old?.Groups ?? [])
                members[group] = members[group].Remove(id);
            foreach (var group in now?.Groups ?? [])
                members[group] = members.GetValueOrDefault(group, []).Add(id);
            isChanged |= old?.Binding?.Host != now?.Binding?.Host || !(old?.Groups ?? []).SequenceEqual(now?.Groups ?? []);
        }
        // What was found stands as long as nothing of this kind changes.
        var after = new Knowledge(topology, members.ToImmutable()) { Found = isChanged ? new() : before.Found };
        _knowledge = after;
        if (!isChanged)
            return gained;
        foreach (var (ports, hosts) in before.Found)
            gained.UnionWith(Of(after, ports).Except(hosts));
        return gained;
    }

    private HostId[] Of(Knowledge knowledge, (PortId Ingress, PortId Egress) ports)
    {
        if (knowledge.Found.TryGetValue(ports, out var found))
            return found;
        var hosts = new HashSet<HostId>();
        Add(knowledge, ports.Ingress, hosts);
        Add(knowledge, ports.Egress, hosts);
        hosts.Remove(self);
        return knowledge.Found[ports] = [.. hosts];
    }

    private static void Add(Knowledge knowledge, PortId id, HashSet<HostId> hosts)
    {
        var topology = knowledge.Topology;
        if (!topology.Ports.TryGetValue(id, out var port))
            return;
        if (port.Binding is { } binding)
            hosts.Add(binding.Host);
        foreach (var group in port.Groups)
        {
            if (topology.PortGroups.TryGetValue(group, out var known) && known.IsStateful)
                hosts.UnionWith(knowledge.Members[group].Select(member => topology.Ports[member].Binding?.Host).OfType<HostId>());
        }
    }

    private sealed record Knowledge(TopologySnapshot Topology, ImmutableDictionary<PortGroupId, ImmutableHashSet<PortId>> Members)
    {
        public ConcurrentDictionary<(PortId, PortId), HostId[]> Found { get; init; } = new();
    }
}
