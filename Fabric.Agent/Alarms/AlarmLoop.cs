using System.Text.Json.Nodes;

namespace Fabric.Agent.Alarms;

/// <summary>Looks every few seconds what is wrong, remembers what began and ended, and tells it to who wants to hear.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class AlarmLoop : IAsyncDisposable
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Func<Task<JsonArray>> _look;
    private readonly Action<AlarmChange> _tell;
    private readonly TimeProvider _clock;
    private readonly AlarmHistoryHost? _kept;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private AlarmHistory _history;
    private bool _hasLooked;

    /// <summary>Begins to look.</summary>
    /// <param name="look">Tells what is wrong now.</param>
    /// <param name="tell">Is told what began and ended; must not block.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="kept">What the agent before has left, and the next will find; null for an agent that leaves nothing.</param>
    public AlarmLoop(Func<Task<JsonArray>> look, Action<AlarmChange> tell, TimeProvider clock, AlarmHistoryHost? kept)
    {
        (_look, _tell, _clock, _kept) = (look, tell, clock, kept);
        _history = kept?.Read() ?? new AlarmHistory();
        _hasLooked = !_history.HasStanding;
        _running = Task.Run(RunAsync);
    }

    /// <summary>What was seen so far.</summary>
    public AlarmHistory History
    {
        get
        {
            lock (_lock)
                return _history;
        }
    }

    /// <summary>Takes what somebody has seen to be wrong, just now.</summary>
    /// <param name="alarms">What is wrong; each is given who has taken note of it.</param>
    public void Take(JsonArray alarms)
    {
        IReadOnlyList<AlarmChange> news = [];
        lock (_lock)
        {
            // An agent that has just begun has not found out yet what was wrong before: nothing ends by that.
            if (_hasLooked)
                _history = _history.Look((JsonArray)alarms.DeepClone(), _clock.GetUtcNow(), out news);
            _history.Mark(alarms);
        }
        foreach (var change in news)
            _tell(change);
    }

    /// <summary>Somebody takes note of an alarm.</summary>
    /// <returns>False if there is no such alarm.</returns>
    public bool TryAcknowledge(string key, string author)
    {
        lock (_lock)
        {
            if (_history.Acknowledge(key, author, _clock.GetUtcNow()) is not { } noted)
                return false;
            _history = noted;
            return true;
        }
    }

    /// <summary>Looks no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _kept?.Write(History);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _clock, _stop.Token);
                var alarms = await _look();
                lock (_lock)
                    _hasLooked = true;
                Take(alarms);
                _kept?.Write(History);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }
}
