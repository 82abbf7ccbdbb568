using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    private static TopologySnapshot PutPort(TopologySnapshot before, Port? old, Port port) =>
        Reindex(before, before with { Ports = before.Ports.SetItem(port.Id, port) }, old, port);

    private static TopologySnapshot DeletePort(TopologySnapshot before, Port port) =>
        Reindex(before, before with { Ports = before.Ports.Remove(port.Id) }, port, null);

    /// <summary>Keeps the indexes of the bridges, routers and hosts that a changed port touches.</summary>
    private static TopologySnapshot Reindex(TopologySnapshot before, TopologySnapshot after, Port? old, Port? port)
    {
        var id = (old ?? port)!.Id;
        if (old?.Owner != port?.Owner)
        {
            if (old is not null)
                after = WithPorts(after, old.Owner, ports => ports.Without(id));
            if (port is not null)
                after = WithPorts(after, port.Owner, ports => ports.With(id));
        }
        // What a bridge port claims depends on itself and on its peer, so only it and the peers can have changed.
        after = ReindexStations(before, after, id);
        if (old?.Peer is { } oldPeer && oldPeer != id)
            after = ReindexStations(before, after, oldPeer);
        if (port?.Peer is { } peer && peer != id && peer != old?.Peer)
            after = ReindexStations(before, after, peer);
        return ReindexRouters(ReindexBindings(after, old, port), old, port);
    }

    private static TopologySnapshot WithPorts(TopologySnapshot topology, DeviceRef owner, Func<PortList, PortList> change)
    {
        if (owner.Kind == DeviceKind.Bridge)
        {
            var index = topology.BridgeIndexes.GetValueOrDefault(owner.AsBridge, BridgeIndex.Empty);
            return With(topology, owner.AsBridge, index with { Ports = change(index.Ports) });
        }
        if (owner.Kind == DeviceKind.Router)
        {
            var index = topology.RouterIndexes.GetValueOrDefault(owner.AsRouter, RouterIndex.Empty);
            return With(topology, owner.AsRouter, index with { Ports = change(index.Ports) });
        }
        return topology;
    }
}
