namespace Fabric.Connections;

/// <summary>The time of tables: tenths of a second since some moment of the caller's, in 32 bits, which last for 13 years.</summary>
internal static class ConnectionClock
{
    private const long TicksPerUnit = TimeSpan.TicksPerSecond / 10;

    /// <summary>A time, rounded down.</summary>
    public static uint TicksOf(TimeSpan time) => (uint)(time.Ticks / TicksPerUnit);

    /// <summary>A time as it was noted.</summary>
    public static TimeSpan TimeOf(uint ticks) => new(ticks * TicksPerUnit);
}
