using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>The routes of all routers as a listing.</summary>
internal static class RouteListing
{
    /// <summary>All configured routes; each is named ROUTER/ROUTE.</summary>
    public static Listing Of(TopologySnapshot topology) =>
        new(
            "route",
            [
                new("name"),
                new("to"),
                new("from", IsWide: true),
                new("kind"),
                new("via"),
                new("port"),
                new("metric", Kind: ColumnKind.Integer),
                new("weight", Kind: ColumnKind.Integer),
            ],
            [
                .. topology
                    .Routers.Values.OrderBy(router => router.Name)
                    .SelectMany(router => router.Routes.Values.Select(route => Row(topology, router, route))),
            ]
        );

    private static ImmutableArray<JsonNode?> Row(TopologySnapshot topology, Router router, Route route) =>
        [
            $"{router.Name}/{route.Name}",
            $"{route.Destination}",
            $"{route.Source}",
            route.Kind.ToString().ToLowerInvariant(),
            route.Gateway is { } gateway ? $"{gateway}" : null,
            route.Port is { } port ? topology.Find(port)?.Name.Name : null,
            route.Metric,
            route.Weight,
        ];
}
