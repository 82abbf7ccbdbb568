namespace Fabric.Tests.Actors;

/// <summary>A clock that stands still until it is told to pass to the next timer.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Timers that are set for within a span.</summary>
    public int CountWithin(TimeSpan span) => _timers.Count(timer => timer.Due <= _now + span);

    /// <summary>Goes to the next timer and fires it.</summary>
    public void Pass()
    {
        var next =
            _timers.MinBy(timer => (timer.Due, timer.Order)) ?? throw new InvalidOperationException("nothing can run, and no timer is set");
        _now = next.Due > _now ? next.Due : _now;
        next.Fire();
    }

    /// <summary>Goes on by a span, firing all timers on the way.</summary>
    public void Pass(TimeSpan span)
    {
        var end = _now + span;
        while (_timers.Exists(timer => timer.Due <= end))
            Pass();
        _now = end;
    }

    private sealed class Timer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            _period = period;
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            (Due, Order) = (time._now + dueTime, time._order++);
            time._timers.Add(this);
            return true;
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback();
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
