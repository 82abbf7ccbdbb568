using System.Diagnostics;
using System.Runtime.InteropServices;
using Fabric.Bindings;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;
using Outbox = Fabric.Topology.Peers.PeerOutbox<
    (Fabric.Devices.ConnectionKey, Fabric.Devices.ConnectionKey),
    Fabric.Agent.Connections.SeenConnection
>;

namespace Fabric.Agent.Connections;

/// <summary>Tells other hosts of connections whose packets they may see, takes what they tell, and asks them for one that nobody here knows.</summary>
/// <remarks>
/// What is told is told until its arrival is. All of it can be merged in any order and any number of times, so nothing more is agreed on: each holder
/// tells the others what it sees, passes on what is news to it, and says that it still sees packets whenever a quarter of the connection's time is over, and each lets it expire by itself.
/// A host that was started anew, here or there, is told everything that it may see; so is one that a binding or a group brings in. No database is asked.
/// </remarks>
public sealed class ConnectionExchangeActor : IConnectionTeller, IReplicaSubscriber, IAsyncDisposable
{
    /// <summary>Connections in a message: so many fit, whatever they are.</summary>
    internal const int MessageConnections = 7;

    /// <summary>What may wait to be told; what finds no room is told with everything else, later.</summary>
    private const int Capacity = 65_536;

    /// <summary>Hosts that one question goes to at most; where more could know, none is asked, but those whose ports are redundant.</summary>
    private const int MaxAsked = 32;

    private const int TurnLetters = 512;
    private const int TicksPerUnit = 10;

    private readonly HostId _self;
    private readonly ulong _incarnation;
    private readonly ConnectionHost _connections;
    private readonly ITopologyReplica _replica;
    private readonly IPeers _peers;
    private readonly IReplicaSubscriber _flows;
    private readonly TimeProvider _time;
    private readonly ConnectionHolders _holders;
    private readonly Audience _audience = new();
    private readonly Mailbox<Letter> _mailbox;
    private readonly ITimer _timer;
    private readonly IDisposable _listening;
    private readonly IDisposable _following;
    private readonly Dictionary<HostId, Outbox> _outboxes = [];
    private readonly List<FlowTag> _touched = [];
    private TopologySnapshot? _topology;
    private int _isWoken;
    private int _hasLost;
    private long _told;
    private long _taken;

    /// <summary>Begins to exchange.</summary>
    /// <param name="connections">This host's; they tell this actor from now on.</param>
    /// <param name="self">This host.</param>
    /// <param name="incarnation">A number that no other start of any agent has.</param>
    /// <param name="replica">Tells which hosts may see a connection.</param>
    /// <param name="peers">Carries the messages.</param>
    /// <param name="flows">Is told which lookups have another answer by what others told.</param>
    /// <param name="runtime">What it runs on.</param>
    public ConnectionExchangeActor(
        ConnectionHost connections,
        HostId self,
        ulong incarnation,
        ITopologyReplica replica,
        IPeers peers,
        IReplicaSubscriber flows,
        ActorRuntime runtime
    )
    {
        (_connections, _self, _incarnation, _replica, _peers) = (connections, self, incarnation, replica, peers);
        (_flows, _time, _holders) = (flows, runtime.Time, new ConnectionHolders(self));
        _mailbox = new Mailbox<Letter>(runtime, Capacity, TurnLetters, Receive);
        _timer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _following = replica.Subscribe(this);
        _listening = peers.Listen(PeerTopic.Connections, Hear);
        connections.TellTo(this);
        Wake();
    }

    /// <summary>Connections that others were told of, each time and each host.</summary>
    public long Told => Volatile.Read(ref _told);

    /// <summary>Connections that others have told of, each time.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Ends with the actor, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    /// <inheritdoc/>
    public void Tell(in ConnectionRecord record, TimeSpan lastSeen)
    {
        var hosts = _holders.Of(record.Ingress, record.Egress);
        if (hosts.Length > 0 && !_mailbox.TryPost(new Letter.News(record, lastSeen, hosts)))
            Volatile.Write(ref _hasLost, 1);
    }

    /// <summary>Asks the hosts that may know which connection packets are of that came in by a port.</summary>
    public void Ask(in ConnectionKey key, PortId ingress) => _mailbox.TryPost(new Letter.Question(key, ingress));

    /// <summary>The description has changed.</summary>
    public void Post(ReadOnlySpan<FlowTag> touched) => Wake();

    /// <summary>The description has changed.</summary>
    public void PostCompareAll() => Wake();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _following.Dispose();
        _listening.Dispose();
        await _timer.DisposeAsync();
        await _mailbox.DisposeAsync();
    }

    /// <summary>One wake stands for any number of reasons; a full mailbox is looked through anyway.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0 && !_mailbox.TryPost(Letter.Wakened))
            Volatile.Write(ref _isWoken, 0);
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out ConnectionsMessage? message, out _))
            _mailbox.TryPost(new Letter.Heard(sender, message));
    }

    private ValueTask Receive(IReadOnlyList<Letter> letters)
    {
        Volatile.Write(ref _isWoken, 0);
        Follow(_replica.Topology);
        foreach (var letter in letters)
        {
            switch (letter)
            {
                case Letter.News news:
                    Post(news.Record, news.LastSeen, news.Hosts);
                    break;
                case Letter.Question question:
                    Send(question);
                    break;
                case Letter.Heard heard when _outboxes.TryGetValue(heard.Sender, out var outbox):
                    Take(heard.Sender, outbox, heard.Message);
                    break;
            }
        }
        if (Interlocked.Exchange(ref _hasLost, 0) != 0)
        {
            foreach (var outbox in _outboxes.Values)
                outbox.Drop();
        }
        SendAll();
        return ValueTask.CompletedTask;
    }

    /// <summary>Greets hosts that are new, forgets those that are gone, and tells hosts what they may see now.</summary>
    private void Follow(TopologySnapshot topology)
    {
        if (ReferenceEquals(_topology, topology))
            return;
        _topology = topology;
        foreach (var gone in _outboxes.Keys.Where(host => !topology.PeerKeys.ContainsKey(host)).ToList())
            _outboxes.Remove(gone);
        foreach (var host in topology.PeerKeys.Keys.Where(host => host != _self && !_outboxes.ContainsKey(host)))
            _outboxes.Add(host, NewOutbox());
        var gained = _holders.Follow(topology);
        if (gained.Count > 0)
            TellAll(gained);
    }

    private void Take(HostId sender, Outbox outbox, ConnectionsMessage message)
    {
        var mustTellAll = outbox.IsAnotherStart(message.Incarnation);
        // Word of arrival may be meant for the agent that ran here before this one, whose numbers were the same.
        var now = _time.GetTimestamp();
        mustTellAll |= message.Receiver == _incarnation && outbox.Arrive(message.Arrived.AsSpan(), _time, now);
        if (mustTellAll)
            TellAll(new HashSet<HostId> { sender });
        outbox.Hear(_time, now);
        if (message.Number != 0)
            outbox.Acknowledge(message.Number);
        foreach (var told in message.Connections)
            Take(sender, told);
        Interlocked.Add(ref _taken, message.Connections.Length);
        foreach (var key in message.Asked)
            _connections.TellOf(key, new Answer(outbox));
        if (_touched.Count == 0)
            return;
        _flows.Post(CollectionsMarshal.AsSpan(_touched));
        _touched.Clear();
    }

    private void Take(HostId sender, ToldConnection told)
    {
        var silence = TimeSpan.FromSeconds((double)told.Silence / TicksPerUnit);
        if (!_connections.Merge(told.Record, silence, _touched))
            return;
        // Whoever told may end before it has told all others.
        var others = _holders.Of(told.Record.Ingress, told.Record.Egress);
        if (others.Length > 1)
            Post(told.Record, _connections.Now - silence, others.Where(host => host != sender));
    }

    private void TellAll(IReadOnlySet<HostId> hosts) => _connections.TellAll(new Selection(this, hosts));

    private void Post(in ConnectionRecord record, TimeSpan lastSeen, IEnumerable<HostId> hosts)
    {
        var seen = new SeenConnection(record, lastSeen);
        foreach (var host in hosts)
            _outboxes.GetValueOrDefault(host)?.Post(seen.Subject, seen);
    }

    private void Send(Letter.Question question)
    {
        var hosts = new HashSet<HostId>(_holders.BesideOf(question.Ingress));
        var concerned = _audience.Of(_topology!, new DeviceRef(DeviceKind.Port, question.Ingress.Value));
        if (concerned.Count <= MaxAsked)
            hosts.UnionWith(concerned);
        hosts.Remove(_self);
        if (hosts.Count == 0)
            return;
        var payload = PeerCodec.Encode(new ConnectionsMessage(_incarnation, 0, 0, [], [], [question.Key]));
        foreach (var host in hosts)
            _peers.TrySend(host, PeerTopic.Connections, payload);
    }

    private void SendAll()
    {
        var now = _time.GetTimestamp();
        var due = Timeout.InfiniteTimeSpan;
        foreach (var (host, outbox) in _outboxes)
        {
            while (outbox.TryNext(_time, now, out var next))
            {
                Interlocked.Add(ref _told, next.Words.Length);
                var time = _connections.Now;
                var message = new ConnectionsMessage(
                    _incarnation,
                    next.Receiver,
                    next.Number,
                    next.Arrived,
                    [.. next.Words.Select(word => new ToldConnection(word.Record, SilenceOf(word.LastSeen, time)))],
                    []
                );
                var payload = PeerCodec.Encode(message);
                Debug.Assert(payload.Length <= IPeers.MaxPayload, "a message of connections fits");
                _peers.TrySend(host, PeerTopic.Connections, payload);
            }
            if (outbox.DueIn(_time, now) is { } wait && (due == Timeout.InfiniteTimeSpan || wait < due))
                due = wait;
        }
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static uint SilenceOf(TimeSpan lastSeen, TimeSpan now) =>
        lastSeen >= now ? 0 : (uint)((now - lastSeen).Ticks * TicksPerUnit / TimeSpan.TicksPerSecond);

    private static Outbox NewOutbox() => new(MessageConnections, SeenConnection.Combine);

    /// <summary>Tells some hosts of what they may see.</summary>
    private sealed class Selection(ConnectionExchangeActor exchange, IReadOnlySet<HostId> hosts) : IConnectionTeller
    {
        public void Tell(in ConnectionRecord record, TimeSpan lastSeen) =>
            exchange.Post(record, lastSeen, exchange._holders.Of(record.Ingress, record.Egress).Where(hosts.Contains));
    }

    /// <summary>Tells the one that asked.</summary>
    private sealed class Answer(Outbox outbox) : IConnectionTeller
    {
        public void Tell(in ConnectionRecord record, TimeSpan lastSeen)
        {
            var seen = new SeenConnection(record, lastSeen);
            outbox.Answer(seen.Subject, seen);
        }
    }

    /// <summary>What the actor is to do next; the bare one, to look what there is.</summary>
    private record Letter
    {
        public static Letter Wakened { get; } = new();

        public sealed record News(ConnectionRecord Record, TimeSpan LastSeen, HostId[] Hosts) : Letter;

        public sealed record Question(ConnectionKey Key, PortId Ingress) : Letter;

        public sealed record Heard(HostId Sender, ConnectionsMessage Message) : Letter;
    }
}
