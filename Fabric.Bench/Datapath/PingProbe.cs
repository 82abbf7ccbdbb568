using System.Globalization;
using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>Round trips from a guest to another.</summary>
internal static class PingProbe
{
    private const string IntervalSeconds = "0.002";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether one ping gets through within a second.</summary>
    public static bool IsAnswered(BenchNamespace from, string to) => Run(from, to, "-c", "1", "-W", "1").ExitCode == 0;

    /// <summary>The mean round trip in milliseconds; infinite if nothing came back.</summary>
    /// <param name="from">The guest that asks.</param>
    /// <param name="to">The address that answers.</param>
    /// <param name="count">How many.</param>
    public static double MeasureMilliseconds(BenchNamespace from, string to, int count)
    {
        // "rtt min/avg/max/mdev = 0.011/0.015/0.042/0.003 ms"
        var result = Run(from, to, "-q", "-i", IntervalSeconds, "-W", "1", "-c", count.ToString(CultureInfo.InvariantCulture));
        var line = result.Output.Split('\n').FirstOrDefault(text => text.Contains("min/avg/max", StringComparison.Ordinal));
        return line is null
            ? double.PositiveInfinity
            : double.Parse(line[(line.IndexOf('=') + 1)..].Split('/')[1], CultureInfo.InvariantCulture);
    }

    private static HostProcessResult Run(BenchNamespace from, string to, params string[] arguments) =>
        HostProcess.Run(s_patience, from.Name, "ping", [.. arguments, to]);
}
