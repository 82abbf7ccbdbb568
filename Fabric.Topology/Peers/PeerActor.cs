using System.Buffers.Binary;
using System.Security.Cryptography;
using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Topology.Actors;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Peers;

/// <summary>Sends and receives messages between this host's agent and others, by the keys and addresses that the description gives them.</summary>
/// <remarks>One turn at a time does all sealing and opening; so nothing here locks, and a flood of datagrams costs one thread at most.</remarks>
public sealed class PeerActor : IPeers, IAsyncDisposable
{
    /// <summary>How many datagrams and messages may wait; more are lost, and counted.</summary>
    public const int Capacity = 4096;

    private const int TurnLetters = 128;

    /// <summary>How soon what was agreed on with a host is forgotten whose key is gone.</summary>
    private static readonly TimeSpan s_tidyInterval = TimeSpan.FromSeconds(5);

    private readonly HostId _self;
    private readonly ITopologyReplica _replica;
    private readonly PeerKeyPair _key;
    private readonly IPeerTransport _transport;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Mailbox<Letter> _mailbox;
    private readonly ITimer _tick;
    private readonly Dictionary<HostId, Peer> _peers = [];
    private readonly HashSet<HostId> _asking = [];
    private readonly byte[] _datagram = new byte[PeerDatagram.MaxLength];
    private readonly byte[] _message = new byte[PeerDatagram.MaxLength];
    private readonly Action<HostId, ReadOnlyMemory<byte>>?[] _listeners = new Action<HostId, ReadOnlyMemory<byte>>?[
        (int)Enum.GetValues<PeerTopic>().Max() + 1
    ];

    /// <summary>Begins to receive.</summary>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="self">This host.</param>
    /// <param name="replica">Where keys and addresses are looked up, each time.</param>
    /// <param name="key">This agent's key; not disposed.</param>
    /// <param name="transport">Carries the datagrams; closed with the actor.</param>
    public PeerActor(ActorRuntime runtime, HostId self, ITopologyReplica replica, PeerKeyPair key, IPeerTransport transport)
    {
        (_self, _replica, _key, _transport, _time) = (self, replica, key, transport, runtime.Time);
        _began = _time.GetTimestamp();
        _mailbox = new Mailbox<Letter>(runtime, Capacity, TurnLetters, Receive);
        _tick = _time.CreateTimer(_ => _mailbox.TryPost(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _transport.Start(Arrive);
    }

    /// <summary>What became of it all.</summary>
    public PeerCounters Counters { get; } = new();

    /// <summary>Gives random numbers that nobody can foresee; never 0.</summary>
    public Func<ulong> NewId { get; init; } = RandomId;

    /// <summary>Ends with the actor, or with the exception of a listener, which is a bug.</summary>
    public Task Completion => _mailbox.Completion;

    private TimeSpan _interval = Timeout.InfiniteTimeSpan;

    private TimeSpan Now => _time.GetElapsedTime(_began);

    /// <inheritdoc/>
    public bool TrySend(HostId to, PeerTopic topic, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, IPeers.MaxPayload);
        var topology = _replica.Topology;
        if (to == _self || !topology.PeerKeys.ContainsKey(to) || !Underlay.TryPair(topology, _self, to, out _, out _))
            return false;
        var message = new byte[1 + payload.Length];
        message[0] = (byte)topic;
        payload.CopyTo(message.AsSpan(1));
        return Post(new Letter(to, message));
    }

    /// <inheritdoc/>
    public IDisposable Listen(PeerTopic topic, Action<HostId, ReadOnlyMemory<byte>> receive)
    {
        var before = Interlocked.CompareExchange(ref _listeners[(int)topic], receive, null);
        return before is null ? new Listening(this, topic) : throw new InvalidOperationException($"two listeners to {topic}");
    }

    /// <summary>Receives and sends no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _tick.DisposeAsync();
        await _transport.DisposeAsync();
        await _mailbox.DisposeAsync();
        foreach (var peer in _peers.Values)
            peer.Session?.Dispose();
    }

    // The datagram is the transport's. Who sent it stands in it, and is proven by it: the address means nothing.
    private void Arrive(IpAddress source, ReadOnlyMemory<byte> datagram) => Post(new Letter(null, datagram.ToArray()));

    private bool Post(Letter letter)
    {
        var isTaken = _mailbox.TryPost(letter);
        if (!isTaken)
            Counters.Count(PeerDrop.Full);
        return isTaken;
    }

    private ValueTask Receive(IReadOnlyList<Letter> letters)
    {
        foreach (var (to, bytes) in letters)
        {
            if (bytes is null)
                Tick();
            else if (to is { } host)
                Seal(host, bytes);
            else
                Open(bytes);
        }
        SetTick();
        return ValueTask.CompletedTask;
    }

    /// <summary>Time matters while somebody is asked; else only to those whose keys are gone, and to nobody while there is none.</summary>
    private void SetTick()
    {
        var interval =
            _asking.Count > 0 ? PeerSession.AskInterval
            : _peers.Count > 0 ? s_tidyInterval
            : Timeout.InfiniteTimeSpan;
        if (interval == _interval)
            return;
        _interval = interval;
        _tick.Change(interval, interval);
    }

    private void Seal(HostId to, byte[] message)
    {
        if (Find(to) is not { } session)
            Counters.Count(PeerDrop.UnknownHost);
        else
        {
            if (!session.Post(message))
                Counters.Count(PeerDrop.Full);
            SendAll(to, session);
        }
    }

    private void Open(byte[] datagram)
    {
        if (!PeerDatagram.TryReadHeader(datagram, out var header))
            Counters.Count(PeerDrop.Malformed);
        else if (Find(header.Sender) is not { } session)
            Counters.Count(PeerDrop.UnknownHost);
        else
        {
            var arrival = session.Receive(header, datagram, Now, NewId(), _message);
            if (arrival.Drop != PeerDrop.None)
                Counters.Count(arrival.Drop);
            SendAll(header.Sender, session);
            if (arrival.IsMessage)
                Tell(header.Sender, _message.AsMemory(0, arrival.Length));
        }
    }

    private void Tell(HostId sender, ReadOnlyMemory<byte> message)
    {
        var topic = message.Span[0];
        if (!Enum.IsDefined((PeerTopic)topic))
            Counters.Count(PeerDrop.UnknownTopic);
        else if (Volatile.Read(ref _listeners[topic]) is { } listener)
        {
            Counters.CountHeard();
            listener(sender, message[1..]);
        }
        else
            Counters.Count(PeerDrop.NoListener);
    }

    private void Tick()
    {
        var keys = _replica.Topology.PeerKeys;
        foreach (var (host, peer) in _peers.Where(peer => !keys.ContainsKey(peer.Key)).ToArray())
        {
            peer.Session?.Dispose();
            _peers.Remove(host);
        }
        foreach (var host in _asking.ToArray())
        {
            if (Find(host) is { } session)
                SendAll(host, session);
            else
                _asking.Remove(host);
        }
    }

    private void SendAll(HostId to, PeerSession session)
    {
        var hasWay = Underlay.TryPair(_replica.Topology, _self, to, out var source, out var destination);
        while (hasWay && session.TryNext(Now, _datagram, out var length))
        {
            if (_datagram[1] == (byte)PeerDatagramKind.Message)
                Counters.CountSent();
            _transport.Send(source, destination, _datagram.AsSpan(0, length));
        }
        if (hasWay && session.MustAsk)
            _asking.Add(to);
        else
            _asking.Remove(to);
    }

    /// <summary>The talk with a host; null if it has no key, or one that is none. What the keys have in common is computed once for each key.</summary>
    private PeerSession? Find(HostId host)
    {
        if (host == _self || !_replica.Topology.PeerKeys.TryGetValue(host, out var key))
            return null;
        if (_peers.TryGetValue(host, out var peer) && peer.Key == key)
            return peer.Session;
        peer.Session?.Dispose();
        var secret = _key.AgreeWith(key);
        peer = new Peer(key, secret is null ? null : new PeerSession(PairKey.Of(secret, _self, host), _self, Now, NewId()));
        _peers[host] = peer;
        if (secret is not null)
            CryptographicOperations.ZeroMemory(secret);
        return peer.Session;
    }

    private static ulong RandomId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong id;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            id = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        } while (id == 0);
        return id;
    }

    /// <summary>A message for a host, a datagram of whoever it says, or, the default, that time has passed.</summary>
    private readonly record struct Letter(HostId? To, byte[]? Bytes);

    private readonly record struct Peer(PeerKey Key, PeerSession? Session);

    private sealed class Listening(PeerActor peers, PeerTopic topic) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref peers._listeners[(int)topic], null);
    }
}
