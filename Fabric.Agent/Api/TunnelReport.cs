using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Liveness;
using Fabric.Bindings;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of the ways to other hosts, as JSON.</summary>
internal static class TunnelReport
{
    /// <summary>The ways to all hosts that there is one to, in the order of their names.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="self">This host.</param>
    /// <param name="readings">Those that are asked.</param>
    public static JsonArray Of(TopologySnapshot topology, HostId self, IReadOnlyList<TunnelReading> readings)
    {
        var asked = readings.ToDictionary(reading => reading.Host);
        var hosts = topology.Hosts.Values.Where(host => host.Id != self && Underlay.TryPair(topology, self, host.Id, out _, out _));
        return
        [
            .. hosts
                .OrderBy(host => host.Name.Name, StringComparer.Ordinal)
                .Select(host => (JsonNode)Of(host, asked.TryGetValue(host.Id, out var reading) ? reading : null)),
        ];
    }

    /// <summary>What is wrong with them, a sentence each.</summary>
    public static IEnumerable<string> ProblemsOf(TopologySnapshot topology, IEnumerable<TunnelReading> readings) =>
        from reading in readings
        let name = topology.Hosts.GetValueOrDefault(reading.Host)?.Name.Name ?? $"{reading.Host}"
        let what = Complaint(reading)
        where what is not null
        orderby name
        select string.Create(CultureInfo.InvariantCulture, $"tunnel to {name}: {what}, for {reading.For.TotalSeconds:0} s");

    /// <summary>A state as it is told.</summary>
    public static string NameOf(TunnelState state) =>
        state switch
        {
            TunnelState.Idle => "idle",
            TunnelState.Up => "up",
            TunnelState.Degraded => "degraded",
            TunnelState.BlackHole => "black-hole",
            TunnelState.Down => "down",
        };

    private static string? Complaint(TunnelReading reading) =>
        reading.State switch
        {
            TunnelState.Idle or TunnelState.Up => null,
            TunnelState.Degraded => $"degraded, {reading.Lost} of {reading.Of} echoes were lost",
            TunnelState.BlackHole => "black-hole, packets as long as the tunnel takes do not come back, and shorter ones do",
            TunnelState.Down => "down, nothing comes back",
        };

    private static JsonObject Of(Fabric.Devices.Host host, TunnelReading? asked) =>
        new()
        {
            ["host"] = host.Name.Name,
            ["state"] = NameOf(asked?.State ?? TunnelState.Idle),
            ["for_s"] = asked is { } known ? Math.Round(known.For.TotalSeconds, 1) : null,
            ["rtt_ms"] = Milliseconds(asked?.RoundTrip),
            ["rtt_max_ms"] = Milliseconds(asked?.MaxRoundTrip),
            ["lost"] = asked?.Lost,
            ["of"] = asked?.Of,
        };

    private static JsonNode? Milliseconds(TimeSpan? span) =>
        span is { } known && known > TimeSpan.Zero ? Math.Round(known.TotalMilliseconds, 3) : null;
}
