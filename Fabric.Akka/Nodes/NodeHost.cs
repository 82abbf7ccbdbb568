using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Hosting;
using Fabric.Topology.Actors;
using Fabric.Topology.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fabric.Akka.Nodes;

/// <summary>Keeps this node in the cluster: starts an actor system, joins, and starts another when that one has ended, for as long as the hive is open.</summary>
/// <remarks>A cluster that downs this node ends its actor system and nothing else; the replica goes on deciding meanwhile.</remarks>
internal sealed class NodeHost : IAsyncDisposable
{
    private static readonly TimeSpan s_joinPatience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_partingPatience = TimeSpan.FromSeconds(3);

    private readonly NodeParts _parts;
    private readonly Config _settings;
    private readonly NodeListSession _list;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Node? _current;

    /// <param name="parts">What its actors work with.</param>
    /// <param name="settings">What its actor systems are told.</param>
    internal NodeHost(NodeParts parts, Config settings)
    {
        (_parts, _settings) = (parts, settings);
        _list = new NodeListSession(parts.Journal);
        _loop = parts.Options.Runtime.Start(RunAsync);
    }

    /// <summary>The actor system that is in the cluster; null while there is none.</summary>
    internal Node? Current => Volatile.Read(ref _current);

    /// <summary>Why there was none the last time, in one sentence.</summary>
    internal string? Trouble { get; private set; }

    /// <summary>How many actor systems this node has had.</summary>
    internal int Starts { get; private set; }

    /// <summary>Ends when the hive is closed, or with the exception of a bug of ours.</summary>
    internal Task Completion => _loop;

    private TimeProvider Time => _parts.Options.Runtime.Time;

    /// <summary>Ends when this node is in the cluster, or when patience does.</summary>
    /// <returns>Whether it is.</returns>
    internal async Task<bool> JoinedAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var joined = Volatile.Read(ref _joined).Task;
        await Task.WhenAny(joined, _loop, Task.Delay(patience, Time, cancellation));
        cancellation.ThrowIfCancellationRequested();
        // Ends it, if it has ended by what the configuration says.
        if (_loop.IsFaulted)
            await _loop;
        return joined.IsCompleted;
    }

    /// <summary>Leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await LiveAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not ConfigurationException)
            {
                // The world: a database that is away, an address that is taken. What is our bug shows in commands that are refused.
                Trouble = failure.Message;
            }
            await Task.Delay(s_pause, Time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Current);
        }
    }

    /// <summary>The life of one actor system.</summary>
    private async Task LiveAsync()
    {
        using var host = NodeSystem.Compose(_parts, _settings);
        Starts++;
        try
        {
            await host.StartAsync(_stop.Token);
            var system = host.Services.GetRequiredService<ActorSystem>();
            var cluster = Cluster.Get(system);
            var address = cluster.SelfAddress.ToString();
            try
            {
                await JoinAsync(system, cluster, address);
                var registry = ActorRegistry.For(system);
                Volatile.Write(ref _current, new Node(system, kind => NodeSystem.RegionOf(registry, kind)));
                Trouble = null;
                _joined.TrySetResult();
                await StayAsync(system, address);
            }
            finally
            {
                _joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _current, null);
                await LeaveAsync(address);
            }
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private async Task JoinAsync(ActorSystem system, Cluster cluster, string address)
    {
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(s_joinPatience);
            try
            {
                var isSeeded = !cluster.Settings.SeedNodes.IsEmpty;
                var others = isSeeded ? [] : await _list.EnterAsync(address, patience.Token);
                if (isSeeded)
                    await cluster.JoinSeedNodesAsync(cluster.Settings.SeedNodes, patience.Token);
                else if (others.IsEmpty)
                    await cluster.JoinAsync(cluster.SelfAddress, patience.Token);
                else
                    await cluster.JoinSeedNodesAsync(others.Select(Address.Parse), patience.Token);
                return;
            }
            catch (Exception late) when (!_stop.IsCancellationRequested && !system.WhenTerminated.IsCompleted)
            {
                Trouble = late is JournalException ? late.Message : $"the cluster cannot be joined yet: {late.Message}";
                await Task.Delay(s_pause, Time, _stop.Token);
            }
        }
    }

    /// <summary>Keeps the node on the list until its actor system ends.</summary>
    private async Task StayAsync(ActorSystem system, string address)
    {
        while (!system.WhenTerminated.IsCompleted)
        {
            try
            {
                await _list.RenewAsync(address, _stop.Token);
            }
            catch (JournalException)
            {
                // Whoever begins meanwhile does not reach the database either.
            }
            var pause = Task.Delay(NodeListSession.Interval, Time, _stop.Token);
            await await Task.WhenAny(system.WhenTerminated, pause);
        }
        Trouble = "the cluster went on without this node; it joins again";
    }

    private async Task LeaveAsync(string address)
    {
        using var patience = new CancellationTokenSource(s_partingPatience, Time);
        try
        {
            await _list.LeaveAsync(address, patience.Token);
        }
        catch (Exception away) when (away is JournalException or OperationCanceledException)
        {
            // It grows old.
        }
    }
}
