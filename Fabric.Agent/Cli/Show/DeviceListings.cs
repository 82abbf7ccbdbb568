using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>The devices of a network as listings, by the words that ask for them.</summary>
internal static class DeviceListings
{
    private static readonly (string One, string Many, Func<TopologySnapshot, Listing> List)[] All =
    [
        ("bridge", "bridges", Bridges),
        ("router", "routers", Routers),
        ("port", "ports", PortListing.Of),
        ("chain", "chains", Chains),
        ("rule", "rules", RuleListing.Of),
        ("route", "routes", RouteListing.Of),
        ("nat", "nat", TranslationListings.Nat),
        ("pool", "pools", TranslationListings.Pools),
        ("balancer", "balancers", TranslationListings.Balancers),
        ("set", "sets", Sets),
        ("group", "groups", Groups),
        ("host", "hosts", Hosts),
    ];

    /// <summary>The words, plural.</summary>
    public static IEnumerable<string> Words => All.Select(entry => entry.Many);

    /// <summary>The listing that a word, singular or plural, asks for.</summary>
    public static Func<TopologySnapshot, Listing>? Find(string word) =>
        All.FirstOrDefault(entry => entry.One == word || entry.Many == word).List;

    /// <summary>How many there are of each.</summary>
    public static Listing Summary(TopologySnapshot topology) =>
        new(
            "kind",
            [new("kind"), new("count", Kind: ColumnKind.Integer)],
            [.. All.Select(entry => (ImmutableArray<JsonNode?>)[entry.Many, entry.List(topology).Rows.Length])]
        );

    private static Listing Bridges(TopologySnapshot topology) =>
        new(
            "bridge",
            [
                new("name"),
                new("admin"),
                new("ports", Kind: ColumnKind.Integer),
                new("inbound"),
                new("outbound"),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.Bridges.Values,
                bridge =>
                    [
                        $"{bridge.Name}",
                        UpOrDown(bridge.IsAdminUp),
                        topology.BridgeIndexes.GetValueOrDefault(bridge.Id, BridgeIndex.Empty).Ports.Count,
                        NameOf(topology, bridge.InboundChain),
                        NameOf(topology, bridge.OutboundChain),
                        $"{bridge.Id}",
                        bridge.Version,
                    ]
            )
        );

    private static Listing Routers(TopologySnapshot topology) =>
        new(
            "router",
            [
                new("name"),
                new("admin"),
                new("ports", Kind: ColumnKind.Integer),
                new("routes", Kind: ColumnKind.Integer),
                new("inbound"),
                new("outbound"),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.Routers.Values,
                router =>
                    [
                        $"{router.Name}",
                        UpOrDown(router.IsAdminUp),
                        topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Ports.Count,
                        router.Routes.Count,
                        NameOf(topology, router.InboundChain),
                        NameOf(topology, router.OutboundChain),
                        $"{router.Id}",
                        router.Version,
                    ]
            )
        );

    private static Listing Chains(TopologySnapshot topology) =>
        new(
            "chain",
            [
                new("name"),
                new("rules", Kind: ColumnKind.Integer),
                new("used_by", Kind: ColumnKind.Texts),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.Chains.Values,
                chain => [$"{chain.Name}", chain.Rules.Length, Array(Referrers(topology, chain)), $"{chain.Id}", chain.Version]
            )
        );

    private static Listing Sets(TopologySnapshot topology) =>
        new(
            "set",
            [
                new("name"),
                new("members", Kind: ColumnKind.Texts),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.AddressSets.Values,
                set => [$"{set.Name}", Array(set.Members.Select(member => $"{member}")), $"{set.Id}", set.Version]
            )
        );

    private static Listing Groups(TopologySnapshot topology) =>
        new(
            "group",
            [
                new("name"),
                new("stateful", Kind: ColumnKind.Truth),
                new("ports", Kind: ColumnKind.Texts),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.PortGroups.Values,
                group =>
                    [
                        $"{group.Name}",
                        group.IsStateful,
                        Array(
                            topology
                                .Ports.Values.Where(port => port.Groups.Contains(group.Id))
                                .Select(port => $"{port.Name}")
                                .Order(StringComparer.Ordinal)
                        ),
                        $"{group.Id}",
                        group.Version,
                    ]
            )
        );

    private static Listing Hosts(TopologySnapshot topology) =>
        new(
            "host",
            [
                new("name"),
                new("underlay", Kind: ColumnKind.Texts),
                new("ports", Kind: ColumnKind.Integer),
                new("id", IsWide: true),
                new("version", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology.Hosts.Values,
                host =>
                    [
                        $"{host.Name}",
                        Array(host.Underlay.Select(address => $"{address}")),
                        topology.Ports.Values.Count(port => port.Binding?.Host == host.Id),
                        $"{host.Id}",
                        host.Version,
                    ]
            )
        );

    /// <summary>A row for each device, in the order of names.</summary>
    public static ImmutableArray<ImmutableArray<JsonNode?>> Rows<T>(IEnumerable<T> devices, Func<T, ImmutableArray<JsonNode?>> row)
        where T : Device => [.. devices.OrderBy(device => device.Name).Select(row)];

    /// <summary>up or down.</summary>
    public static string UpOrDown(bool isUp) => isUp ? "up" : "down";

    /// <summary>The name of a chain, if there is one.</summary>
    public static string? NameOf(TopologySnapshot topology, ChainId? chain) => chain is { } id ? topology.Find(id)?.Name.Name : null;

    /// <summary>A list of texts.</summary>
    public static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static IEnumerable<string> Referrers(TopologySnapshot topology, Device device) =>
        topology
            .ReferrersOf(device.Ref)
            .Select(topology.Find)
            .OfType<Device>()
            .Select(referrer => $"{Nouns.One(referrer.Ref.Kind)} {referrer.Name.Name}")
            .Order(StringComparer.Ordinal);
}
