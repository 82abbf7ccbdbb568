using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Alarms;

/// <summary>What was wrong, as far as one agent has seen: which alarms began and ended, and which somebody has taken note of.</summary>
/// <remarks>Immutable. Written down by <see cref="ToJson"/>, so that the next agent goes on from there.</remarks>
internal sealed record AlarmHistory
{
    /// <summary>Changes that are remembered at most; the oldest go.</summary>
    public const int MaxChanges = 200;

    private IReadOnlyDictionary<string, JsonObject> Standing { get; init; } = new Dictionary<string, JsonObject>();

    private IReadOnlyDictionary<string, Acknowledgement> Acknowledged { get; init; } = new Dictionary<string, Acknowledgement>();

    /// <summary>Grows with what is to be remembered: what began, ended or was taken note of.</summary>
    public long Version { get; private init; }

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
            Version = Version + news.Count,
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
                Version = Version + 1,
                Acknowledged = new Dictionary<string, Acknowledgement>(Acknowledged) { [key] = new(author, now) },
            }
            : null;

    /// <summary>True if some alarm stands.</summary>
    public bool HasStanding => Standing.Count > 0;

    /// <summary>All of it, for <see cref="Read"/>.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["standing"] = new JsonArray([.. Standing.Values.Select(alarm => alarm.DeepClone())]),
            ["acknowledged"] = new JsonArray([
                .. Acknowledged.Select(known =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["key"] = known.Key,
                            ["author"] = known.Value.Author,
                            ["time"] = known.Value.Time.UtcDateTime.ToString("O"),
                        }
                ),
            ]),
            ["changes"] = new JsonArray([
                .. Changes.Select(change =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["time"] = change.Time.UtcDateTime.ToString("O"),
                            ["raised"] = change.IsRaised,
                            ["alarm"] = change.Alarm.DeepClone(),
                        }
                ),
            ]),
        };

    /// <summary>What <see cref="ToJson"/> has written.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AlarmHistory Read(string text)
    {
        try
        {
            var data = JsonNode.Parse(text)!;
            return new AlarmHistory
            {
                Standing = data["standing"]!.AsArray().ToDictionary(alarm => KeyOf(alarm!.AsObject()), alarm => alarm!.AsObject()),
                Acknowledged = data["acknowledged"]!
                    .AsArray()
                    .ToDictionary(known => (string)known!["key"]!, known => new Acknowledgement((string)known!["author"]!, TimeOf(known))),
                Changes =
                [
                    .. data["changes"]!
                        .AsArray()
                        .Take(MaxChanges)
                        .Select(change => new AlarmChange(TimeOf(change!), (bool)change!["raised"]!, change["alarm"]!.AsObject())),
                ],
            };
        }
        catch (Exception wrong)
            when (wrong is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            throw new FormatException("this is no history of alarms", wrong);
        }
    }

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

    private static DateTimeOffset TimeOf(JsonNode told) =>
        DateTimeOffset.Parse((string)told["time"]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static string KeyOf(JsonObject alarm) => (string)alarm["key"]!;

    private sealed record Acknowledgement(string Author, DateTimeOffset Time);
}
