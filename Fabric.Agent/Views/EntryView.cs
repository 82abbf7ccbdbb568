using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>An entry of the journal for people: who, when, why, and what it did to which device.</summary>
internal static class EntryView
{
    /// <summary>Devices that are listed one by one at most; of a larger change the rest is counted.</summary>
    public const int MaxDevices = 50;

    /// <summary>The entry as data.</summary>
    /// <param name="before">The network that it found.</param>
    /// <param name="after">The network that it left.</param>
    /// <param name="entry">The entry.</param>
    public static JsonObject Of(TopologySnapshot before, TopologySnapshot after, JournalEntry entry)
    {
        var changes = TopologyDiff.Between(before, after, entry.Events.Select(happened => happened.Subject));
        return new JsonObject
        {
            ["position"] = entry.Position,
            ["time"] = entry.Time.ToString("O", CultureInfo.InvariantCulture),
            ["author"] = entry.Author,
            ["reason"] = entry.Reason,
            ["summary"] = Summary(changes, entry.Events),
            ["devices"] = changes.Length,
            ["changes"] = new JsonArray([.. changes.Take(MaxDevices).Select(change => (JsonNode)Change(change))]),
        };
    }

    /// <summary>It has to do with a text: who, why, or a device's name.</summary>
    public static bool Holds(JsonObject entry, string text) =>
        Contains(entry["author"], text)
        || Contains(entry["reason"], text)
        || Contains(entry["summary"], text)
        || entry["changes"]!
            .AsArray()
            .Any(change => Contains(change!["name"], text) || change["fields"]!.AsArray().Any(field => Contains(field, text)));

    private static bool Contains(JsonNode? node, string text) =>
        ((string?)node)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    private static JsonObject Change(DeviceChange change) =>
        new()
        {
            ["action"] = change.Kind.ToString().ToLowerInvariant(),
            ["kind"] = Nouns.One(change.Device),
            ["name"] = $"{change.Name}",
            ["fields"] = new JsonArray([.. change.Fields.Select(field => (JsonNode)$"{field}")]),
        };

    private static string Summary(IReadOnlyList<DeviceChange> changes, IReadOnlyCollection<TopologyEvent> events)
    {
        if (changes is [var only])
        {
            var fields = only.Fields.IsEmpty ? "" : $": {string.Join(", ", only.Fields.Take(3))}{(only.Fields.Length > 3 ? ", ..." : "")}";
            return $"{Nouns.One(only.Device)} {only.Name} {Deed(only.Kind)}{fields}";
        }
        if (changes.Count == 0)
            return events.OfType<TopologyEvent.HostKeyed>().Any() ? "a host's agent has a new key" : "nothing that is seen from outside";
        return string.Join(
            ", ",
            changes
                .GroupBy(change => (change.Kind, change.Device))
                .Select(group => $"{Count(group.Count(), group.Key.Device)} {Deed(group.Key.Kind)}")
        );
    }

    private static string Count(int number, DeviceKind kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? Nouns.One(kind) : Nouns.Many(kind))}");

    private static string Deed(ChangeKind kind) =>
        kind switch
        {
            ChangeKind.Create => "created",
            ChangeKind.Update => "changed",
            ChangeKind.Delete => "deleted",
        };
}
