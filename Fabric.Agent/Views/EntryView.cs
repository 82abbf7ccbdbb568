using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>An entry of the journal for people: who, when, why, and what it did to which device.</summary>
internal static class EntryView
{
    /// <summary>Devices that are listed one by one at most; of a larger change the rest is counted.</summary>
    public const int MaxDevices = 50;

    /// <summary>Lines of one device's description that are told at most; the rest is counted.</summary>
    public const int MaxLines = 40;

    /// <summary>Pairs of lines of one device that are compared at most: those of a chain of 500 rules. Of more, all that differs counts as replaced.</summary>
    private const long MaxPairs = 250_000;

    /// <summary>The entry as data.</summary>
    /// <param name="before">The network that it found.</param>
    /// <param name="after">The network that it left.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="hasLines">Tell too what the description said of each device before and after: `lines`, with - and + in front.</param>
    public static JsonObject Of(TopologySnapshot before, TopologySnapshot after, JournalEntry entry, bool hasLines = false)
    {
        var changes = TopologyDiff.Between(before, after, entry.Events.Select(happened => happened.Subject));
        return new JsonObject
        {
            ["position"] = entry.Position,
            ["time"] = entry.Time.ToString("O", CultureInfo.InvariantCulture),
            ["author"] = entry.Author,
            ["reason"] = entry.Reason,
            ["summary"] = Summary(changes, entry.Events, after),
            ["devices"] = changes.Length,
            ["changes"] = new JsonArray([
                .. changes.Take(MaxDevices).Select(change => (JsonNode)Change(change, hasLines ? (before, after) : null)),
            ]),
        };
    }

    /// <summary>The entry as data, if it has to do with a text; null if not. The lines are written only then: of most entries they are not wanted.</summary>
    public static JsonObject? Find(TopologySnapshot before, TopologySnapshot after, JournalEntry entry, string? text, bool hasLines)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Of(before, after, entry, hasLines);
        var plain = Of(before, after, entry);
        return !Holds(plain, text.Trim()) ? null
            : hasLines ? Of(before, after, entry, hasLines: true)
            : plain;
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

    private static JsonObject Change(DeviceChange change, (TopologySnapshot Before, TopologySnapshot After)? network)
    {
        var data = new JsonObject
        {
            ["action"] = change.Kind.ToString().ToLowerInvariant(),
            ["kind"] = Nouns.One(change.Device),
            ["name"] = $"{change.Name}",
            ["fields"] = new JsonArray([.. change.Fields.Select(field => (JsonNode)$"{field}")]),
        };
        if (network is not { } both)
            return data;
        var lines = Lines(
            both.Before,
            both.Before.Find(change.Device, change.Name),
            both.After,
            both.After.Find(change.Device, change.Name)
        );
        data["lines"] = new JsonArray([.. lines.Take(MaxLines).Select(line => (JsonNode)line)]);
        data["more_lines"] = Math.Max(0, lines.Length - MaxLines);
        return data;
    }

    /// <summary>What the description says of a device: what it said no longer, and what it says since.</summary>
    private static string[] Lines(TopologySnapshot before, Device? old, TopologySnapshot after, Device? now)
    {
        var was = old is null ? [] : DescriptionWriter.Lines(before, old);
        var @is = now is null ? [] : DescriptionWriter.Lines(after, now);
        if (was.Length == 0 || @is.Length == 0)
            return [.. was.Select(line => $"- {line}"), .. @is.Select(line => $"+ {line}")];
        // Behind the two lines that name the texts.
        return
        [
            .. UnifiedDiff
                .Lines(string.Join('\n', was), string.Join('\n', @is), "", "", MaxPairs)
                .Skip(2)
                .Where(line => line[0] is '+' or '-')
                .Select(line => $"{line[0]} {line[1..]}"),
        ];
    }

    private static string Summary(IReadOnlyList<DeviceChange> changes, IReadOnlyList<TopologyEvent> events, TopologySnapshot after)
    {
        if (changes is [var only])
        {
            var fields = only.Fields.IsEmpty ? "" : $": {string.Join(", ", only.Fields.Take(3))}{(only.Fields.Length > 3 ? ", ..." : "")}";
            return $"{Nouns.One(only.Device)} {only.Name} {Deed(only.Kind)}{fields}";
        }
        if (changes.Count == 0)
            return Unseen(events.FirstOrDefault(), after);
        return string.Join(
            ", ",
            changes
                .GroupBy(change => (change.Kind, change.Device))
                .Select(group => $"{Count(group.Count(), group.Key.Device)} {Deed(group.Key.Kind)}")
        );
    }

    /// <summary>What becomes of no description.</summary>
    private static string Unseen(TopologyEvent? happened, TopologySnapshot after) =>
        happened switch
        {
            TopologyEvent.HostKeyed => "a host's agent has a new key",
            TopologyEvent.PortsLeased leased => Ports(leased.Host, "leases", leased.Router, leased.Blocks, after),
            TopologyEvent.PortsReturned returned => Ports(returned.Host, "gives back", returned.Router, returned.Blocks, after),
            _ => "nothing that is seen from outside",
        };

    private static string Ports(HostId host, string deed, RouterId router, IReadOnlyCollection<PortBlocks> blocks, TopologySnapshot after)
    {
        var addresses = blocks.Select(some => some.Address).Distinct().ToArray();
        // Block 0 stands for the address as a whole.
        var ports = blocks.Sum(some => (some.Count - (some.First == PortBlocks.Whole ? 1 : 0)) * PortBlocks.Size);
        var of = addresses is [var only] ? $"{only}" : string.Create(CultureInfo.InvariantCulture, $"{addresses.Length} addresses");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"host {NameOf(after, host)} {deed} {ports} ports of {of} at router {NameOf(after, router)}"
        );
    }

    private static string NameOf(TopologySnapshot topology, DeviceRef device) => topology.Find(device)?.Name.ToString() ?? "that is gone";

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
