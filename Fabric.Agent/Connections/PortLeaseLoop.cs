using System.Threading.Channels;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Connections;

/// <summary>Has ports outside leased to this host when the description changes, when half of them are used, and when a packet found none.</summary>
/// <remarks>
/// What is leased and given back is the <see cref="PortLeaseRunner"/>'s business. Nothing runs before the first router translates.
/// </remarks>
public sealed class PortLeaseLoop : IReplicaSubscriber, IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly PortLeaseRunner _runner;
    private readonly IHive _hive;
    private readonly ActorRuntime _runtime;
    private readonly ConnectionHost _connections;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Lock _gate = new();
    private readonly List<(long Position, TaskCompletionSource Reached)> _waiting = [];
    private readonly IDisposable _subscription;
    private HashSet<(RouterId Router, IpAddress Address)> _wanted = [];
    private bool _isCrowded;
    private TopologySnapshot _seen = TopologySnapshot.Empty;
    private Task? _running;

    /// <summary>Begins with what is leased to the host already.</summary>
    /// <param name="hive">Who leases.</param>
    /// <param name="self">This host.</param>
    /// <param name="connections">Who translates.</param>
    /// <param name="runtime">What it runs on.</param>
    public PortLeaseLoop(IHive hive, HostId self, ConnectionHost connections, ActorRuntime runtime)
    {
        (_hive, _connections, _runtime) = (hive, connections, runtime);
        _runner = new PortLeaseRunner(hive, self, connections, runtime.Time);
        connections.Wanted = Want;
        connections.Crowded = NoteCrowded;
        _subscription = hive.Replica.Subscribe(this);
        Look();
    }

    /// <inheritdoc/>
    public void Post(ReadOnlySpan<FlowTag> tags) => Look();

    /// <inheritdoc/>
    public void PostCompareAll() => Look();

    /// <summary>Ends when ports have been asked for as the description at a position needs them, or after a second.</summary>
    public async Task SettledAsync(long position, CancellationToken cancellation)
    {
        var reached = new TaskCompletionSource();
        lock (_gate)
        {
            if (_running is null)
                return;
            _waiting.Add((position, reached));
        }
        Wake();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(reached.Task, Task.Delay(s_patience, _runtime.Time, enough.Token));
        enough.Cancel();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        (_connections.Wanted, _connections.Crowded) = (null, null);
        _stop.Cancel();
        if (_running is { } running)
            await running;
        _stop.Dispose();
    }

    /// <summary>Begins with the first router that translates, or that ports are leased of; then wakes.</summary>
    private void Look()
    {
        lock (_gate)
        {
            var (before, now) = (_seen, _hive.Replica.Topology);
            _seen = now;
            var isNeeded = !now.PortLeases.ByRouter.IsEmpty || before.Routers.KeysUnlike(now.Routers).Any(IsTranslating);
            if (_running is null && !isNeeded)
                return;
            _running ??= Task.WhenAll(_runtime.Start(TickAsync), _runtime.Start(LeaseAsync));

            bool IsTranslating(RouterId id) => now.Routers.GetValueOrDefault(id) is { Translates: true };
        }
        Wake();
    }

    private void Wake() => _woken.Writer.TryWrite(true);

    private void Want(RouterId router, IpAddress address)
    {
        lock (_gate)
        {
            if (!_wanted.Add((router, address)))
                return;
        }
        Wake();
    }

    private void NoteCrowded()
    {
        Volatile.Write(ref _isCrowded, true);
        Wake();
    }

    private async Task TickAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_interval, _runtime.Time, _stop.Token);
                Wake();
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task LeaseAsync()
    {
        try
        {
            while (await _woken.Reader.WaitToReadAsync(_stop.Token))
            {
                _woken.Reader.TryRead(out _);
                var position = _hive.Replica.Topology.Position;
                await _runner.TurnAsync(TakeWanted(), Interlocked.Exchange(ref _isCrowded, false), _stop.Token);
                Settle(position);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException) { }
    }

    private HashSet<(RouterId Router, IpAddress Address)> TakeWanted()
    {
        lock (_gate)
        {
            var wanted = _wanted;
            _wanted = [];
            return wanted;
        }
    }

    private void Settle(long position)
    {
        TaskCompletionSource[] reached;
        lock (_gate)
        {
            reached = [.. _waiting.Where(one => one.Position <= position).Select(one => one.Reached)];
            _waiting.RemoveAll(one => one.Position <= position);
        }
        foreach (var one in reached)
            one.TrySetResult();
    }
}
