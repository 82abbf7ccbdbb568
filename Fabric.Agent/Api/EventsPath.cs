using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Changes;
using Fabric.Topology.Hive;

namespace Fabric.Agent.Api;

/// <summary>Tells who changed what, from the journal.</summary>
internal sealed class EventsPath(IHive hive)
{
    /// <summary>Entries that are told at most.</summary>
    public const int MaxItems = 200;

    /// <summary>Entries that are looked through for a text at most.</summary>
    public const int MaxSearched = 4096;

    /// <summary>Entries before a position, the newest first.</summary>
    /// <param name="before">Entries from here on are left out; null for none.</param>
    /// <param name="limit">How many.</param>
    /// <param name="text">Only those that hold it; null for all.</param>
    /// <param name="hasLines">With what the description said of each device before and after.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JsonObject> RunAsync(long? before, int limit, string? text, bool hasLines, CancellationToken cancellation)
    {
        var head = hive.Replica.Topology.Position;
        var last = Math.Min(head, (before ?? long.MaxValue) - 1);
        limit = Math.Clamp(limit, 1, MaxItems);
        var searched = string.IsNullOrWhiteSpace(text) ? limit : MaxSearched;
        var found = new List<JsonObject>();
        var reached = last + 1;
        while (last >= 1 && found.Count < limit && searched > 0)
        {
            var first = Math.Max(1, last - Math.Min(limit, searched) + 1);
            var page = await ReadAsync(first, last, text, hasLines, cancellation);
            foreach (var (position, entry) in page.AsEnumerable().Reverse())
            {
                if (found.Count == limit)
                    break;
                reached = position;
                if (entry is not null)
                    found.Add(entry);
            }
            searched -= (int)(last - first + 1);
            last = first - 1;
        }
        return new JsonObject
        {
            ["head"] = head,
            ["next"] = reached > 1 ? reached : null,
            ["items"] = new JsonArray([.. found]),
        };
    }

    /// <summary>Entries from one position to another; null for those that do not hold the text, whose lines nobody needs.</summary>
    private async Task<List<(long Position, JsonObject? Entry)>> ReadAsync(
        long first,
        long last,
        string? text,
        bool hasLines,
        CancellationToken cancellation
    )
    {
        var page = new List<(long, JsonObject?)>();
        var topology = await hive.ReadPastAsync(first - 1, cancellation);
        await foreach (var entry in hive.ReadHistoryAsync(first, last, cancellation))
        {
            var after = TopologyEvolution.Apply(topology, entry);
            page.Add((entry.Position, EntryView.Find(topology, after, entry, text, hasLines)));
            topology = after;
        }
        return page;
    }
}
