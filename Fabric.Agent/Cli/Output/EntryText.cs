using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Output;

/// <summary>An entry of the journal with what it did to each device, line by line.</summary>
internal static class EntryText
{
    /// <summary>The lines below the entry's own: each device, and what the description said of it before (-) and says since (+).</summary>
    public static IEnumerable<string> Lines(JsonObject entry)
    {
        var changes = (entry["changes"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        foreach (var change in changes)
        {
            var fields = string.Join(", ", (change["fields"] as JsonArray ?? []).Select(field => (string?)field));
            yield return $"  {change["kind"]} {change["name"]} {Deed((string?)change["action"])}{(fields.Length > 0 ? $": {fields}" : "")}";
            foreach (var line in change["lines"] as JsonArray ?? [])
                yield return $"    {line}";
            if ((long?)change["more_lines"] is > 0 and var more)
                yield return $"    and {more} more lines";
        }
        if ((long?)entry["devices"] - changes.Length is > 0 and var others)
            yield return $"  and {others} more devices";
    }

    private static string Deed(string? action) =>
        action switch
        {
            "create" => "created",
            "delete" => "deleted",
            _ => "changed",
        };
}
