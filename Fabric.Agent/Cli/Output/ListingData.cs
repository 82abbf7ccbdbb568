using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Output;

/// <summary>Listings as data for programs.</summary>
internal static class ListingData
{
    /// <summary>{"version": 1, "kind": ..., "items": [{...}]}; every item has every key.</summary>
    public static JsonObject Of(Listing listing)
    {
        var items = new JsonArray();
        foreach (var row in listing.Rows)
        {
            var item = new JsonObject();
            for (var i = 0; i < listing.Columns.Length; i++)
                item[listing.Columns[i].Name] = row[i]?.DeepClone();
            items.Add((JsonNode)item);
        }
        return new JsonObject
        {
            ["version"] = 1,
            ["kind"] = listing.Kind,
            ["items"] = items,
        };
    }
}
