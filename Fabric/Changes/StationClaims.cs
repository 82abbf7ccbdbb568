using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>The stations that a bridge knows to be behind one of its ports, without learning.</summary>
/// <param name="Macs">Their Ethernet addresses, without repeats.</param>
/// <param name="Addresses">Their IP addresses, without repeats, and the Ethernet address of each.</param>
internal readonly record struct StationClaims(IReadOnlyList<MacAddress> Macs, IReadOnlyList<(IpAddress Address, MacAddress Mac)> Addresses)
{
    /// <summary>No station.</summary>
    private static StationClaims None => new([], []);

    /// <summary>The station attached to a bridge port, and the router port linked to it; nothing for other ports.</summary>
    public static StationClaims Of(TopologySnapshot topology, Port? port)
    {
        if (port is not { IsBridgePort: true })
            return None;
        var router = LinkedRouterPort(topology, port);
        if (port.Mac is null && router?.Mac is null)
            return None;
        var macs = new List<MacAddress>(2);
        var addresses = new List<(IpAddress, MacAddress)>();
        Add(port, macs, addresses);
        if (router is not null)
            Add(router, macs, addresses);
        return new StationClaims(macs, addresses);
    }

    /// <summary>Both name the same stations.</summary>
    public bool IsSameAs(StationClaims other) => Macs.SequenceEqual(other.Macs) && Addresses.SequenceEqual(other.Addresses);

    /// <summary>A link counts when both ends name each other; between two events of one entry one may not do so yet.</summary>
    private static Port? LinkedRouterPort(TopologySnapshot topology, Port port) =>
        port.Peer is { } peerId && topology.Ports.TryGetValue(peerId, out var peer) && peer.IsRouterPort && peer.Peer == port.Id
            ? peer
            : null;

    private static void Add(Port port, List<MacAddress> macs, List<(IpAddress Address, MacAddress Mac)> addresses)
    {
        if (port.Mac is not { } mac)
            return;
        if (!macs.Contains(mac))
            macs.Add(mac);
        foreach (var own in port.Addresses)
        {
            if (!addresses.Exists(known => known.Address == own.Address))
                addresses.Add((own.Address, mac));
        }
    }
}
