using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;

namespace Fabric.Agent.Cli.Watching;

/// <summary>One sort of counters that `fabric top` shows as rates.</summary>
/// <param name="Name">What is counted, plural: ports.</param>
/// <param name="Kind">The same, singular.</param>
/// <param name="Target">The call that tells the counters.</param>
/// <param name="Counters">The names of the counters, without `_s`.</param>
/// <param name="Read">Takes the counters from the answer, in the order of their names.</param>
internal sealed record TopView(
    string Name,
    string Kind,
    string Target,
    ImmutableArray<string> Counters,
    Func<JsonObject, IEnumerable<(string Name, ImmutableArray<long> Values)>> Read
)
{
    /// <summary>All of them; the first is the default.</summary>
    public static ImmutableArray<TopView> All { get; } =
    [
        new(
            "ports",
            "port",
            "/v1/ports",
            ["rx_bytes", "rx_packets", "tx_bytes", "tx_packets", "dropped"],
            answer =>
                Items(answer, "items")
                    .Where(port => port["port"] is not null)
                    .Select(port =>
                        (
                            $"{port["port"]}",
                            Values(port, "rx_bytes", "rx_packets", "tx_bytes", "tx_packets")
                                .Add(Count(port, "tx_dropped") + Count(port, "rx_missed"))
                        )
                    )
        ),
        new(
            "drops",
            "reason",
            "/v1/traffic",
            ["packets"],
            answer => (answer["drops"] as JsonObject ?? []).Select(drop => (drop.Key, ImmutableArray.Create(Count(drop.Value))))
        ),
        new(
            "rules",
            "rule",
            "/v1/traffic",
            ["packets", "bytes"],
            answer => Items(answer, "rules").Select(rule => ($"{rule["chain"]}/{rule["rule"]}", Values(rule, "packets", "bytes")))
        ),
        new(
            "devices",
            "device",
            "/v1/traffic",
            ["packets", "bytes"],
            answer => Items(answer, "devices").Select(device => ($"{device["kind"]} {device["name"]}", Values(device, "packets", "bytes")))
        ),
        new(
            "links",
            "link",
            "/v1/carried?kind=link",
            ["packets", "bytes"],
            answer => Items(answer, "items").Select(link => ($"{link["name"]}", Values(link, "packets", "bytes")))
        ),
    ];

    /// <summary>What was counted between two moments, a second; the busiest first, and what was idle last by name.</summary>
    /// <param name="before">The earlier moment; what was not there then began at 0.</param>
    /// <param name="after">The later one.</param>
    /// <param name="seconds">The time between.</param>
    /// <param name="limit">Rows at most.</param>
    public Listing Rates(TopSample before, TopSample after, double seconds, int limit)
    {
        var rows = after
            .Rows.Select(row => (Name: row.Key, Rates: Rates(before.Rows.GetValueOrDefault(row.Key), row.Value, seconds), Total: row.Value))
            .OrderByDescending(row => row.Rates.Sum())
            .ThenBy(row => row.Name, StringComparer.Ordinal)
            .Take(limit)
            .Select(row =>
                (ImmutableArray<JsonNode?>)
                    [row.Name, .. row.Rates.Select(rate => (JsonNode?)Math.Round(rate, 1)), .. row.Total.Select(total => (JsonNode?)total)]
            );
        var columns = Counters
            .Select(counter => new Column($"{counter}_s", Kind: ColumnKind.Number))
            .Concat(Counters.Select(counter => new Column(counter, IsWide: true, ColumnKind.Integer)));
        return new Listing(Kind, [new(Kind), .. columns], [.. rows]);
    }

    /// <summary>Counters of an agent that was started anew begin at 0 again.</summary>
    private static ImmutableArray<double> Rates(ImmutableArray<long> before, ImmutableArray<long> after, double seconds) =>
        [
            .. after.Select(
                (value, i) =>
                {
                    var was = before.IsDefault || before[i] > value ? 0 : before[i];
                    return (value - was) / seconds;
                }
            ),
        ];

    private static ImmutableArray<long> Values(JsonObject item, params string[] keys) => [.. keys.Select(key => Count(item, key))];

    private static long Count(JsonObject item, string key) => Count(item[key]);

    private static long Count(JsonNode? value) => value is null ? 0 : (long)value;

    private static IEnumerable<JsonObject> Items(JsonObject answer, string key) => (answer[key] as JsonArray ?? []).OfType<JsonObject>();
}
