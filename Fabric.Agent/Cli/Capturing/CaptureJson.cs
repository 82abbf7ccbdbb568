using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Captured packets as data, on their way between hosts.</summary>
internal static class CaptureJson
{
    /// <summary>A packet: `ticks` of 100 ns since 1970, `in` from the station, `why`, and the `frame` in base64.</summary>
    public static JsonNode Of(in CapturedPacket packet, byte[] frame) =>
        new JsonObject
        {
            ["ticks"] = Ticks(packet.Time),
            ["in"] = packet.IsInbound,
            ["why"] = packet.Comment,
            ["frame"] = Convert.ToBase64String(frame),
        };

    /// <summary>A time as it is written: ticks of 100 ns since 1970.</summary>
    public static long Ticks(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks;

    /// <summary>The time of a number of ticks; the earliest there is if it is no time.</summary>
    public static DateTimeOffset TimeOf(long ticks) =>
        ticks >= 0 && ticks <= Ticks(DateTimeOffset.MaxValue) ? DateTimeOffset.UnixEpoch.AddTicks(ticks) : DateTimeOffset.MinValue;

    /// <summary>Reads a packet; null for what is none.</summary>
    /// <param name="item">What another host has told.</param>
    /// <param name="index">The place of the port among those that are captured.</param>
    public static CapturedFrame? Read(JsonNode? item, int index)
    {
        try
        {
            var time = DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((long)item!["ticks"]!);
            var packet = new CapturedPacket(index, time, (bool)item["in"]!, (string)item["why"]!);
            return new CapturedFrame(packet, Convert.FromBase64String((string)item["frame"]!));
        }
        catch (Exception wrong)
            when (wrong is FormatException or InvalidOperationException or ArgumentException or NullReferenceException or OverflowException)
        {
            return null;
        }
    }
}
