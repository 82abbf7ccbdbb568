using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Flows;

namespace Fabric.Agent.Views;

/// <summary>Makes one answer of what several hosts have told, with what each of them is: one that has not answered is named, never left out.</summary>
internal static class HostsView
{
    /// <summary>Drops that are told at most.</summary>
    public const int MaxDrops = 100;

    /// <summary>The last drops of all, the newest first.</summary>
    public static JsonObject Drops(IReadOnlyList<HostReport> reports, string self) =>
        new()
        {
            ["host"] = self,
            ["hosts"] = Hosts(reports),
            ["displaced"] = Sum(reports, "displaced"),
            ["items"] = new JsonArray([.. Items(reports, "items", Aged).OrderBy(drop => Real(drop["last_s"])).Take(MaxDrops)]),
        };

    /// <summary>The flows of all, the busiest first.</summary>
    /// <param name="reports">What the hosts have told.</param>
    /// <param name="limit">How many at most; null for all.</param>
    /// <param name="isInWords">With each in words beside its notation.</param>
    public static JsonObject Flows(IReadOnlyList<HostReport> reports, int? limit, bool isInWords = false) =>
        new()
        {
            ["hosts"] = Hosts(reports),
            ["total"] = Sum(reports, "total"),
            ["matched"] = Sum(reports, "matched"),
            ["items"] = new JsonArray([
                .. Items(reports, "items", Same)
                    .OrderByDescending(flow => Number(flow["packets"]))
                    .Take(limit ?? int.MaxValue)
                    .Select(flow => isInWords ? InWords(flow) : flow),
            ]),
        };

    /// <summary>The flow with what it is for, what it does not look at, and what it does; without them if another version's text is not understood.</summary>
    private static JsonNode InWords(JsonNode flow)
    {
        if (FlowText.TryParse($"{flow["flow"]}, actions:{Actions(flow)}", out var read, out _))
        {
            (flow["reads"], flow["any"]) = FlowReading.Of(read.Key, read.Mask);
            flow["does"] = FlowReading.Does(read.Key, [.. read.Actions]);
        }
        return flow;
    }

    private static string Actions(JsonNode flow) => $"{flow["actions"]}" is { Length: > 0 } actions ? actions : "drop";

    /// <summary>What rules and devices have carried at all of them together, the busiest first, and drops by reason.</summary>
    public static JsonObject Traffic(IReadOnlyList<HostReport> reports)
    {
        var drops = reports
            .SelectMany(report => report.Answer?["drops"] as JsonObject ?? [])
            .GroupBy(drop => drop.Key, drop => Number(drop.Value))
            .Select(drop => KeyValuePair.Create(drop.Key, (JsonNode?)drop.Sum()));
        return new JsonObject
        {
            ["hosts"] = Hosts(reports),
            ["rules"] = Together(reports, "rules", "chain", "rule"),
            ["devices"] = Together(reports, "devices", "kind", "name"),
            ["drops"] = new JsonObject([.. drops]),
        };
    }

    /// <summary>The ports of all.</summary>
    public static JsonObject Ports(IReadOnlyList<HostReport> reports) =>
        new() { ["hosts"] = Hosts(reports), ["items"] = new JsonArray([.. Items(reports, "items", Same)]) };

    /// <summary>The packets that one host has captured: the number of the first, how many are missing, and why there are none.</summary>
    public static JsonObject Capture(IReadOnlyList<HostReport> reports)
    {
        var told = reports is [{ Answer: { } answer }] ? answer : [];
        return new JsonObject
        {
            ["hosts"] = Hosts(reports),
            ["error"] = reports.Count == 1 ? told["error"]?.DeepClone() : "one host is asked at a time",
            ["first"] = Number(told["first"]),
            ["lost"] = Number(told["lost"]),
            ["until"] = Number(told["until"]),
            ["items"] = told["items"]?.DeepClone() ?? new JsonArray(),
        };
    }

    /// <summary>The hosts that were meant, and how old is what is shown of each.</summary>
    public static JsonArray Hosts(IReadOnlyList<HostReport> reports) =>
        new([
            .. reports.Select(report =>
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = report.Host,
                        ["state"] = report.State.ToString().ToLowerInvariant(),
                        ["age_s"] = report.Age is { } age ? Math.Round(age.TotalSeconds, 1) : null,
                    }
            ),
        ]);

    private static long Sum(IReadOnlyList<HostReport> reports, string key) => reports.Sum(report => Number(report.Answer?[key]));

    private static IEnumerable<JsonNode> Items(IReadOnlyList<HostReport> reports, string key, Action<JsonObject, HostReport> mend)
    {
        foreach (var report in reports)
        {
            if (report.Answer?[key] is not JsonArray told)
                continue;
            var items = told.OfType<JsonObject>().ToArray();
            // A node has one parent: what was in one array may then be in another.
            told.Clear();
            foreach (var item in items)
            {
                item["host"] = report.Host;
                mend(item, report);
                yield return item;
            }
        }
    }

    /// <summary>A number that another host has told; what is none counts as 0.</summary>
    private static long Number(JsonNode? told) =>
        told is JsonValue value && (value.TryGetValue(out long number) || long.TryParse(TextOf(value), out number)) ? number : 0;

    private static double Real(JsonNode? told) =>
        told is JsonValue value && double.TryParse(TextOf(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    // What another host has told is read from text, and gives any type; what this host tells has the one that it was made with, and gives no other.
    private static string TextOf(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : "";

    private static void Same(JsonObject item, HostReport report) { }

    /// <summary>Times that were told some time ago are so much longer ago.</summary>
    private static void Aged(JsonObject drop, HostReport report)
    {
        foreach (var key in (string[])["first_s", "last_s"])
            drop[key] = Math.Round(Real(drop[key]) + (report.Age?.TotalSeconds ?? 0), 1);
    }

    private static JsonArray Together(IReadOnlyList<HostReport> reports, string key, string first, string second)
    {
        var sums = reports
            .SelectMany(report => (report.Answer?[key] as JsonArray ?? []).OfType<JsonObject>())
            .GroupBy(item => ($"{item[first]}", $"{item[second]}"))
            .Select(group =>
                (Name: group.Key, Packets: group.Sum(item => Number(item["packets"])), Bytes: group.Sum(item => Number(item["bytes"])))
            )
            .OrderByDescending(sum => sum.Packets);
        return new JsonArray([
            .. sums.Select(sum =>
                (JsonNode)
                    new JsonObject
                    {
                        [first] = sum.Name.Item1,
                        [second] = sum.Name.Item2,
                        ["packets"] = sum.Packets,
                        ["bytes"] = sum.Bytes,
                    }
            ),
        ]);
    }
}
