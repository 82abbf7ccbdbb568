using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Api;

/// <summary>Tells all who watch once a second how the agent is. Nobody watching, it does nothing.</summary>
/// <remarks>
/// Any thread. What is told is made once for all. A watcher has no queue: one that is slow misses pulses and gets the newest when it comes back, and
/// knows by their numbers that it missed some.
/// </remarks>
/// <param name="make">Makes a pulse, given its number.</param>
/// <param name="clock">The clock.</param>
internal sealed class PulseLoop(Func<long, Task<JsonObject>> make, TimeProvider clock)
{
    /// <summary>The most that watch at once.</summary>
    public const int MaxWatchers = 64;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private int _watchers;
    private long _number;
    private Pulse _next = new();
    private byte[]? _last;
    private CancellationTokenSource? _stop;

    /// <summary>How many watch.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Pulses made so far.</summary>
    public long Made => Interlocked.Read(ref _number);

    /// <summary>The pulses from now on; null if too many watch already.</summary>
    public IAsyncEnumerable<byte[]>? TryWatch(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_watchers == MaxWatchers)
                return null;
            _watchers++;
            if (_stop is null)
            {
                _stop = new CancellationTokenSource();
                _ = RunAsync(_stop.Token);
            }
        }
        return ReadAsync(cancellation);
    }

    private async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            // Who comes to others need not wait for the next.
            if (Volatile.Read(ref _last) is { } last)
                yield return last;
            while (true)
            {
                Pulse next;
                lock (_lock)
                    next = _next;
                yield return await next.Made.Task.WaitAsync(cancellation);
            }
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_watchers > 0)
                return;
            _stop?.Cancel();
            (_stop, _last) = (null, null);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var bytes = Encoding.UTF8.GetBytes((await make(Interlocked.Increment(ref _number))).ToJsonString());
                Pulse made;
                lock (_lock)
                {
                    if (stop.IsCancellationRequested)
                        return;
                    (made, _next, _last) = (_next, new Pulse(), bytes);
                }
                made.Made.TrySetResult(bytes);
                await Task.Delay(s_interval, clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more, or the agent ends.
        }
    }

    private sealed class Pulse
    {
        public TaskCompletionSource<byte[]> Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
