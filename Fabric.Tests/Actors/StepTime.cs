using System.Threading.Channels;

namespace Fabric.Tests.Actors;

/// <summary>A clock for a loop on a thread of its own: of one delay at a time, which ends when the test says so.</summary>
internal sealed class StepTime : TimeProvider
{
    private readonly Channel<Action> _delays = Channel.CreateUnbounded<Action>();

    /// <summary>Waits until somebody waits for the clock.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _delays.Reader.WaitToReadAsync(cancellation);

    /// <summary>Waits for it, and ends the delay.</summary>
    public async Task StepAsync(CancellationToken cancellation) => (await _delays.Reader.ReadAsync(cancellation))();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _delays.Writer.TryWrite(() => callback(state));
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
