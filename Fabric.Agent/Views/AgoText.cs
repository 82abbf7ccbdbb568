using System.Globalization;

namespace Fabric.Agent.Views;

/// <summary>Spans of time in words: 12 minutes.</summary>
internal static class AgoText
{
    /// <summary>The span in its largest unit: 3 s, 1 minute, 5 hours, 2 days.</summary>
    public static string Of(TimeSpan span) =>
        span.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)span.TotalSeconds)} s")
        : span.TotalMinutes < 60 ? Count((int)span.TotalMinutes, "minute")
        : span.TotalHours < 48 ? Count((int)span.TotalHours, "hour")
        : Count((int)span.TotalDays, "day");

    private static string Count(int number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");
}
