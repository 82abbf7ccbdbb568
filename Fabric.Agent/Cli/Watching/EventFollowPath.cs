using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;

namespace Fabric.Agent.Cli.Watching;

/// <summary>Tells entries of the journal as they come, the oldest first.</summary>
/// <param name="agent">The agent.</param>
/// <param name="text">Only those that hold it; null for all.</param>
/// <param name="clock">The clock.</param>
internal sealed class EventFollowPath(IAgentClient agent, string? text, TimeProvider clock)
{
    private const int PageItems = 200;
    private const int MaxPages = 50;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private long _told;

    /// <summary>With what the description said of each device before and since.</summary>
    public bool HasLines { get; init; }

    /// <summary>The call that lists entries, the newest first.</summary>
    public static string Target(int limit, string? text, bool hasLines, long? before = null)
    {
        var target = string.Create(CultureInfo.InvariantCulture, $"/v1/events?limit={limit}");
        if (before is { } position)
            target += string.Create(CultureInfo.InvariantCulture, $"&before={position}");
        if (text is not null)
            target += $"&q={Uri.EscapeDataString(text)}";
        return hasLines ? target + "&lines=true" : target;
    }

    /// <summary>Follows the journal until told to stop.</summary>
    /// <param name="first">How many of those that are there already are told first.</param>
    /// <param name="tell">Takes one.</param>
    /// <param name="missed">Is told up to which position entries were passed over, since more came at once than are asked for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(int first, Action<JsonObject> tell, Action<long> missed, CancellationToken cancellation)
    {
        var begin = await PageAsync(first, before: null, cancellation);
        _told = (long)begin["head"]!;
        foreach (var entry in Items(begin).Reverse())
            tell(entry);
        while (true)
        {
            await Task.Delay(s_interval, clock, cancellation);
            await TellNewAsync(tell, missed, cancellation);
        }
    }

    private async Task TellNewAsync(Action<JsonObject> tell, Action<long> missed, CancellationToken cancellation)
    {
        var news = new List<JsonObject>();
        long? head = null;
        long? before = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await PageAsync(PageItems, before, cancellation);
            head ??= (long)answer["head"]!;
            news.AddRange(Items(answer).Where(entry => (long)entry["position"]! > _told));
            before = (long?)answer["next"];
            if (before is null || before - 1 <= _told)
                break;
        }
        if (before - 1 > _told)
            missed(before!.Value - 1);
        news.Reverse();
        news.ForEach(tell);
        _told = Math.Max(_told, head ?? 0);
    }

    private Task<JsonObject> PageAsync(int limit, long? before, CancellationToken cancellation) =>
        agent.ReadAsync(Target(limit, text, HasLines, before), cancellation);

    private static IEnumerable<JsonObject> Items(JsonObject page) => (page["items"] as JsonArray ?? []).OfType<JsonObject>();
}
