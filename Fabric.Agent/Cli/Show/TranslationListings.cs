using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>What routers translate and balance, as listings: rules of translation, pools and balancers, as they are described.</summary>
/// <remarks>Each is named ROUTER/NAME. How members of pools are just now is told by `fabric balancers`.</remarks>
internal static class TranslationListings
{
    /// <summary>All rules of address translation, in the words of fabric.yaml.</summary>
    public static Listing Nat(TopologySnapshot topology) =>
        new(
            "nat",
            [new("name"), new("kind"), new("rule")],
            Rows(
                topology,
                router => router.Nat.Values,
                (router, rule) =>
                    [
                        $"{router.Name}/{rule.Name}",
                        rule.Kind.ToString().ToLowerInvariant(),
                        Words(NatWriter.Write(rule, new NameWriter(topology, router.Name.Tenant))),
                    ]
            )
        );

    /// <summary>All pools with their members.</summary>
    public static Listing Pools(TopologySnapshot topology) =>
        new(
            "pool",
            [
                new("name"),
                new("method"),
                new("members", Kind: ColumnKind.Texts),
                new("check"),
                new("slow_start_s", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology,
                router => router.Pools.Values,
                (router, pool) =>
                    [
                        $"{router.Name}/{pool.Name}",
                        PoolShape.Method.Form.WordOf(pool.Method),
                        DeviceListings.Array(
                            pool.Members.Values.Select(member => $"{member.Name} ({Words(BalancerWriter.Write(member))})")
                        ),
                        pool.Check is { } check ? Words(CheckWriter.Write(check)) : null,
                        (int)pool.SlowStartSeconds,
                    ]
            )
        );

    /// <summary>All balancers.</summary>
    public static Listing Balancers(TopologySnapshot topology) =>
        new(
            "balancer",
            [
                new("name"),
                new("address"),
                new("ports"),
                new("protocol"),
                new("pool"),
                new("persist_s", IsWide: true, Kind: ColumnKind.Integer),
            ],
            Rows(
                topology,
                router => router.Balancers.Values,
                (router, balancer) =>
                    [
                        $"{router.Name}/{balancer.Name}",
                        $"{balancer.Address}",
                        RuleForms.Write(balancer.Ports),
                        balancer.Protocol is { } protocol ? NumberNames.Protocol.Write(protocol) : null,
                        balancer.Pool,
                        (int)balancer.PersistSeconds,
                    ]
            )
        );

    private static ImmutableArray<ImmutableArray<JsonNode?>> Rows<T>(
        TopologySnapshot topology,
        Func<Router, IEnumerable<T>> partsOf,
        Func<Router, T, ImmutableArray<JsonNode?>> row
    ) =>
        [.. topology.Routers.Values.OrderBy(router => router.Name).SelectMany(router => partsOf(router).Select(part => row(router, part)))];

    private static string Words(IEnumerable<(string Key, string Value)> entries) =>
        string.Join(", ", entries.Select(entry => $"{entry.Key}: {entry.Value}"));
}
