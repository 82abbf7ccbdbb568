using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Show;

/// <summary>The difference of two networks by devices.</summary>
internal static class ChangeListing
{
    /// <summary>The devices that are created, updated or deleted, and which of their fields.</summary>
    public static Listing Of(TopologySnapshot before, TopologySnapshot after) =>
        new(
            "change",
            [new("name"), new("kind"), new("action"), new("fields", Kind: ColumnKind.Texts)],
            [.. TopologyDiff.Changes(before, after).Select(Row)]
        );

    /// <summary>How many of each, in words; "no change" for none.</summary>
    public static string Words(Listing changes)
    {
        if (changes.Rows.IsEmpty)
            return "no change";
        var counts = changes.Rows.GroupBy(row => Listing.Text(row[2])).Select(group => $"{group.Count()} to {group.Key}");
        return string.Join(", ", counts);
    }

    private static ImmutableArray<JsonNode?> Row(DeviceChange change) =>
        [
            $"{change.Name}",
            Nouns.One(change.Device),
            change.Kind.ToString().ToLowerInvariant(),
            DeviceListings.Array(change.Fields.Select(field => $"{field}")),
        ];
}
