using System.Globalization;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The forms of the values of a health check.</summary>
internal static class CheckForms
{
    private const int MillisecondsPerSecond = 1000;

    /// <summary>A time in milliseconds.</summary>
    public static ScalarForm<int> Time { get; } =
        new(
            "time from 100ms to 3600s",
            "2s or 500ms",
            (string text, out int value) => ReadTime(text, HealthCheck.MinMilliseconds, out value)
        );

    /// <summary>A time in whole seconds.</summary>
    public static ScalarForm<int> Seconds { get; } = new("time from 1s to 3600s", "30s", ReadSeconds);

    /// <summary>How often in a row.</summary>
    public static ScalarForm<int> Count { get; } = Forms.Integer($"number from 1 to {HealthCheck.MaxCount}", 1, HealthCheck.MaxCount, "3");

    /// <summary>Text that is sent.</summary>
    public static ScalarForm<string> Text { get; } = new($"text of {HealthCheck.MaxTextLength} characters at most", "/healthz", ReadText);

    /// <summary>A status of HTTP or a range.</summary>
    public static ScalarForm<PortRange> Status { get; } =
        new("status of HTTP, or range, from 100 to 599", "200 or 200-299", RuleForms.PortRange.Read) { IsNumeric = true, Maximum = 599 };

    /// <summary>Writes a time as it is read.</summary>
    public static string Write(int milliseconds) =>
        milliseconds % MillisecondsPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / MillisecondsPerSecond}s")
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");

    private static bool ReadTime(string text, int least, out int milliseconds)
    {
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? "ms" : "s";
        var factor = unit == "ms" ? 1 : MillisecondsPerSecond;
        milliseconds = 0;
        if (!text.EndsWith(unit, StringComparison.Ordinal))
            return false;
        if (!Forms.ReadInteger(text[..^unit.Length], 1, HealthCheck.MaxMilliseconds / factor, out var number))
            return false;
        milliseconds = number * factor;
        return milliseconds >= least;
    }

    private static bool ReadSeconds(string text, out int seconds)
    {
        var isRead = ReadTime(text, MillisecondsPerSecond, out var milliseconds);
        seconds = milliseconds / MillisecondsPerSecond;
        return isRead && milliseconds % MillisecondsPerSecond == 0;
    }

    private static bool ReadText(string text, out string value)
    {
        value = text;
        return text.Length <= HealthCheck.MaxTextLength;
    }
}
