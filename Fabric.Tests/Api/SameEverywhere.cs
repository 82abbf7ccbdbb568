using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Show;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Api;

/// <summary>Compares what the pages are made of, what the API lists and what the command line prints of one network.</summary>
/// <param name="agent">Whom the command line asks.</param>
/// <param name="client">The same agent, asked as pages ask.</param>
internal sealed class SameEverywhere(AgentRun agent, SocketClient client)
{
    /// <summary>Tables of pages whose rows are those of a listing, and how they tell which of its rows they have.</summary>
    private static readonly (string Kind, string Title, string List, Func<JsonNode, string, bool> IsOwn)[] s_tables =
    [
        ("bridge", "Ports", "ports", (row, name) => IsOf(row, "bridge", name)),
        ("router", "Ports", "ports", (row, name) => IsOf(row, "router", name)),
        ("host", "Ports", "ports", (row, name) => (string?)row["host"] == name),
        (
            "group",
            "Ports",
            "ports",
            (row, name) =>
                row["groups"]!.AsArray().Any(group => (string)group! == name.Split('/')[1]) && TenantOf(row) == name.Split('/')[0]
        ),
        ("router", "Routes", "routes", (row, name) => IsUnder(row, name)),
        ("router", "Address translation", "nat", (row, name) => IsUnder(row, name)),
        ("router", "Pools", "pools", (row, name) => IsUnder(row, name)),
        ("router", "Balancers", "balancers", (row, name) => IsUnder(row, name)),
        ("chain", "Rules", "rules", (row, name) => IsUnder(row, name)),
    ];

    private readonly HashSet<string> _seen = [];

    private readonly HashSet<string> _compared = [];

    /// <summary>The tables of pages that had rows, and those of all.</summary>
    public (IReadOnlyCollection<string> Compared, IReadOnlyCollection<string> All) Tables =>
        (_compared, [.. s_tables.Select(table => $"{table.Title} of a {table.Kind}")]);

    /// <summary>The lists that were not empty.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>Holds of the network as it is now.</summary>
    /// <param name="seed">What it is called when it does not.</param>
    public async Task ShouldHoldAsync(int seed)
    {
        var lists = new Dictionary<string, JsonArray>();
        foreach (var kind in DeviceListings.Words)
        {
            var told = await client.GetAsync($"/v1/list?kind={kind}");
            JsonNode.DeepEquals(await ReadAsync($"show {kind}"), told).ShouldBeTrue($"seed {seed}, {kind}");
            lists[kind] = told["items"]!.AsArray();
            if (lists[kind].Count > 0)
                _seen.Add(kind);
        }
        await PagesShouldHoldAsync(seed, lists);
        JsonNode
            .DeepEquals(await ReadAsync("export --as json", ""), await client.GetAsync("/v1/map"))
            .ShouldBeTrue($"seed {seed}, the map");
        (string Line, string Path)[] calls =
        [
            ("events", "/v1/events?limit=20"),
            ("alarms", "/v1/alarms"),
            ("nodes", "/v1/nodes?host=all"),
            ("drops", "/v1/drops?host=all"),
            ("flows --host all", "/v1/flows?host=all"),
            ("balancers", "/v1/balancers"),
        ];
        // What rests on the network as a whole less than on what has happened need not be asked of each.
        foreach (var (line, path) in seed % 5 == 0 ? calls : [])
            ShouldBeRowsOf(
                (await ReadAsync(line))["items"]!.AsArray(),
                (await client.GetAsync(path))["items"]!.AsArray(),
                $"seed {seed}, {line}"
            );
    }

    /// <summary>The page of one device of each kind, another for each seed: as the command that it names shows it, with its own rows of each list.</summary>
    private async Task PagesShouldHoldAsync(int seed, Dictionary<string, JsonArray> lists)
    {
        foreach (
            var (kind, many) in ((string, string)[])
                [
                    ("port", "ports"),
                    ("bridge", "bridges"),
                    ("router", "routers"),
                    ("chain", "chains"),
                    ("set", "sets"),
                    ("group", "groups"),
                    ("host", "hosts"),
                ]
        )
        {
            if (lists[many].Count == 0)
                continue;
            var row = lists[many][seed % lists[many].Count]!;
            var name = (string)row["name"]!;
            var page = await client.GetAsync($"/v1/device?kind={kind}&name={Uri.EscapeDataString(name)}");
            var command = (string)page["command"]!;
            JsonNode
                .DeepEquals((await ReadAsync(command["fabric ".Length..]))["items"], new JsonArray(row.DeepClone()))
                .ShouldBeTrue($"seed {seed}, {command}");
            page["facts"]!
                .AsArray()
                .Where(fact => (string)fact!["label"]! == "version")
                .Select(fact => (string)fact!["value"]!)
                .ShouldBe([$"{row["version"]}"]);
            foreach (var (_, title, list, isOwn) in s_tables.Where(table => table.Kind == kind))
            {
                var table = page["tables"]!.AsArray().SingleOrDefault(table => (string)table!["title"]! == title);
                if (table?["listing"]!["items"]!.AsArray().Count > 0)
                    _compared.Add($"{title} of a {kind}");
                ShouldBeRowsOf(
                    table?["listing"]!["items"]!.AsArray() ?? [],
                    new JsonArray([.. lists[list].Where(one => isOwn(one!, name)).Select(one => one!.DeepClone())]),
                    $"seed {seed}, {title} of {kind} {name}"
                );
            }
        }
    }

    private async Task<JsonNode> ReadAsync(string line, string form = "-o json")
    {
        var told = await agent.AskAsync($"{line} {form}");
        told.Exit.ShouldBe(0, told.Error);
        return JsonNode.Parse(told.Out)!;
    }

    private static bool IsUnder(JsonNode row, string name) => ((string)row["name"]!).StartsWith($"{name}/", StringComparison.Ordinal);

    private static bool IsOf(JsonNode row, string kind, string name) =>
        (string?)row["device"] == $"{kind} {name.Split('/')[1]}" && TenantOf(row) == name.Split('/')[0];

    private static string TenantOf(JsonNode row) => ((string)row["name"]!).Split('/')[0];

    /// <summary>Rows have columns of what the API tells; times go on between two questions.</summary>
    private static void ShouldBeRowsOf(JsonArray rows, JsonArray items, string what)
    {
        rows.Count.ShouldBe(items.Count, what);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (column, value) in rows[i]!.AsObject())
            {
                if (items[i]!.AsObject().TryGetPropertyValue(column, out var told) && !column.EndsWith("_s", StringComparison.Ordinal))
                    JsonNode.DeepEquals(value, told).ShouldBeTrue($"{what}: {column} is {value} and {told}");
            }
        }
    }
}
