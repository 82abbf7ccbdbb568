using System.Text.Json.Nodes;

namespace Fabric.Agent.Alarms;

/// <summary>What was wrong, as far as one agent has seen: which alarms began and ended, and which somebody has taken note of.</summary>
/// <remarks>Immutable. In the agent's memory alone: what is wrong now is found out anew by the next.</remarks>
internal sealed record AlarmHistory
{
    /// <summary>Changes that are remembered at most; the oldest go.</summary>
    public const int MaxChanges = 200;

    private IReadOnlyDictionary<string, JsonObject> Standing { get; init; } = new Dictionary<string, JsonObject>();

    private IReadOnlyDictionary<string, Acknowledgement> Acknowledged { get; init; } = new Dictionary<string, Acknowledgement>();

    /// <summary>What began and ended, the newest first.</summary>
    public IReadOnlyList<AlarmChange> Changes { get; private init; } = [];

    /// <summary>The history after a look at what is wrong.</summary>
    /// <param name="alarms">What is wrong now.</param>
    /// <param name="now">The time.</param>
    /// <param name="news">What began or ended since the last look, in that order.</param>
    public AlarmHistory Look(JsonArray alarms, DateTimeOffset now, out IReadOnlyList<AlarmChange> news)
    {
        var current = alarms.OfType<JsonObject>().GroupBy(KeyOf).ToDictionary(alarm => alarm.Key, alarm => alarm.First());
        var raised = current.Where(alarm => !Standing.ContainsKey(alarm.Key)).Select(alarm => new AlarmChange(now, true, alarm.Value));
        var cleared = Standing.Where(alarm => !current.ContainsKey(alarm.Key)).Select(alarm => new AlarmChange(now, false, alarm.Value));
        news = [.. raised, .. cleared];
        return this with
        {
            Standing = current,
            // One that comes again is another, of which nobody has taken note.
            Acknowledged = Acknowledged.Where(known => current.ContainsKey(known.Key)).ToDictionary(),
            Changes = news.Count == 0 ? Changes : [.. news.Reverse().Concat(Changes).Take(MaxChanges)],
        };
    }

    /// <summary>The history after somebody has taken note of an alarm; null if it does not stand.</summary>
    public AlarmHistory? Acknowledge(string key, string author, DateTimeOffset now) =>
        Standing.ContainsKey(key)
            ? this with
            {
                Acknowledged = new Dictionary<string, Acknowledgement>(Acknowledged) { [key] = new(author, now) },
            }
            : null;

    /// <summary>Says of each alarm who has taken note of it, and when.</summary>
    public void Mark(JsonArray alarms)
    {
        foreach (var alarm in alarms.OfType<JsonObject>())
        {
            var note = Acknowledged.GetValueOrDefault(KeyOf(alarm));
            alarm["acknowledged"] = note is null
                ? null
                : new JsonObject { ["author"] = note.Author, ["time"] = note.Time.UtcDateTime.ToString("O") };
        }
    }

    private static string KeyOf(JsonObject alarm) => (string)alarm["key"]!;

    private sealed record Acknowledgement(string Author, DateTimeOffset Time);
}
