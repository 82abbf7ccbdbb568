using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Views;

/// <summary>The map as a flow chart in Mermaid's notation, for texts: devices by tenant, their ports, links, and which host a port is at.</summary>
internal static class MapMermaid
{
    /// <summary>The media type.</summary>
    public const string Type = "text/vnd.mermaid";

    /// <summary>The chart.</summary>
    /// <param name="map">What <see cref="MapView"/> tells.</param>
    public static string Of(JsonObject map)
    {
        var chart = new StringBuilder("flowchart TB\n");
        var nodes = Items(map["nodes"]).ToArray();
        var names = nodes
            .Select((node, place) => ((string)node["id"]!, Name: string.Create(CultureInfo.InvariantCulture, $"n{place}")))
            .ToDictionary();
        var groups = nodes.GroupBy(node => (string)node["tenant"]!, StringComparer.Ordinal);
        var number = 0;
        foreach (var group in groups.OrderBy(group => group.Key.Length == 0).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            chart.Append(
                CultureInfo.InvariantCulture,
                $"  subgraph t{number++}[\"{Escape(group.Key.Length == 0 ? "hosts" : group.Key)}\"]\n"
            );
            foreach (var node in group)
                chart.Append(CultureInfo.InvariantCulture, $"    {names[(string)node["id"]!]}{Shape(node)}\n");
            chart.Append("  end\n");
        }
        foreach (var link in Items(map["links"]))
            Join((string?)link["from"], "---", (string?)link["to"]);
        foreach (var node in nodes)
            Join((string?)node["owner"], "---", (string?)node["id"]);
        foreach (var node in nodes)
            Join((string?)node["id"], "-.-", (string?)node["host"]);
        return chart.ToString();

        void Join(string? from, string line, string? to)
        {
            if (from is not null && to is not null && names.TryGetValue(from, out var first) && names.TryGetValue(to, out var second))
                chart.Append(CultureInfo.InvariantCulture, $"  {first} {line} {second}\n");
        }
    }

    private static string Shape(JsonObject node)
    {
        var text = Escape((string?)node["state"] is { } state ? $"{node["name"]}, {state}" : $"{node["name"]}");
        return (string)node["kind"]! switch
        {
            "router" => $"([\"{text}\"])",
            "host" => $"[[\"{text}\"]]",
            "port" => $"(\"{text}\")",
            _ => $"[\"{text}\"]",
        };
    }

    private static IEnumerable<JsonObject> Items(JsonNode? items) => (items as JsonArray ?? []).OfType<JsonObject>();

    private static string Escape(string text) =>
        text.Replace("#", "#35;", StringComparison.Ordinal).Replace("\"", "#quot;", StringComparison.Ordinal);
}
