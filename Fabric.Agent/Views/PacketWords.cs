using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Views;

/// <summary>A packet in a few words: what it is, and whom it is for.</summary>
internal static class PacketWords
{
    private const ushort EchoRequest = 8;
    private const ushort EchoRequestV6 = 128;

    /// <summary>What it is: tcp/5432, udp/53, icmp echo request, arp.</summary>
    public static string Of(in FlowKey key) =>
        (key.EthType, key.IpProto) switch
        {
            (EtherType.Ipv4 or EtherType.Ipv6, _) when key.IpFrag == FragmentKind.Later => "a later fragment",
            (EtherType.Ipv4 or EtherType.Ipv6, IpProtocol.Tcp) => $"tcp/{Number(key.TpDst)}",
            (EtherType.Ipv4 or EtherType.Ipv6, IpProtocol.Udp) => $"udp/{Number(key.TpDst)}",
            (EtherType.Ipv4 or EtherType.Ipv6, IpProtocol.Sctp) => $"sctp/{Number(key.TpDst)}",
            (EtherType.Ipv4, IpProtocol.Icmp) => Icmp(key.TpSrc, EchoRequest, "icmp"),
            (EtherType.Ipv6, IpProtocol.Icmpv6) => Icmp(key.TpSrc, EchoRequestV6, "icmp6"),
            (EtherType.Ipv4 or EtherType.Ipv6, var protocol) => $"ip protocol {Number(protocol)}",
            (EtherType.Arp, _) => "arp",
            (var type, _) => string.Create(CultureInfo.InvariantCulture, $"ethertype 0x{type:x4}"),
        };

    /// <summary>Whom it is for: the port of that address in the sender's tenant, else the address.</summary>
    public static string Destination(TopologySnapshot topology, Port ingress, in FlowKey key) =>
        DestinationPort(topology, ingress, key) is { } port ? Short(ingress, port)
        : key.EthType is EtherType.Ipv4 or EtherType.Ipv6 or EtherType.Arp ? $"{key.NwDst}"
        : $"{key.EthDst}";

    /// <summary>The port behind which the destination is described; null if there is none in the sender's tenant.</summary>
    public static Port? DestinationPort(TopologySnapshot topology, Port ingress, in FlowKey key)
    {
        if (key.EthType is not (EtherType.Ipv4 or EtherType.Ipv6 or EtherType.Arp))
            return null;
        var address = key.NwDst;
        foreach (var bridge in topology.Bridges.Values)
        {
            if (bridge.Name.Tenant == ingress.Name.Tenant && Station(topology, bridge.Id, address) is { } port)
                return port;
        }
        return null;
    }

    private static Port? Station(TopologySnapshot topology, BridgeId bridge, IpAddress address)
    {
        var index = topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        return index.Addresses.TryGetValue(address, out var mac) && index.Stations.TryGetValue(mac, out var port)
            ? topology.Ports.GetValueOrDefault(port)
            : null;
    }

    /// <summary>The name as the other's tenant says it.</summary>
    private static string Short(Port from, Port port) => port.Name.Tenant == from.Name.Tenant ? port.Name.Name : $"{port.Name}";

    private static string Icmp(ushort type, ushort request, string name) =>
        type == request ? $"{name} echo request" : $"{name} type {Number(type)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
