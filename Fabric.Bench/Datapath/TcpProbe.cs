using System.Globalization;
using System.Text.Json;
using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>One TCP connection from a guest to another, as fast as it goes.</summary>
internal static class TcpProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Gbit/s that arrived; zero if the connection stalled or did not come about.</summary>
    /// <param name="from">The guest that sends.</param>
    /// <param name="to">The address where one serves.</param>
    /// <param name="seconds">How long it sends.</param>
    public static double MeasureGigabits(BenchNamespace from, string to, int seconds)
    {
        var result = HostProcess.Run(
            s_patience + TimeSpan.FromSeconds(seconds),
            from.Name,
            "iperf3",
            ["-c", to, "-t", seconds.ToString(CultureInfo.InvariantCulture), "-J", "--connect-timeout", "3000"]
        );
        if (result.ExitCode != 0)
            return 0;
        using var report = JsonDocument.Parse(result.Output);
        // A stall in which the two lost each other is told without a sum.
        return report.RootElement.GetProperty("end").TryGetProperty("sum_received", out var received)
            ? received.GetProperty("bits_per_second").GetDouble() / 1e9
            : 0;
    }
}
