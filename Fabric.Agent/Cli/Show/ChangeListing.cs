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
    /// <summary>The devices that are created, changed or deleted.</summary>
    public static Listing Of(TopologySnapshot before, TopologySnapshot after)
    {
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<JsonNode?>>();
        foreach (var device in TopologyAssembly.DevicesOf(after).OrderBy(device => device.Ref.Kind).ThenBy(device => device.Name))
        {
            var old = before.Find(device.Ref);
            if (old is null || old != device with { Version = old.Version })
                rows.Add([$"{device.Name}", Nouns.One(device.Ref.Kind), old is null ? "create" : "change"]);
        }
        foreach (var device in TopologyAssembly.DevicesOf(before).OrderBy(device => device.Ref.Kind).ThenBy(device => device.Name))
        {
            if (after.Find(device.Ref) is null)
                rows.Add([$"{device.Name}", Nouns.One(device.Ref.Kind), "delete"]);
        }
        return new Listing("change", [new("name"), new("kind"), new("action")], rows.DrainToImmutable());
    }

    /// <summary>How many of each, in words; "no change" for none.</summary>
    public static string Words(Listing changes)
    {
        if (changes.Rows.IsEmpty)
            return "no change";
        var counts = changes.Rows.GroupBy(row => Listing.Text(row[2])).Select(group => $"{group.Count()} to {group.Key}");
        return string.Join(", ", counts);
    }
}
