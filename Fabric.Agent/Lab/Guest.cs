using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>A namespace that is to be a station of the network, as its port describes it.</summary>
public sealed record Guest
{
    /// <summary>The interface's name when none is wanted.</summary>
    public const string DefaultInterface = "eth0";

    /// <summary>Longest name of an interface, in bytes.</summary>
    public const int MaxInterfaceNameBytes = 15;

    /// <summary>The port.</summary>
    public required DeviceName Port { get; init; }

    /// <summary>The end of the cable on the host, which the port is bound to.</summary>
    public required string HostInterface { get; init; }

    /// <summary>The namespace of the host that the port is bound to; null for this one.</summary>
    public string? HostNamespace { get; init; }

    /// <summary>The end in the namespace.</summary>
    public string Interface { get; init; } = DefaultInterface;

    /// <summary>The station's Ethernet address; null where the port describes none: any will do.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Its addresses, with the subnets that it reaches directly.</summary>
    public ImmutableArray<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>The routers for the rest, at most one of each version.</summary>
    public ImmutableArray<IpAddress> Gateways { get; init; } = [];

    /// <summary>Reads what a port says of its station.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="port">A port of a bridge; whoever is behind a router's port is not described, and gets a cable only.</param>
    /// <param name="hostInterface">What the end on the host is to be called.</param>
    public static Guest Of(TopologySnapshot topology, Port port, string hostInterface)
    {
        var guest = new Guest { Port = port.Name, HostInterface = hostInterface };
        if (!port.IsBridgePort)
            return guest;
        var routers = RouterAddresses(topology, port.Owner.AsBridge);
        return guest with
        {
            Mac = port.Mac,
            Addresses = [.. port.Addresses.Select(address => WithSubnet(address, routers))],
            Gateways =
            [
                .. port
                    .Addresses.Select(address => routers.Where(router => router.Subnet.Contains(address.Address)))
                    .SelectMany(candidates => candidates.Take(1))
                    .DistinctBy(router => router.Address.Family)
                    .Select(router => router.Address),
            ],
        };
    }

    /// <summary>The station's address of a version, or null.</summary>
    public IpAddress? AddressOf(IpFamily family)
    {
        foreach (var address in Addresses)
        {
            if (address.Address.Family == family)
                return address.Address;
        }
        return null;
    }

    /// <summary>A port may give an address without its subnet; the router on the bridge knows it.</summary>
    private static InterfaceAddress WithSubnet(InterfaceAddress address, ImmutableArray<InterfaceAddress> routers)
    {
        if (address.PrefixLength < address.Address.Width)
            return address;
        var router = routers.FirstOrDefault(router => router.Subnet.Contains(address.Address), address);
        return address with { PrefixLength = router.PrefixLength };
    }

    private static ImmutableArray<InterfaceAddress> RouterAddresses(TopologySnapshot topology, BridgeId bridge) =>
        [
            .. topology
                .BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty)
                .Ports.Select(id => topology.Ports[id].Peer is { } peer ? topology.Ports.GetValueOrDefault(peer) : null)
                .OfType<Port>()
                .Where(port => port.IsRouterPort)
                .OrderBy(port => port.Name)
                .SelectMany(port => port.Addresses),
        ];
}
