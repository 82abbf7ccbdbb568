using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>A link of two devices by a port of each.</summary>
/// <param name="From">The device at one end.</param>
/// <param name="To">The device at the other.</param>
/// <param name="Port">The port of the first.</param>
/// <param name="Peer">The port of the other.</param>
internal sealed record MapLink(Device From, Device To, Port Port, Port Peer)
{
    /// <summary>The links of a network, each once, by the names of what they link.</summary>
    public static IEnumerable<MapLink> Of(TopologySnapshot topology) =>
        from port in topology.Ports.Values
        where port.Peer is { } peer && port.Id.CompareTo(peer) < 0
        let other = topology.Ports.GetValueOrDefault(port.Peer!.Value)
        where other is not null
        let ends = new[] { topology.Find(port.Owner), topology.Find(other.Owner) }
        where ends[0] is not null && ends[1] is not null
        orderby ends[0]!.Name, ends[1]!.Name, port.Name
        select new MapLink(ends[0]!, ends[1]!, port, other);
}
