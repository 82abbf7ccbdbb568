using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Learned;
using Fabric.Topology.Replica;

namespace Fabric.Agent;

/// <summary>Keeps the datapath's ports as the description and the host's interfaces want them, and spreads them over the upcall threads.</summary>
/// <remarks>
/// A port of the datapath exists while a virtual port is bound to this host and its interface is there; it counts as up while the interface
/// is up. Packets never pass this mailbox. What only an upcall thread may do is posted to its inbox.
/// </remarks>
public sealed partial class DatapathActor : IAsyncDisposable
{
    private static readonly TimeSpan FeedRetry = TimeSpan.FromSeconds(1);

    private readonly ActorRuntime _runtime;
    private readonly HostId _self;
    private readonly ITopologyReplica _replica;
    private readonly ImmutableArray<UpcallShard> _shards;
    private readonly LearnedTable _learned;
    private readonly IReplicaSubscriber _touched;
    private readonly Mailbox<Nothing> _mailbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private readonly ConcurrentDictionary<LinkIndex, Link> _links = new();
    private readonly ConcurrentQueue<uint> _vanished = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _settling = new();
    private readonly Dictionary<PortId, Attachment> _attached = [];
    private readonly HashSet<PortId> _told = [];
    private readonly HashSet<PortId> _up = [];
    private Dictionary<PortId, string> _problems = [];
    private string? _failure;
    private volatile bool _areLinksKnown;
    private volatile bool _areLinksChanged;
    private bool _hasAdopted;

    /// <summary>Starts with no interface known.</summary>
    /// <param name="self">This host.</param>
    /// <param name="hive">Whose changes are followed.</param>
    /// <param name="shards">The upcall threads.</param>
    /// <param name="tunnelUdpPort">Where hosts listen to each other.</param>
    /// <param name="runtime">What it runs on.</param>
    public DatapathActor(HostId self, IHive hive, ImmutableArray<UpcallShard> shards, ushort tunnelUdpPort, ActorRuntime runtime)
    {
        (_runtime, _self, _replica, _shards, _learned) = (runtime, self, hive.Replica, shards, hive.Learned);
        _tunnelUdpPort = tunnelUdpPort;
        _touched = new UpcallInboxes([.. shards.Select(shard => shard.Inbox)]);
        _mailbox = new Mailbox<Nothing>(runtime, capacity: 1, turn: 1, ReceiveAsync);
        _following = runtime.Start(() => FollowAsync(hive));
    }

    /// <summary>Ends with the mailbox, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <summary>Why ports that should be attached are not, by port; for status.</summary>
    public IReadOnlyDictionary<PortId, string> Problems => Volatile.Read(ref _problems);

    /// <summary>Why the last attempt to bring the ports about stopped halfway, or null; for status.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Tells that an interface appeared, changed or vanished.</summary>
    /// <remarks>What is known of interfaces is kept outside the mailbox, so that one wake stands for any number of changes and none is lost.</remarks>
    public void Post(LinkChange change)
    {
        if (change.Kind == LinkChangeKind.Vanished)
            _links.TryRemove(change.Link.Index, out _);
        else
            _links[change.Link.Index] = change.Link;
        _areLinksChanged = true;
        Wake();
    }

    /// <summary>Tells that all interfaces that are there have been posted: before that a missing one means nothing.</summary>
    public void PostAllTold()
    {
        _areLinksKnown = true;
        Wake();
    }

    /// <summary>Tells that a datapath detached ports by itself, their interfaces being gone.</summary>
    public void PostVanished(IReadOnlyList<uint> ports)
    {
        foreach (var port in ports)
            _vanished.Enqueue(port);
        Wake();
    }

    /// <summary>Ends when the ports are as the description at the time of the call, or a newer one, wants them, as far as interfaces allow.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task SettledAsync(CancellationToken cancellation)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _settling.Enqueue(settled);
        Wake();
        return settled.Task.Until(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _following;
        await _mailbox.DisposeAsync();
        _stop.Dispose();
    }

    private void Wake() => _mailbox.TryPost(default);

    private void WakeLater() => _ = Task.Delay(FeedRetry, _runtime.Time, _stop.Token).ContinueWith(_ => Wake(), _runtime.Scheduler);

    /// <summary>Looks again whenever the description has changed: a binding that comes or goes need not touch any flow.</summary>
    private async Task FollowAsync(IHive hive)
    {
        while (!_stop.IsCancellationRequested)
        {
            Wake();
            try
            {
                await foreach (var item in hive.FeedAsync(hive.Replica.Topology.Position, cancellation: _stop.Token))
                    Wake();
            }
            catch (OperationCanceledException) { }
            catch (JournalException)
            {
                // The journal is away and this reader was behind; the replica goes on, and so does this after a while.
                await Task.Delay(FeedRetry, _runtime.Time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async ValueTask ReceiveAsync(IReadOnlyList<Nothing> wakes)
    {
        if (!_areLinksKnown)
            return;
        var settling = _settling.Count;
        try
        {
            await ReconcileAsync();
            for (; settling > 0 && _settling.TryDequeue(out var settled); settling--)
                settled.SetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
        catch (LinuxException failure)
        {
            // Nothing of one port is worth the agent: what is missing is tried again.
            Volatile.Write(ref _failure, failure.Message);
            WakeLater();
        }
    }

    /// <summary>Brings about what this host should have attached: detaches what is not wanted, attaches what is there, tells what is up.</summary>
    private async Task ReconcileAsync()
    {
        _learned.Review();
        var wanted = FindWanted();
        var changed = new List<FlowTag>();
        await DetachAsync(wanted, changed);
        await ReconcileTunnelAsync(changed);
        await ReconcileMtuAsync(changed);
        var problems = await AttachAsync(wanted, changed);
        var isChanged = TellWhichAreUp(wanted);
        Volatile.Write(ref _problems, problems);
        Volatile.Write(ref _failure, _tunnelFailure);
        if (!_hasAdopted)
            await AdoptAsync();
        _hasAdopted = true;
        await PrepareAsync(isChanged || changed.Count > 0);
        // Where copies go depends on what is attached; nothing else tells the flows.
        _touched.Post(changed.ToArray());
    }

    /// <returns>Some came up or went down.</returns>
    private bool TellWhichAreUp(Dictionary<PortId, (string Interface, Link? Link)> wanted)
    {
        // A port that is another host's now, or nobody's, is not down because it is not here.
        foreach (var port in _told.Where(port => !wanted.ContainsKey(port)).ToArray())
        {
            _learned.SetPortUp(port, isUp: true);
            _told.Remove(port);
        }
        var isChanged = false;
        foreach (var (port, (_, link)) in wanted)
        {
            var isUp = link is { IsUp: true } && _attached.ContainsKey(port);
            _told.Add(port);
            _learned.SetPortUp(port, isUp);
            isChanged |= isUp ? _up.Add(port) : _up.Remove(port);
        }
        return isChanged;
    }

    private Dictionary<PortId, (string Interface, Link? Link)> FindWanted()
    {
        var topology = _replica.Topology;
        var byName = new Dictionary<string, Link>();
        foreach (var link in _links.Values)
            byName[link.Name] = link;
        var wanted = new Dictionary<PortId, (string, Link?)>();
        foreach (var (name, port) in topology.HostIndexes.GetValueOrDefault(_self, HostIndex.Empty).Interfaces)
            wanted[port] = (name, byName.GetValueOrDefault(name));
        return wanted;
    }

    private async Task DetachAsync(Dictionary<PortId, (string Interface, Link? Link)> wanted, List<FlowTag> changed)
    {
        var vanished = new HashSet<uint>();
        while (_vanished.TryDequeue(out var number))
            vanished.Add(number);
        _isTunnelGone |= _tunnel != 0 && vanished.Contains(_tunnel);
        // An interface that was made anew under its old name has another index, and what the datapath has of it is deaf.
        var gone = _attached
            .Where(entry => vanished.Contains(entry.Value.Number) || wanted.GetValueOrDefault(entry.Key).Link?.Index != entry.Value.Index)
            .ToDictionary();
        if (gone.Count == 0)
            return;
        await OnEachAsync(shard =>
        {
            foreach (var (port, attachment) in gone)
            {
                if (attachment.Shard == shard)
                    shard.Datapath.RemovePort(attachment.Number);
                shard.Parts.Ports.Remove(port);
            }
            return true;
        });
        foreach (var port in gone.Keys)
        {
            _attached.Remove(port);
            changed.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
            // Its number comes back some day; flows that it is the way in of must have gone by then.
            changed.Add(FlowTag.Of(FlowTagKind.Port, port.Value));
        }
        _learned.Detach(gone.Keys.ToHashSet());
    }

    /// <summary>In three steps, so that no thread receives packets for a port that another does not know yet.</summary>
    private async Task<Dictionary<PortId, string>> AttachAsync(
        Dictionary<PortId, (string Interface, Link? Link)> wanted,
        List<FlowTag> changed
    )
    {
        var problems = new Dictionary<PortId, string>();
        var missing = new List<(PortId Port, string Interface, LinkIndex Index)>();
        foreach (var (port, (name, link)) in wanted)
        {
            if (link is null)
                problems[port] = $"interface {name} does not exist";
            else if (!_attached.ContainsKey(port))
                missing.Add((port, name, link.Index));
        }
        if (missing.Count == 0)
            return problems;
        var added = new Dictionary<PortId, Attachment>();
        foreach (var outcomes in await OnEachAsync(shard => AddPorts(shard, missing)))
        {
            foreach (var (port, attachment, problem) in outcomes)
            {
                if (problem is null)
                    added.Add(port, attachment);
                else
                    problems[port] = problem;
            }
        }
        await OnEachAsync(shard =>
        {
            foreach (var (port, attachment) in added)
                shard.Parts.Ports.Add(port, attachment.Number);
            return true;
        });
        await OnEachAsync(shard =>
        {
            foreach (var attachment in added.Values.Where(attachment => attachment.Shard == shard))
                shard.Datapath.Listen(attachment.Number);
            return true;
        });
        foreach (var (port, attachment) in added)
        {
            _attached.Add(port, attachment);
            changed.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
        }
        return problems;
    }

    private List<(PortId Port, Attachment Attachment, string? Problem)> AddPorts(
        UpcallShard shard,
        List<(PortId Port, string Interface, LinkIndex Index)> missing
    )
    {
        var outcomes = new List<(PortId, Attachment, string?)>();
        foreach (var (port, name, index) in missing)
        {
            if (_shards[(int)(port.Value % (ulong)_shards.Length)] != shard)
                continue;
            try
            {
                outcomes.Add((port, new Attachment(shard, shard.Datapath.AddPort(name), index), null));
            }
            catch (LinuxException failure)
            {
                outcomes.Add((port, default, failure.Message));
            }
        }
        return outcomes;
    }

    /// <summary>All that an earlier agent had attached is attached again, so its flows can be judged.</summary>
    private async Task AdoptAsync()
    {
        var owners = _attached.Values.ToDictionary(attachment => attachment.Number, attachment => attachment.Shard);
        await _shards[0].On(shard => Done(() => shard.Datapath.DetachLeftovers([.. owners.Keys, _tunnel])), _stop.Token);
        // Flows of ports that nobody has are for the first thread to delete.
        await OnEachAsync(shard =>
            Done(() => shard.Parts.Keeper.TakeLeftovers(port => owners.GetValueOrDefault(port, _shards[0]) == shard))
        );
        while (await IsAnyAsync(keeper => keeper.Recall())) { }
        while (await IsAnyAsync(keeper => keeper.Adopt())) { }
    }

    private async Task<bool> IsAnyAsync(Func<FlowKeeper, bool> slice) =>
        (await OnEachAsync(shard => slice(shard.Parts.Keeper))).Contains(true);

    private async Task<IReadOnlyList<T>> OnEachAsync<T>(Func<UpcallShard, T> work) =>
        await Task.WhenAll(_shards.Select(shard => shard.On(work, _stop.Token)));

    private static bool Done(Action work)
    {
        work();
        return true;
    }

    private readonly record struct Attachment(UpcallShard Shard, uint Number, LinkIndex Index);

    /// <summary>A wake carries nothing: all there is to know is looked up.</summary>
    private readonly record struct Nothing;
}
