using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>Ports as a listing.</summary>
internal static class PortListing
{
    /// <summary>All ports.</summary>
    public static Listing Of(TopologySnapshot topology) => Of(topology, topology.Ports.Values);

    /// <summary>Some ports.</summary>
    public static Listing Of(TopologySnapshot topology, IEnumerable<Port> ports) =>
        new(
            "port",
            [
                new("name"),
                new("admin"),
                new("device"),
                new("peer"),
                new("host"),
                new("interface"),
                new("mac"),
                new("addresses", Kind: ColumnKind.Texts),
                new("inbound"),
                new("outbound"),
                new("groups", IsWide: true, Kind: ColumnKind.Texts),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            DeviceListings.Rows(
                ports,
                port =>
                    [
                        $"{port.Name}",
                        DeviceListings.UpOrDown(port.IsAdminUp),
                        $"{Nouns.One(port.Owner.Kind)} {topology.Find(port.Owner)?.Name.Name}",
                        port.Peer is { } peer ? topology.Find(peer)?.Name.Name : null,
                        port.Binding is { } binding ? topology.Find(binding.Host)?.Name.Name : null,
                        port.Binding?.Interface,
                        port.Mac is { } mac ? $"{mac}" : null,
                        DeviceListings.Array(port.Addresses.Select(address => $"{address}")),
                        DeviceListings.NameOf(topology, port.InboundChain),
                        DeviceListings.NameOf(topology, port.OutboundChain),
                        DeviceListings.Array(port.Groups.Select(group => topology.Find(group)?.Name.Name ?? "")),
                        $"{port.Id}",
                        port.Version,
                    ]
            )
        );
}
