using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Connections;

/// <summary>The connections of a host: a table for each upcall thread, and one for what other hosts tell.</summary>
/// <remarks>
/// A thread owns the connections that packets of its ports began: only it enters them and lets them expire. The answers come in by other ports, which
/// may be another thread's, so any thread finds connections in any table, and notes in it what it has seen. A table's lock is held for one such
/// access; it is the owner's alone nearly always. The last table holds what packets at other hosts have begun; the first thread lets those expire.
/// </remarks>
public sealed class ConnectionHost : IDisposable
{
    private const int TellSlice = 1024;

    private readonly ImmutableArray<(Lock Gate, ConnectionTable Table)> _tables;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly List<ConnectionJournal> _kept = [];
    private readonly Lock _stations = new();
    private HeldPorts? _held;
    private int _untilCrowded = int.MaxValue;

    /// <summary>Makes empty tables.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="limits">Of all tables together.</param>
    /// <param name="clock">The agent's.</param>
    /// <param name="seed">A number that nobody outside knows.</param>
    public ConnectionHost(int threads, ConnectionLimits limits, TimeProvider clock, ulong seed)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        var share = limits.DividedBy(threads);
        var started = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
        _tables =
        [
            .. Enumerable
                .Range(0, threads + 1)
                .Select(number => (new Lock(), new ConnectionTable(number < threads ? share : limits, number, seed, started))),
        ];
        Shards = [.. Enumerable.Range(0, threads).Select(number => new ConnectionShard(this, number))];
    }

    /// <summary>Goes on with what the agent before has kept in a folder, and keeps there what the next is to go on with. Before the threads begin.</summary>
    /// <param name="folder">Below /run: a start of the host ends all connections.</param>
    /// <param name="warn">Is told what cannot be read or kept; nothing else depends on it.</param>
    /// <returns>Connections that go on.</returns>
    public int Keep(string folder, Action<string> warn)
    {
        var touched = new List<FlowTag>();
        foreach (var (table, record) in ConnectionJournal.Read(folder, warn))
        {
            // As if seen now: the datapath has forwarded without anybody who would have read its statistics.
            _tables[Math.Min(table, Foreign)].Table.Merge(record, TimeSpan.Zero, touched);
            touched.Clear();
        }
        for (var number = 0; number < _tables.Length; number++)
        {
            if (ConnectionJournal.Begin(folder, number, _tables[number].Table, warn) is not { } journal)
                break;
            _kept.Add(journal);
        }
        if (_kept.Count == _tables.Length)
            ConnectionJournal.Prune(folder, _tables.Length);
        return _tables.Sum(table => table.Table.Count);
    }

    /// <summary>Closes the files; what is in them stays for the next agent.</summary>
    public void Dispose() => _kept.ForEach(journal => journal.Dispose());

    /// <summary>The ports outside that are leased to this host; null where they are nobody else's.</summary>
    /// <remarks>Any thread. From when it is set on, nothing begins in a block that is not in it, also nothing that was decided before.</remarks>
    public HeldPorts? Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>Is told by upcall threads when a packet found no port of an address of a router that is free here.</summary>
    public Action<RouterId, IpAddress>? Wanted { get; set; }

    /// <summary>Is told by an upcall thread when as many translations have begun as <see cref="CountDown"/> said.</summary>
    public Action? Crowded { get; set; }

    /// <summary>Has somebody told what other hosts are to know. Before the threads begin.</summary>
    public void TellTo(IConnectionTeller teller)
    {
        foreach (var (_, table) in _tables)
            table.TellTo(teller);
    }

    /// <summary>Tells of all connections.</summary>
    public void TellAll(IConnectionTeller teller)
    {
        foreach (var (gate, table) in _tables)
        {
            // Packets must not wait for all of a large table.
            var first = 0;
            for (var isMore = true; isMore; first += TellSlice)
            {
                lock (gate)
                    isMore = table.TellAll(first, TellSlice, teller);
            }
        }
    }

    /// <summary>Tells what is known of the connection that a direction finds.</summary>
    public void TellOf(in ConnectionKey key, IConnectionTeller teller)
    {
        foreach (var (gate, table) in _tables)
        {
            lock (gate)
            {
                if (table.TellOf(key, teller))
                    return;
            }
        }
    }

    /// <summary>Takes what another host knows of a connection.</summary>
    /// <param name="record">The connection.</param>
    /// <param name="silence">For how long no packet of it was seen.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    /// <returns>It was news here.</returns>
    public bool Merge(in ConnectionRecord record, TimeSpan silence, ICollection<FlowTag> touched)
    {
        var now = Now;
        var lastSeen = silence < now ? now - silence : TimeSpan.Zero;
        for (var number = 0; number < Foreign; number++)
        {
            var (gate, table) = _tables[number];
            lock (gate)
            {
                if (!table.Knows(record.Forward, record.Return))
                    continue;
                return table.Merge(record, lastSeen, touched);
            }
        }
        lock (_tables[Foreign].Gate)
            return _tables[Foreign].Table.Merge(record, lastSeen, touched);
    }

    /// <summary>The time of the tables.</summary>
    public TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Connections that began at other hosts.</summary>
    public int ToldByOthers
    {
        get
        {
            lock (_tables[Foreign].Gate)
                return _tables[Foreign].Table.Count;
        }
    }

    private int Foreign => _tables.Length - 1;

    /// <summary>What each thread works with.</summary>
    public ImmutableArray<ConnectionShard> Shards { get; }

    /// <summary>Finds a connection, in the asker's own table first.</summary>
    internal bool TryFind(int asker, in ConnectionKey key, out ConnectionFound found)
    {
        if (TryFindIn(asker, key, out found))
            return true;
        for (var number = 0; number < _tables.Length; number++)
        {
            if (number != asker && TryFindIn(number, key, out found))
                return true;
        }
        return false;
    }

    /// <summary>Finds a translation, in the asker's own table first.</summary>
    internal bool TryTranslate(int asker, in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        if (TryTranslateIn(asker, key, out found, out other))
            return true;
        for (var number = 0; number < _tables.Length; number++)
        {
            if (number != asker && TryTranslateIn(number, key, out found, out other))
                return true;
        }
        return false;
    }

    /// <summary>A connection is remembered by both directions.</summary>
    internal bool Knows(in ConnectionKey forward, in ConnectionKey back)
    {
        foreach (var (gate, table) in _tables)
        {
            lock (gate)
            {
                if (table.Knows(forward, back))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Live connections that a router leads to an end, in all tables.</summary>
    internal int CountLedTo(in ConnectionKey end)
    {
        var count = 0;
        foreach (var (gate, table) in _tables)
        {
            lock (gate)
                count += table.CountLedTo(end);
        }
        return count;
    }

    /// <summary>The ports of an address that have a mapping in a thread's table; as they were or will be, if another thread takes one out meanwhile.</summary>
    internal ReadOnlySpan<ulong> MappedPorts(int asker, in ConnectionKey back)
    {
        lock (_tables[asker].Gate)
            return _tables[asker].Table.MappedPorts(back);
    }

    /// <summary>There is room in a thread's table.</summary>
    internal bool HasRoom(int owner, PortId ingress)
    {
        lock (_tables[owner].Gate)
            return _tables[owner].Table.HasRoom(ingress);
    }

    /// <summary>Enters a connection in a thread's table.</summary>
    /// <param name="owner">The thread.</param>
    /// <param name="forward">The packet's direction.</param>
    /// <param name="back">The direction of its answers.</param>
    /// <param name="ingress">The port that it came in by.</param>
    /// <param name="flags">Its TCP flags.</param>
    /// <param name="now">In ticks of the agent's clock.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    /// <param name="connection">The connection, unless it is refused.</param>
    /// <param name="egress">The port that it leaves by.</param>
    /// <param name="isFixed">Its ports outside are its station's, of which no thread has a share: refused if another was faster.</param>
    internal ConnectionOutcome Open(
        int owner,
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        TcpFlags flags,
        long now,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection,
        PortId egress = default,
        bool isFixed = false
    )
    {
        if (!isFixed)
            return OpenIn(owner, forward, back, ingress, flags, now, touched, out connection, egress);
        connection = default;
        lock (_stations)
        {
            return IsTakenElsewhere(owner, forward, back)
                ? ConnectionOutcome.Refused
                : OpenIn(owner, forward, back, ingress, flags, now, touched, out connection, egress);
        }
    }

    private bool IsTakenElsewhere(int owner, in ConnectionKey forward, in ConnectionKey back)
    {
        for (var number = 0; number < _tables.Length; number++)
        {
            if (number == owner)
                continue;
            if (TryTranslateIn(number, back, out _, out var other) && other != forward)
                return true;
            var isMapped = TryTranslateIn(number, TranslationPorts.MappingOf(back), out _, out other);
            if (isMapped && (other.Source, other.SourcePort) != (forward.Source, forward.SourcePort))
                return true;
        }
        return false;
    }

    private ConnectionOutcome OpenIn(
        int owner,
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        TcpFlags flags,
        long now,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection,
        PortId egress = default
    )
    {
        lock (_tables[owner].Gate)
        {
            var table = _tables[owner].Table;
            // Looked at within the lock: whoever gives a block back goes through the tables after it has said so, and finds all that began before.
            if (Held is { } held && !held.Allows(back) && !table.Knows(forward, back))
            {
                connection = default;
                return ConnectionOutcome.Refused;
            }
            return table.Open(forward, back, ingress, flags, TimeOf(now), touched, out connection, egress);
        }
    }

    /// <summary>Goes through all tables and notes which ports outside stand for somebody.</summary>
    /// <param name="use">Where it is noted.</param>
    /// <remarks>Any thread. A table is held for a slice at a time, so what begins meanwhile may be missing.</remarks>
    public void NoteUse(PortUse use)
    {
        foreach (var (gate, table) in _tables)
        {
            var isMore = true;
            for (var from = 0; isMore; from += ConnectionShard.ExpirySlice)
            {
                lock (gate)
                    isMore = table.NoteUse(from, ConnectionShard.ExpirySlice, use);
            }
        }
    }

    /// <summary>Says how many translations may begin until <see cref="Crowded"/> is told.</summary>
    public void CountDown(int translations) => Volatile.Write(ref _untilCrowded, translations);

    /// <summary>A translation has begun.</summary>
    internal void NoteBegun()
    {
        if (Interlocked.Decrement(ref _untilCrowded) == 0)
            Crowded?.Invoke();
    }

    /// <summary>Notes that packets of a connection were seen.</summary>
    internal void See(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, long when, ICollection<FlowTag> touched)
    {
        var (gate, table) = _tables[connection.Shard];
        lock (gate)
            table.See(connection, direction, flags, TimeOf(when), touched);
    }

    /// <summary>Lets connections of a thread's table expire.</summary>
    internal void Expire(int owner, PersistentMap<RouterId, Router> routers, long now, int limit, ICollection<FlowTag> touched)
    {
        ExpireIn(owner, routers, now, limit, touched);
        if (owner == 0)
            ExpireIn(Foreign, routers, now, limit, touched);
    }

    /// <summary>Does something with a thread's table, such as reading it.</summary>
    internal T Read<T>(int owner, Func<ConnectionTable, T> read)
    {
        lock (_tables[owner].Gate)
            return read(_tables[owner].Table);
    }

    /// <summary>The time since the tables were made; what was before counts as then.</summary>
    internal TimeSpan TimeOf(long timestamp) => timestamp <= _start ? TimeSpan.Zero : _clock.GetElapsedTime(_start, timestamp);

    private void ExpireIn(int number, PersistentMap<RouterId, Router> routers, long now, int limit, ICollection<FlowTag> touched)
    {
        var (gate, table) = _tables[number];
        lock (gate)
        {
            table.Follow(routers);
            table.Expire(TimeOf(now), limit, touched);
        }
    }

    private bool TryTranslateIn(int number, in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        var (gate, table) = _tables[number];
        lock (gate)
            return table.TryTranslate(key, out found, out other);
    }

    private bool TryFindIn(int number, in ConnectionKey key, out ConnectionFound found)
    {
        var (gate, table) = _tables[number];
        lock (gate)
            return table.TryFind(key, out found);
    }
}
