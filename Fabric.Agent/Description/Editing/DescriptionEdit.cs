using System.Text.Json.Nodes;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Description.Editing;

/// <summary>Changes one named thing in a description.</summary>
internal static class DescriptionEdit
{
    /// <summary>The key that stands for all that an address set holds, which has no keys of its own.</summary>
    public const string Members = "members";

    /// <summary>Adds it.</summary>
    /// <param name="root">The description; changed.</param>
    /// <param name="place">Where.</param>
    /// <param name="values">Its keys.</param>
    /// <param name="before">The rule that it stands before; null for behind all.</param>
    /// <exception cref="FabricException">It is there already, or what it is a part of is not.</exception>
    public static void Add(JsonObject root, DescriptionPlace place, IReadOnlyDictionary<string, JsonNode?> values, string? before)
    {
        var holder = place.HolderIn(root, isMade: true) ?? throw Missing(place, "what it is a part of is not there");
        if (Find(holder, place) is not null)
            throw new FabricException([
                new Problem(RefusalErrors.NameTaken, $"{place.Kind} '{place.Name}' is there already")
                {
                    Remedy = $"`fabric set {place.Kind} {place.Name} KEY=VALUE` changes it",
                },
            ]);
        if (holder is JsonArray list)
            list.Insert(
                before is null ? list.Count : IndexOf(list, before, place),
                Merge(new JsonObject { ["name"] = place.OwnName }, values)
            );
        else
            holder.AsObject()[place.OwnName] = ValueOf(place, null, values);
    }

    /// <summary>Changes keys of it; those that are not named stay.</summary>
    /// <exception cref="FabricException">It is not there.</exception>
    public static void Set(JsonObject root, DescriptionPlace place, IReadOnlyDictionary<string, JsonNode?> values)
    {
        var holder = place.HolderIn(root, isMade: false);
        if (holder is null || Find(holder, place) is not { } index)
            throw Missing(place, holder: holder);
        if (holder is JsonArray list)
            Merge(list[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)]!.AsObject(), values);
        else
            holder.AsObject()[index] = ValueOf(place, holder.AsObject()[index], values);
    }

    /// <summary>Deletes it.</summary>
    /// <exception cref="FabricException">It is not there.</exception>
    public static void Delete(JsonObject root, DescriptionPlace place)
    {
        var holder = place.HolderIn(root, isMade: false);
        if (holder is null || Find(holder, place) is not { } index)
            throw Missing(place, holder: holder);
        if (holder is JsonArray list)
            list.RemoveAt(int.Parse(index, System.Globalization.CultureInfo.InvariantCulture));
        else
            holder.AsObject().Remove(index);
    }

    /// <summary>The key, or the number in the list; null if it is not there.</summary>
    private static string? Find(JsonNode holder, DescriptionPlace place) =>
        holder switch
        {
            JsonObject map => map.ContainsKey(place.OwnName) ? place.OwnName : null,
            JsonArray list when IndexOf(list, place.OwnName) is >= 0 and var index => $"{index}",
            _ => null,
        };

    private static int IndexOf(JsonArray list, string name) =>
        list.Select((item, index) => (item, index)).FirstOrDefault(pair => (string?)pair.item!["name"] == name, (null, -1)).index;

    private static int IndexOf(JsonArray list, string before, DescriptionPlace place) =>
        IndexOf(list, before) is >= 0 and var index
            ? index
            : throw new FabricException([new Problem(RefusalErrors.NotFound, $"the chain of {place.Name} has no rule '{before}'")]);

    private static JsonNode? ValueOf(DescriptionPlace place, JsonNode? old, IReadOnlyDictionary<string, JsonNode?> values) =>
        place.Kind switch
        {
            "set" => values.TryGetValue(Members, out var members) ? members?.DeepClone() : old?.DeepClone(),
            // A chain has rules, and no keys: one that is named all the same is refused when it is read.
            "chain" when values.Count == 0 => old?.DeepClone() ?? new JsonArray(),
            _ => Merge(old?.DeepClone() as JsonObject ?? [], values),
        };

    private static JsonObject Merge(JsonObject map, IReadOnlyDictionary<string, JsonNode?> values)
    {
        foreach (var (key, value) in values)
        {
            if (value is null)
                map.Remove(key);
            else
                map[key] = value.DeepClone();
        }
        return map;
    }

    private static FabricException Missing(DescriptionPlace place, string? why = null, JsonNode? holder = null) =>
        new([
            new Problem(RefusalErrors.NotFound, $"there is no {place.Kind} '{place.Name}'")
            {
                Why = why,
                Remedy = NameHint.Of(place.OwnName, NamesIn(holder)),
            },
        ]);

    private static IEnumerable<string> NamesIn(JsonNode? holder) =>
        holder switch
        {
            JsonObject map => map.Select(entry => entry.Key),
            JsonArray list => list.Select(item => (string)item!["name"]!),
            _ => [],
        };
}
