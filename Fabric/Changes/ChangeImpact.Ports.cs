using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

public static partial class ChangeImpact
{
    private static void OfPort(TopologySnapshot before, TopologySnapshot after, Port? old, Port? now, ICollection<FlowTag> tags)
    {
        var id = (old ?? now)!.Id;
        if (old is null || now is null || !LooksAlike(old, now))
            tags.Add(FlowTag.Of(FlowTagKind.Port, id.Value));
        if (old?.Owner != now?.Owner)
        {
            OfBridgePorts(old, tags);
            OfBridgePorts(now, tags);
        }
        OfSubnets(old, now, tags);
        OfStations(before, after, id, tags);
        if (old?.Peer is { } oldPeer)
            OfStations(before, after, oldPeer, tags);
        if (now?.Peer is { } peer && peer != old?.Peer)
            OfStations(before, after, peer, tags);
    }

    /// <summary>What packets that meet the port itself look at is the same.</summary>
    /// <remarks>
    /// Of a bridge port nobody asks for its station's addresses: they are looked up at the bridge, by address, which is told below.
    /// A flood looks every port up one by one, so that a port's change needs no tag of the bridge.
    /// </remarks>
    private static bool LooksAlike(Port old, Port now) =>
        (old.Owner, old.IsAdminUp, old.Peer, old.Binding) == (now.Owner, now.IsAdminUp, now.Peer, now.Binding)
        && (old.InboundChain, old.OutboundChain) == (now.InboundChain, now.OutboundChain)
        && old.Groups.SequenceEqual(now.Groups)
        && (now.IsBridgePort || (old.Mac == now.Mac && old.Addresses.SequenceEqual(now.Addresses)));

    private static void OfBridgePorts(Port? port, ICollection<FlowTag> tags)
    {
        if (port is { IsBridgePort: true })
            tags.Add(FlowTag.Of(FlowTagKind.BridgePorts, port.Owner.Id));
    }

    /// <summary>A router's own addresses and connected subnets are in its table; an address's subnet holds the address too.</summary>
    private static void OfSubnets(Port? old, Port? now, ICollection<FlowTag> tags)
    {
        IEnumerable<InterfaceAddress> had = old is { IsRouterPort: true } ? old.Addresses : [];
        IEnumerable<InterfaceAddress> has = now is { IsRouterPort: true } ? now.Addresses : [];
        if (old?.Owner == now?.Owner)
            (had, has) = (had.Except(has).ToList(), has.Except(had).ToList());
        foreach (var subnet in SubnetsOf(had))
            tags.Add(FlowTag.Prefix(FlowTagKind.Destination, old!.Owner.Id, subnet));
        foreach (var subnet in SubnetsOf(has))
            tags.Add(FlowTag.Prefix(FlowTagKind.Destination, now!.Owner.Id, subnet));
    }

    /// <summary>Link-local addresses are in no table (RFC 4291, section 2.5.6); who asks for them has looked the port up.</summary>
    private static IEnumerable<IpPrefix> SubnetsOf(IEnumerable<InterfaceAddress> addresses) =>
        addresses.Where(own => own.Address is not { Family: IpFamily.V6, IsLinkLocal: true }).Select(own => own.Subnet).Distinct();

    /// <summary>Which addresses the bridge of a port finds elsewhere than before, of those that it knew or knows behind the port.</summary>
    private static void OfStations(TopologySnapshot before, TopologySnapshot after, PortId id, ICollection<FlowTag> tags)
    {
        var old = before.Ports.GetValueOrDefault(id);
        var now = after.Ports.GetValueOrDefault(id);
        var had = StationClaims.Of(before, old);
        var has = StationClaims.Of(after, now);
        OfStations(before, after, old, had, tags);
        if (now?.Owner != old?.Owner || !had.IsSameAs(has))
            OfStations(before, after, now, has, tags);
    }

    private static void OfStations(
        TopologySnapshot before,
        TopologySnapshot after,
        Port? port,
        StationClaims claims,
        ICollection<FlowTag> tags
    )
    {
        if (port is not { IsBridgePort: true })
            return;
        var bridge = port.Owner.AsBridge;
        var had = before.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        var has = after.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        foreach (var mac in claims.Macs.Where(mac => Find(had, mac) != Find(has, mac)))
            tags.Add(FlowTag.Station(bridge.Value, mac));
        foreach (var (address, _) in claims.Addresses.Where(known => Find(had, known.Address) != Find(has, known.Address)))
            tags.Add(FlowTag.Address(FlowTagKind.BridgeAddress, bridge.Value, address));
    }

    private static PortId? Find(BridgeIndex index, MacAddress mac) => index.Stations.TryGetValue(mac, out var port) ? port : null;

    private static MacAddress? Find(BridgeIndex index, IpAddress address) => index.Addresses.TryGetValue(address, out var mac) ? mac : null;
}
