using System.Collections.Immutable;
using Fabric.Agent.Connections;
using Fabric.Agent.Upcalls;
using Fabric.Topology.Actors;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Agent;

/// <summary>Follows the feed and tells, change by change, when this host's packets are decided by it.</summary>
/// <remarks>
/// A position is in force when the ports are as it wants them, and each upcall thread has compared every flow that it touches and deleted
/// those that it made wrong: the kernel carries out a deletion before the call that asks for it returns. Ports that
/// sources are translated to are leased, or nobody leases them now. Changes that come meanwhile are
/// taken together.
/// </remarks>
public sealed class InForceLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_feedRetry = TimeSpan.FromSeconds(1);

    private readonly IHive _hive;
    private readonly ImmutableArray<UpcallShard> _shards;
    private readonly DatapathActor? _ports;
    private readonly InForceGauge _gauge;
    private readonly ActorRuntime _runtime;
    private readonly PortLeaseLoop? _leases;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    /// <summary>Begins with the description as it is.</summary>
    /// <param name="hive">Whose changes are followed.</param>
    /// <param name="shards">The upcall threads.</param>
    /// <param name="ports">What attaches interfaces; null where there are none.</param>
    /// <param name="gauge">Where it is told.</param>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="leases">What leases ports to translate to; null where nobody does.</param>
    public InForceLoop(
        IHive hive,
        ImmutableArray<UpcallShard> shards,
        DatapathActor? ports,
        InForceGauge gauge,
        ActorRuntime runtime,
        PortLeaseLoop? leases = null
    )
    {
        (_hive, _shards, _ports, _gauge, _runtime, _leases) = (hive, shards, ports, gauge, runtime, leases);
        _following = runtime.Start(FollowAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await SettleAsync();
                await foreach (var item in _hive.FeedAsync(_gauge.Position, cancellation: _stop.Token))
                {
                    // Those that came meanwhile were settled together with one before.
                    if (item is FeedItem.Resync || item.Head.Position > _gauge.Position)
                        await SettleAsync();
                }
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (JournalException)
            {
                // The journal is away and this reader was behind: what the replica has still comes into force.
                await Task.Delay(s_feedRetry, _runtime.Time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task SettleAsync()
    {
        var position = _hive.Replica.ToldPosition;
        if (_ports is not null)
            await _ports.SettledAsync(_stop.Token);
        if (_leases is not null)
            await _leases.SettledAsync(position, _stop.Token);
        await Task.WhenAll(_shards.Select(CompareAsync));
        _gauge.Advance(position);
    }

    /// <summary>Ends when a thread has compared all flows that the tags in its inbox touch.</summary>
    private async Task CompareAsync(UpcallShard shard)
    {
        // A turn takes the tags after it has done what is posted here, so only a later one can tell.
        var taking = await shard.On(self => self.Loop.Turns, _stop.Token);
        while (await shard.On(self => self.Loop.Turns == taking || self.Parts.Keeper.Waiting > 0, _stop.Token)) { }
    }
}
