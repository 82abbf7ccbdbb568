using Fabric.Agent.Cli;

namespace Fabric.Agent.Metrics;

/// <summary>Tells a collector of the operator's the agent's metrics, at once and then each minute.</summary>
/// <remarks>What it does not take is not told later: the next round tells sums since the start again. On a thread of its own; any thread may read.</remarks>
internal sealed class OtlpLoop : IAsyncDisposable
{
    /// <summary>The time between two rounds, OpenTelemetry's own.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private readonly Uri _address;
    private readonly Func<Task<MetricSource>> _read;
    private readonly Action<string> _warn;
    private readonly TimeProvider _clock;
    private readonly OtlpEndpoint _collector = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private OtlpSession? _session;
    private volatile string? _failure;

    /// <summary>Begins.</summary>
    /// <param name="address">Where the metrics are posted to.</param>
    /// <param name="read">Reads what they are made of.</param>
    /// <param name="warn">Is told when the collector begins not to take them.</param>
    /// <param name="clock">The clock.</param>
    public OtlpLoop(Uri address, Func<Task<MetricSource>> read, Action<string> warn, TimeProvider clock)
    {
        (_address, _read, _warn, _clock) = (address, read, warn, clock);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Why the collector did not take what it was told last; null if it did.</summary>
    public string? Failure => _failure;

    /// <summary>Tells no more, and waits for no answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _collector.Stop();
        await _running;
        _session?.Dispose();
        _collector.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var source = await _read();
                // The packages block while they wait for the answer.
                await Task.Factory.StartNew(() => Export(source), _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                await Task.Delay(Interval, _clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }

    private void Export(MetricSource source)
    {
        var series = OtlpSeries.Of(source);
        if (_session?.Lacks(series) != false)
        {
            _session?.Dispose();
            _session = new OtlpSession(_address, (string?)source.Status["host"] ?? "", VersionCommand.Version, _collector);
        }
        var failure = _session.Export(series) ? null : _collector.Failure ?? "it did not take them";
        if (_failure is null && failure is not null && !_stop.IsCancellationRequested)
            // The path may hold a secret of whoever listens there.
            _warn($"the collector at {_address.GetLeftPart(UriPartial.Authority)} was not told the metrics: {failure}");
        _failure = failure;
    }
}
