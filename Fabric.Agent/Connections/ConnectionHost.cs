using System.Collections.Immutable;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Connections;

/// <summary>The connections of a host: a table for each upcall thread.</summary>
/// <remarks>
/// A thread owns the connections that packets of its ports began: only it enters them and lets them expire. The answers come in by other ports, which
/// may be another thread's, so any thread finds connections in any table, and notes in it what it has seen. A table's lock is held for one such
/// access; it is the owner's alone nearly always.
/// </remarks>
public sealed class ConnectionHost
{
    private readonly ImmutableArray<(Lock Gate, ConnectionTable Table)> _tables;
    private readonly TimeProvider _clock;
    private readonly long _start;

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
        _tables = [.. Enumerable.Range(0, threads).Select(number => (new Lock(), new ConnectionTable(share, number, seed)))];
        Shards = [.. Enumerable.Range(0, threads).Select(number => new ConnectionShard(this, number))];
    }

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

    /// <summary>There is room in a thread's table.</summary>
    internal bool HasRoom(int owner, PortId ingress)
    {
        lock (_tables[owner].Gate)
            return _tables[owner].Table.HasRoom(ingress);
    }

    /// <summary>Enters a connection in a thread's table.</summary>
    internal ConnectionOutcome Open(
        int owner,
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        TcpFlags flags,
        long now,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection
    )
    {
        lock (_tables[owner].Gate)
            return _tables[owner].Table.Open(forward, back, ingress, flags, TimeOf(now), touched, out connection);
    }

    /// <summary>Notes that packets of a connection were seen.</summary>
    internal void See(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, long when, ICollection<FlowTag> touched)
    {
        var (gate, table) = _tables[connection.Shard];
        lock (gate)
            table.See(connection, direction, flags, TimeOf(when), touched);
    }

    /// <summary>Lets connections of a thread's table expire.</summary>
    internal void Expire(int owner, long now, int limit, ICollection<FlowTag> touched)
    {
        lock (_tables[owner].Gate)
            _tables[owner].Table.Expire(TimeOf(now), limit, touched);
    }

    /// <summary>Does something with a thread's table, such as reading it.</summary>
    internal T Read<T>(int owner, Func<ConnectionTable, T> read)
    {
        lock (_tables[owner].Gate)
            return read(_tables[owner].Table);
    }

    /// <summary>The time since the tables were made; what was before counts as then.</summary>
    internal TimeSpan TimeOf(long timestamp) => timestamp <= _start ? TimeSpan.Zero : _clock.GetElapsedTime(_start, timestamp);

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
