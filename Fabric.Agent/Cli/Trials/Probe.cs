using Fabric.Addresses;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Expectations;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Cli.Trials;

/// <summary>A packet as the station behind an exterior port would send it.</summary>
/// <remarks>What the station would learn by ARP or neighbor discovery is taken from the description.</remarks>
internal static class Probe
{
    private const ushort ClientPort = 49_152;
    private const byte Ttl = 64;
    private const ulong Syn = 2;
    private const byte EchoRequest = 8;
    private const byte EchoRequestV6 = 128;

    /// <summary>Makes the headers; null if the station finds nobody to send the packet to.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="ingress">The port that it comes in by.</param>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The destination address, of the same version.</param>
    /// <param name="kind">What is sent.</param>
    /// <param name="port">The destination port, for TCP and UDP.</param>
    public static FlowKey? Make(
        TopologySnapshot topology,
        Port ingress,
        IpAddress source,
        IpAddress destination,
        ProbeKind kind,
        ushort port
    )
    {
        if (NextHop(topology, ingress, source, destination) is not { } nextHop)
            return null;
        var isV6 = source.Family == IpFamily.V6;
        var key = default(FlowKey);
        key.EthSrc = ingress.IsBridgePort ? ingress.Mac ?? NameHash.MacOf(ingress.Name) : NeighborOf(ingress);
        key.EthDst = nextHop;
        key.EthType = isV6 ? EtherType.Ipv6 : EtherType.Ipv4;
        key.NwSrc = source;
        key.NwDst = destination;
        key.IpTtl = Ttl;
        key.IpProto = kind switch
        {
            ProbeKind.Tcp => IpProtocol.Tcp,
            ProbeKind.Udp => IpProtocol.Udp,
            ProbeKind.Icmp => isV6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp,
        };
        if (kind == ProbeKind.Icmp)
        {
            key.TpSrc = isV6 ? EchoRequestV6 : EchoRequest;
            return key;
        }
        key.TpSrc = ClientPort;
        key.TpDst = port;
        if (kind == ProbeKind.Tcp)
            key.Set(FlowField.TcpFlags, Syn);
        return key;
    }

    /// <summary>The Ethernet address of a station outside a router's exterior port: any that is nobody else's.</summary>
    public static MacAddress NeighborOf(Port port) => NameHash.MacOf(new DeviceName(port.Name.Tenant, $"neighbor of {port.Name.Name}"));

    /// <summary>Whom a station behind a port sends a packet to; null if it finds nobody.</summary>
    public static MacAddress? NextHop(TopologySnapshot topology, Port ingress, IpAddress source, IpAddress destination)
    {
        if (ingress.IsRouterPort)
            return ingress.Mac;
        var index = topology.BridgeIndexes.GetValueOrDefault(ingress.Owner.AsBridge, BridgeIndex.Empty);
        if (index.Addresses.TryGetValue(destination, out var station))
            return station;
        var routers = RoutersOn(topology, index);
        var own = routers.Where(port => port.Addresses.Any(address => address.Subnet.Contains(source))).ToArray();
        // Of its own subnet the station asks for the destination itself, and nobody answers.
        if (own.Any(port => port.Addresses.Any(address => address.Subnet.Contains(source) && address.Subnet.Contains(destination))))
            return null;
        return (own.FirstOrDefault() ?? routers.FirstOrDefault())?.Mac;
    }

    private static Port[] RoutersOn(TopologySnapshot topology, BridgeIndex index) =>
        [
            .. index
                .Ports.Select(id => topology.Ports[id].Peer)
                .Select(peer => peer is { } id ? topology.Ports.GetValueOrDefault(id) : null)
                .OfType<Port>()
                .Where(port => port.IsRouterPort)
                .OrderBy(port => port.Name),
        ];
}
