using System.Diagnostics;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Learned;

/// <summary>Tells other hosts what this one learns, and takes what they tell: straight between the hosts that it matters to.</summary>
/// <remarks>
/// A fact is told until its arrival is told back. A host that was started anew, here or there, is told all that matters to it, its own facts of
/// before included; so is one that a link or a binding brings into the audience. No database is asked.
/// </remarks>
public sealed class LearnedExchangeActor : IReplicaSubscriber, IAsyncDisposable
{
    /// <summary>How many messages may wait; one that finds no room is sent again by the other.</summary>
    public const int Capacity = 4096;

    private const int TurnLetters = 256;

    private readonly HostId _self;
    private readonly ulong _incarnation;
    private readonly TimeProvider _time;
    private readonly ITopologyReplica _replica;
    private readonly LearnedTable _table;
    private readonly IPeers _peers;
    private readonly Mailbox<Letter> _mailbox;
    private readonly ITimer _timer;
    private readonly IDisposable _listening;
    private readonly IDisposable _following;
    private readonly Audience _audience = new();
    private readonly Dictionary<HostId, FactOutbox> _outboxes = [];
    private readonly Dictionary<DeviceRef, IReadOnlySet<HostId>> _told = [];
    private readonly List<StampedFact> _facts = [];
    private TopologySnapshot _topology = TopologySnapshot.Empty;
    private int _isWoken;

    /// <summary>Begins to exchange.</summary>
    /// <param name="options">This node and its start.</param>
    /// <param name="replica">Tells whom a fact matters to.</param>
    /// <param name="table">What is learned.</param>
    /// <param name="peers">Carries the messages.</param>
    public LearnedExchangeActor(HiveOptions options, ITopologyReplica replica, LearnedTable table, IPeers peers)
    {
        (_self, _incarnation, _time) = (options.Self.Host, options.Incarnation, options.Runtime.Time);
        (_replica, _table, _peers) = (replica, table, peers);
        _mailbox = new Mailbox<Letter>(options.Runtime, Capacity, TurnLetters, Receive);
        _timer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _table.Untold += Wake;
        _following = replica.Subscribe(this);
        _listening = peers.Listen(PeerTopic.Facts, Hear);
        Wake();
    }

    /// <summary>Facts that others were told, each time and each host.</summary>
    public long Told { get; private set; }

    /// <summary>Facts that others have told.</summary>
    public long Taken { get; private set; }

    /// <summary>Ends with the actor, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <summary>The description has changed.</summary>
    public void Post(ReadOnlySpan<FlowTag> touched) => Wake();

    /// <summary>The description has changed.</summary>
    public void PostCompareAll() => Wake();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _table.Untold -= Wake;
        _following.Dispose();
        _listening.Dispose();
        await _timer.DisposeAsync();
        await _mailbox.DisposeAsync();
    }

    /// <summary>One wake stands for any number of reasons; a full mailbox is looked through anyway.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0 && !_mailbox.TryPost(default))
            Volatile.Write(ref _isWoken, 0);
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out FactsMessage? message, out _))
            _mailbox.TryPost(new Letter(sender, message));
    }

    private ValueTask Receive(IReadOnlyList<Letter> letters)
    {
        Volatile.Write(ref _isWoken, 0);
        Follow(_replica.Topology);
        foreach (var (sender, message) in letters)
        {
            if (message is not null && _outboxes.TryGetValue(sender, out var outbox))
                Take(sender, outbox, message);
        }
        TellNew();
        SendAll();
        return ValueTask.CompletedTask;
    }

    /// <summary>Greets hosts that are new, forgets those that are gone, and tells hosts what has begun to matter to them.</summary>
    private void Follow(TopologySnapshot topology)
    {
        if (ReferenceEquals(_topology, topology))
            return;
        _topology = topology;
        foreach (var gone in _outboxes.Keys.Where(host => !topology.PeerKeys.ContainsKey(host)).ToList())
            _outboxes.Remove(gone);
        foreach (var host in topology.PeerKeys.Keys.Where(host => host != _self && !_outboxes.ContainsKey(host)))
            _outboxes.Add(host, new FactOutbox());
        foreach (var (place, before) in _told.ToList())
        {
            var now = _audience.Of(topology, place);
            _told[place] = now;
            // This host is told nothing, and one that has no key yet is told all when it has one.
            foreach (var host in now.Where(host => !before.Contains(host) && _outboxes.ContainsKey(host)))
                TellAll(host, fact => fact.Place == place);
        }
    }

    private void Take(HostId sender, FactOutbox outbox, FactsMessage message)
    {
        if (outbox.IsAnotherStart(message.Incarnation))
            TellAll(sender, _ => true);
        // Word of arrival may be meant for the agent that ran here before this one, whose numbers were the same.
        var now = _time.GetTimestamp();
        if (message.Receiver == _incarnation && outbox.Arrive(message.Arrived.AsSpan(), _time, now))
            TellAll(sender, _ => true);
        outbox.Hear(_time, now);
        if (message.Number != 0)
            outbox.Acknowledge(message.Number);
        Taken += message.Facts.Length;
        if (message.Facts.IsEmpty)
            return;
        _facts.Clear();
        _table.Merge(message.Facts, newer: _facts);
        foreach (var known in _facts)
            outbox.Post(known);
    }

    private void TellNew()
    {
        _facts.Clear();
        _table.TakeUntold(_facts);
        foreach (var stamped in _facts)
        {
            var hosts = _audience.Of(_topology, stamped.Fact.Place);
            _told[stamped.Fact.Place] = hosts;
            foreach (var host in hosts)
                _outboxes.GetValueOrDefault(host)?.Post(stamped);
        }
    }

    /// <summary>Tells a host what is known of some places, as far as it matters to that host or is its own of before.</summary>
    private void TellAll(HostId host, Func<LearnedFact, bool> isWanted)
    {
        var outbox = _outboxes[host];
        _facts.Clear();
        _table.Collect(host, _facts);
        foreach (var stamped in _facts)
        {
            var isHeard = stamped.Owner == host || _audience.Of(_topology, stamped.Fact.Place).Contains(host);
            if (isHeard && isWanted(stamped.Fact))
                outbox.Post(stamped);
        }
    }

    private void SendAll()
    {
        var now = _time.GetTimestamp();
        var due = Timeout.InfiniteTimeSpan;
        foreach (var (host, outbox) in _outboxes)
        {
            while (outbox.TryNext(_time, now, _incarnation, out var message))
            {
                Told += message.Facts.Length;
                var payload = PeerCodec.Encode(message);
                Debug.Assert(payload.Length <= IPeers.MaxPayload, "a message of facts fits");
                _peers.TrySend(host, PeerTopic.Facts, payload);
            }
            if (outbox.DueIn(_time, now) is { } wait && (due == Timeout.InfiniteTimeSpan || wait < due))
                due = wait;
        }
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A message of another host, or, the default, that there is something to do.</summary>
    private readonly record struct Letter(HostId Sender, FactsMessage? Message);
}
