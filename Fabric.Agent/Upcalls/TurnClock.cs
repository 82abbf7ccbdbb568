namespace Fabric.Agent.Upcalls;

/// <summary>The time of an upcall thread's turn: read once, the same to its end.</summary>
/// <remarks>A packet is handled in a few microseconds, and where a clock is a system call, reading it takes as long. Used by one thread.</remarks>
/// <param name="clock">The agent's clock.</param>
public sealed class TurnClock(TimeProvider clock) : TimeProvider
{
    private long _now = clock.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>A turn begins.</summary>
    public void Begin() => _now = clock.GetTimestamp();

    /// <summary>How long the turn has taken so far; reads the clock.</summary>
    public TimeSpan Spent => clock.GetElapsedTime(_now);

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
}
