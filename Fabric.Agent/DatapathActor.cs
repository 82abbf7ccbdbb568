using System.Collections.Concurrent;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Agent;

/// <summary>Keeps the datapath's ports as the description and the host's interfaces want them.</summary>
/// <remarks>
/// A port of the datapath exists while a virtual port is bound to this host and its interface is there; it counts as up while the interface
/// is up. Packets never pass this mailbox. What only the upcall thread may do is posted to its inbox.
/// </remarks>
public sealed class DatapathActor : IAsyncDisposable
{
    private static readonly TimeSpan FeedRetry = TimeSpan.FromSeconds(1);

    private readonly HostId _self;
    private readonly ITopologyReplica _replica;
    private readonly IDatapath _datapath;
    private readonly UpcallInbox _inbox;
    private readonly UpcallParts _parts;
    private readonly Mailbox<Nothing> _mailbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private readonly ConcurrentDictionary<LinkIndex, Link> _links = new();
    private readonly Dictionary<PortId, string> _wanted = [];
    private readonly Dictionary<PortId, LinkIndex> _attached = [];
    private Dictionary<PortId, string> _problems = [];
    private volatile bool _areLinksKnown;

    /// <summary>Starts with no interface known.</summary>
    /// <param name="self">This host.</param>
    /// <param name="hive">Whose changes are followed.</param>
    /// <param name="datapath">The datapath; touched by the upcall thread only.</param>
    /// <param name="inbox">The upcall thread's.</param>
    /// <param name="parts">The upcall thread's; touched by it only.</param>
    public DatapathActor(HostId self, IHive hive, IDatapath datapath, UpcallInbox inbox, UpcallParts parts)
    {
        (_self, _replica, _datapath, _inbox, _parts) = (self, hive.Replica, datapath, inbox, parts);
        _mailbox = new Mailbox<Nothing>(ActorRuntime.System, capacity: 1, turn: 1, ReceiveAsync);
        _following = FollowAsync(hive);
    }

    /// <summary>Ends with the mailbox, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <summary>Why ports that should be attached are not, by port; for status.</summary>
    public IReadOnlyDictionary<PortId, string> Problems => Volatile.Read(ref _problems);

    /// <summary>Tells that an interface appeared, changed or vanished.</summary>
    /// <remarks>What is known of interfaces is kept outside the mailbox, so that one wake stands for any number of changes and none is lost.</remarks>
    public void Post(LinkChange change)
    {
        if (change.Kind == LinkChangeKind.Vanished)
            _links.TryRemove(change.Link.Index, out _);
        else
            _links[change.Link.Index] = change.Link;
        Wake();
    }

    /// <summary>Tells that all interfaces that are there have been posted: before that a missing one means nothing.</summary>
    public void PostAllTold()
    {
        _areLinksKnown = true;
        Wake();
    }

    /// <summary>Has the actor look again; for the upcall thread, when the datapath lost a port.</summary>
    public void Wake() => _mailbox.TryPost(default);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        await _mailbox.DisposeAsync();
        _stop.Dispose();
    }

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
                await Task.Delay(FeedRetry).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ValueTask ReceiveAsync(IReadOnlyList<Nothing> wakes)
    {
        Reconcile();
        return ValueTask.CompletedTask;
    }

    /// <summary>Finds what this host should have attached, and has the upcall thread bring it about.</summary>
    private void Reconcile()
    {
        if (!_areLinksKnown)
            return;
        _wanted.Clear();
        var topology = _replica.Topology;
        var bound = topology.Referrers.GetValueOrDefault(_self);
        foreach (var referrer in bound?.Keys ?? [])
        {
            if (topology.Ports.TryGetValue(new PortId(referrer.Id), out var port) && port.Binding is { } binding)
                _wanted[port.Id] = binding.Interface;
        }
        var byName = new Dictionary<string, Link>();
        foreach (var link in _links.Values)
            byName[link.Name] = link;
        var plan = _wanted.Select(port => (port.Key, port.Value, byName.GetValueOrDefault(port.Value))).ToArray();
        _inbox.Post(() => Apply(plan));
    }

    /// <summary>On the upcall thread: detaches what is not wanted any more, attaches what is there, and tells what is up.</summary>
    private void Apply((PortId Port, string Interface, Link? Link)[] plan)
    {
        var changed = new List<FlowTag>();
        var gone = new HashSet<PortId>();
        var wanted = plan.ToDictionary(entry => entry.Port, entry => entry.Link?.Index);
        foreach (var (port, datapathPort) in _parts.Ports.Attached.ToArray())
        {
            // An interface that was made anew under its old name has another index, and the old socket is deaf.
            if (wanted.GetValueOrDefault(port) is { } index && _attached.GetValueOrDefault(port) == index)
                continue;
            _datapath.RemovePort(datapathPort);
            _parts.Ports.Remove(port);
            _attached.Remove(port);
            changed.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
            gone.Add(port);
            // A port that is another host's now is not down because it is not here.
            if (!wanted.ContainsKey(port))
                _parts.Learned.SetPortUp(port, isUp: true);
        }
        if (gone.Count > 0)
            _parts.Learned.Forget(gone.Contains);
        var problems = new Dictionary<PortId, string>();
        foreach (var (port, name, link) in plan)
        {
            if (Attach(port, name, link, problems))
                changed.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
        }
        Volatile.Write(ref _problems, problems);
        // All that an earlier agent had attached is attached again, so its flows can be judged.
        _parts.Keeper.Adopt();
        // Where copies go depends on what is attached; nothing else tells the flows.
        _inbox.Post(changed.ToArray());
    }

    /// <summary>Attaches a port if it is not; true if it is attached now and was not before.</summary>
    private bool Attach(PortId port, string name, Link? link, Dictionary<PortId, string> problems)
    {
        var isNew = false;
        if (link is null)
            problems[port] = $"interface {name} does not exist";
        else if (!_parts.Ports.Attached.ContainsKey(port))
        {
            try
            {
                _parts.Ports.Add(port, _datapath.AddPort(name));
                _attached[port] = link.Index;
                isNew = true;
            }
            catch (LinuxException failure)
            {
                problems[port] = failure.Message;
            }
        }
        _parts.Learned.SetPortUp(port, isUp: link is { IsUp: true } && _parts.Ports.Attached.ContainsKey(port));
        return isNew;
    }

    /// <summary>A wake carries nothing: all there is to know is looked up.</summary>
    private readonly record struct Nothing;
}
