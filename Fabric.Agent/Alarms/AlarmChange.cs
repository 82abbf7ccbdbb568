using System.Text.Json.Nodes;

namespace Fabric.Agent.Alarms;

/// <summary>An alarm that began or ended.</summary>
/// <param name="Time">When that was seen.</param>
/// <param name="IsRaised">It began; else it ended.</param>
/// <param name="Alarm">The alarm, as `GET /v1/alarms` tells it, or told it last.</param>
internal sealed record AlarmChange(DateTimeOffset Time, bool IsRaised, JsonObject Alarm)
{
    /// <summary>The change as JSON: for the list of those that were, and for a webhook.</summary>
    public JsonObject ToJson(string? host)
    {
        var told = new JsonObject
        {
            ["time"] = Time.UtcDateTime.ToString("O"),
            ["event"] = IsRaised ? "raised" : "cleared",
            ["host"] = host,
        };
        foreach (var key in (string[])["key", "severity", "what", "why", "next"])
            told[key] = Alarm[key]?.DeepClone();
        return told;
    }
}
