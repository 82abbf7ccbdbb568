using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <summary>Wakes the feed whenever the journal may have moved, for as long as the hive is open and no other node feeds it.</summary>
internal sealed class JournalWatchLoop : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // A node that another feeds does not need the journal to be back soon, but it has to find out that it is: commands and its operator ask.
    private static readonly TimeSpan FedPause = TimeSpan.FromSeconds(5);

    private readonly ActorRuntime _runtime;
    private readonly IJournalReader _journal;
    private readonly FeedActor _feed;
    private readonly HiveHealth _health;
    private readonly RelayActor? _relay;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="runtime">What it runs on.</param>
    /// <param name="journal">What is watched.</param>
    /// <param name="feed">What is woken.</param>
    /// <param name="health">Is told whether the journal works.</param>
    /// <param name="relay">Another node's feed that may be followed instead; null for none.</param>
    internal JournalWatchLoop(ActorRuntime runtime, IJournalReader journal, FeedActor feed, HiveHealth health, RelayActor? relay)
    {
        _relay = relay;
        (_runtime, _journal, _feed, _health) = (runtime, journal, feed, health);
        _loop = runtime.Start(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
                await WatchAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
    }

    private async Task WatchAsync()
    {
        try
        {
            if (_relay?.Lost is { } lost)
                await WaitWhileFedAsync(lost);
            else
                await _journal.WaitAsync(_stop.Token);
            _feed.Wake();
        }
        catch (JournalException failure)
        {
            _health.Followed(failure);
            await Task.Delay(Pause, _runtime.Time, _stop.Token);
            // Whatever was missed in between: a read tells.
            _feed.Wake();
        }
    }

    private async Task WaitWhileFedAsync(Task lost)
    {
        if (_health.Failure is null)
            await lost.Until(_stop.Token);
        for (var waited = TimeSpan.Zero; waited < FedPause && !lost.IsCompleted; waited += Pause)
            await Task.Delay(Pause, _runtime.Time, _stop.Token);
    }
}
