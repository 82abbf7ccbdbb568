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
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private AlarmHistory _history = new();

    /// <summary>Begins to look.</summary>
    /// <param name="look">Tells what is wrong now.</param>
    /// <param name="tell">Is told what began and ended; must not block.</param>
    /// <param name="clock">The clock.</param>
    public AlarmLoop(Func<Task<JsonArray>> look, Action<AlarmChange> tell, TimeProvider clock)
    {
        (_look, _tell, _clock) = (look, tell, clock);
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
        IReadOnlyList<AlarmChange> news;
        lock (_lock)
        {
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
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _clock, _stop.Token);
                Take(await _look());
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }
}
