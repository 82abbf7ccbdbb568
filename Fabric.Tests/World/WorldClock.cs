namespace Fabric.Tests.World;

/// <summary>The clock of a host, as one start of an agent has it: ticks of the host's own, a date that may be wrong, timers that end with the process.</summary>
/// <param name="time">The world's time.</param>
/// <param name="ticks">How far the host's ticks are from the world's: no two hosts may compare theirs.</param>
internal sealed class WorldClock(TimeProvider time, long ticks) : TimeProvider
{
    private readonly HashSet<ITimer> _timers = [];
    private bool _isStopped;

    /// <summary>How wrong the date is.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Skew;

    public override long GetTimestamp() => time.GetTimestamp() + ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this);
        timer.Inner = time.CreateTimer(
            _ =>
            {
                if (!_isStopped)
                    callback(state);
            },
            null,
            dueTime,
            period
        );
        _timers.Add(timer);
        return timer;
    }

    public void Stop()
    {
        _isStopped = true;
        foreach (var timer in _timers.ToArray())
            timer.Dispose();
    }

    private sealed class Timer(WorldClock clock) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period) => !clock._isStopped && Inner.Change(dueTime, period);

        public void Dispose()
        {
            clock._timers.Remove(this);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
