using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>The connections that packets of some ports have begun.</summary>
/// <remarks>
/// <para>
/// Not thread-safe; the same calls in the same order lead to the same table. Time is an argument, since any moment that the caller counts from.
/// Every change adds the tags of the lookups whose answer it alters. A call allocates nothing, but when the table grows.
/// </para>
/// <para>
/// When a port has its share, or the table is full, the connection gives way that has been half-open or closed for longest: of the same port, or of the port that
/// has most of these. So a flood of openings ends its own, and never one that is established.
/// </para>
/// </remarks>
public sealed class ConnectionTable : IConnections
{
    private readonly ConnectionLimits _limits;
    private readonly ConnectionZones _zones = new();
    private readonly ConnectionSection<uint> _v4;
    private readonly ConnectionSection<UInt128> _v6;
    private readonly uint _started;

    /// <summary>Makes an empty table.</summary>
    /// <param name="limits">How many it holds.</param>
    /// <param name="shard">Its number among the tables of the host.</param>
    /// <param name="seed">A number that nobody outside knows, so that nobody can choose connections that are slow to find.</param>
    /// <param name="started">The caller's time 0, since a moment that all hosts have roughly in common.</param>
    public ConnectionTable(ConnectionLimits limits, int shard = 0, ulong seed = 0, TimeSpan started = default)
    {
        (_limits, _started) = (limits, ConnectionClock.TicksOf(started));
        _v4 = new ConnectionSection<uint>(IpFamily.V4, _zones, shard, seed);
        _v6 = new ConnectionSection<UInt128>(IpFamily.V6, _zones, shard, seed);
    }

    /// <summary>Connections.</summary>
    public int Count => _v4.Count + _v6.Count;

    /// <summary>Of these, those that are not established yet.</summary>
    public int HalfOpen => _v4.HalfOpen + _v6.HalfOpen;

    /// <summary>What the table takes, in bytes.</summary>
    public long Bytes => _v4.Bytes + _v6.Bytes;

    /// <summary>Connections that were taken out to make room.</summary>
    public long Evicted { get; private set; }

    /// <summary>Connections that were not entered, as there was no room.</summary>
    public long Refused { get; private set; }

    /// <summary>Connections that ended by silence.</summary>
    public long Expired { get; private set; }

    /// <inheritdoc/>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        if (!IsV4(key))
            return _v6.TryFind(key, out found);
        return _v4.TryFind(key, out found) || _v6.HasCrossed && _v6.TryFind(key, out found);
    }

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        var isFound = TryFind(key, out found);
        other =
            !isFound ? default
            : IsV4(found.Handle) ? _v4.OtherOf(found)
            : _v6.OtherOf(found);
        return isFound;
    }

    /// <inheritdoc/>
    public PortShare Ports => PortShare.All;

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => Find(forward, back) is not null;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back)
    {
        // Addresses are one rule's alone, so one of both knows; and what is not told is found out when it is tried.
        if (IsV4(back) && !(_v6.HasCrossed && !_v6.MappedPorts(back).IsEmpty))
            return _v4.MappedPorts(back);
        return _v6.MappedPorts(back);
    }

    /// <inheritdoc/>
    public int CountLedTo(in ConnectionKey end) => IsV4(end) ? _v4.CountLedTo(end) : _v6.CountLedTo(end);

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress)
    {
        if (CountOf(ingress) >= _limits.PerPort)
            return _v4.Shares.OldestOf(ingress) >= 0 || _v6.Shares.OldestOf(ingress) >= 0;
        return Count < _limits.All || _v4.Yielding + _v6.Yielding > 0;
    }

    /// <summary>Connections that packets of a port have begun.</summary>
    public int CountOf(PortId ingress) => _v4.Shares.CountOf(ingress) + _v6.Shares.CountOf(ingress);

    /// <summary>Remembers a connection, of which the first packet is seen now.</summary>
    /// <param name="forward">The packet's direction where it entered the network.</param>
    /// <param name="back">The direction of its answers where these will.</param>
    /// <param name="ingress">The port that it came in by.</param>
    /// <param name="flags">Its TCP flags.</param>
    /// <param name="now">The time.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    /// <param name="connection">The connection, unless it is refused.</param>
    /// <param name="egress">The port that it leaves by.</param>
    public ConnectionOutcome Open(
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        TcpFlags flags,
        TimeSpan now,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection,
        PortId egress = default
    )
    {
        var begun = _started + ConnectionClock.TicksOf(now);
        if (ConnectionLife.Begins(flags))
            begun = IsV4(forward, back) ? _v4.Reuse(forward, begun, touched) : _v6.Reuse(forward, begun, touched);
        var known = Find(forward, back);
        connection = known.GetValueOrDefault();
        if (known is null && !TryAdd(forward, back, ingress, egress, begun, touched, out connection))
            return ConnectionOutcome.Refused;
        var isNews = Note(connection, FlowDirection.Forward, flags, now, touched);
        if (isNews || known is null)
            Tell(connection);
        return known is null ? ConnectionOutcome.Opened : ConnectionOutcome.Known;
    }

    /// <summary>Notes that packets of a connection were seen, by the datapath or here. One that has ended meanwhile stays so.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="direction">The direction of the packets.</param>
    /// <param name="flags">All TCP flags seen in them; the same ones again do no harm.</param>
    /// <param name="when">When the last one was.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    public void See(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, TimeSpan when, ICollection<FlowTag> touched)
    {
        if (Note(connection, direction, flags, when, touched))
            Tell(connection);
    }

    /// <summary>Takes what another table knows of a connection, here or at another host; in any order, and any number of times.</summary>
    /// <remarks>One for which there is no room is forgotten.</remarks>
    /// <param name="record">What the other knows.</param>
    /// <param name="lastSeen">When its last packet was seen, by this table's clock.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    /// <returns>It was news, of which nobody has been told here.</returns>
    public bool Merge(in ConnectionRecord record, TimeSpan lastSeen, ICollection<FlowTag> touched)
    {
        var known = Find(record.Forward, record.Return);
        var connection = known.GetValueOrDefault();
        if (known is not null && BegunOf(connection) != record.Begun)
        {
            if (!Succeed(connection, record, touched))
                return false;
            known = null;
        }
        if (known is null && !TryAdd(record.Forward, record.Return, record.Ingress, record.Egress, record.Begun, touched, out connection))
            return false;
        var isNews = Note(connection, FlowDirection.Forward, record.ForwardFlags, lastSeen, touched) || known is null;
        if (record.IsAnswered)
            isNews |= Note(connection, FlowDirection.Return, record.ReturnFlags, lastSeen, touched);
        return isNews;
    }

    /// <summary>Tells somebody, from now on, what other hosts are to know of connections.</summary>
    public void TellTo(IConnectionTeller teller) => (_v4.Teller, _v6.Teller) = (teller, teller);

    /// <summary>Tells of connections that stand at some places of the table.</summary>
    /// <param name="first">The first place.</param>
    /// <param name="count">How many places.</param>
    /// <param name="teller">Is told.</param>
    /// <returns>There are places after these.</returns>
    public bool TellAll(int first, int count, IConnectionTeller teller) =>
        _v4.TellAll(first, count, teller) | _v6.TellAll(first, count, teller);

    /// <summary>Tells what is known of the connection that a direction finds, if there is one.</summary>
    public bool TellOf(in ConnectionKey key, IConnectionTeller teller)
    {
        if (!TryFind(key, out var found))
            return false;
        var place = found.Handle.Slot >> 1;
        _ = IsV4(found.Handle) ? _v4.TellAll(place, 1, teller) : _v6.TellAll(place, 1, teller);
        return true;
    }

    /// <summary>Tells a mirror all that the table holds, and from now on every change.</summary>
    public void MirrorTo(IConnectionMirror mirror)
    {
        (_v4.Mirror, _v6.Mirror) = (mirror, mirror);
        _v4.Reflect();
        _v6.Reflect();
    }

    /// <summary>Takes the timers of routers as they are described now; until then they are the usual ones.</summary>
    public void Follow(PersistentMap<RouterId, Router> routers) => _zones.Follow(routers);

    /// <summary>Goes on through the table and forgets what was silent for too long.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">Connections to look at, at most, of each version.</param>
    /// <param name="touched">Receives the tags of lookups that have another answer now.</param>
    public void Expire(TimeSpan now, int limit, ICollection<FlowTag> touched)
    {
        var ticks = ConnectionClock.TicksOf(now);
        Expired += _v4.Expire(ticks, limit, touched) + _v6.Expire(ticks, limit, touched);
    }

    /// <summary>Reads all connections, in no certain order.</summary>
    public void CopyTo(ICollection<Connection> all)
    {
        _v4.CopyTo(all);
        _v6.CopyTo(all);
    }

    /// <summary>Notes which ports outside stand for somebody, in a slice of the places of each version.</summary>
    /// <returns>False if these were the last.</returns>
    public bool NoteUse(int from, int limit, PortUse use) => _v4.NoteUse(from, limit, use) | _v6.NoteUse(from, limit, use);

    private void Map(ConnectionHandle connection)
    {
        if (IsV4(connection))
            _v4.Map(connection);
        else
            _v6.Map(connection);
    }

    private ConnectionHandle? Find(in ConnectionKey forward, in ConnectionKey back) =>
        IsV4(forward, back) ? _v4.Find(forward, back) : _v6.Find(forward, back);

    private bool TryAdd(
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        PortId egress,
        uint begun,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection
    )
    {
        connection = default;
        if (!MakeRoom(ingress, touched))
        {
            Refused++;
            return false;
        }
        connection = IsV4(forward, back)
            ? _v4.Add(forward, back, ingress, egress, begun, touched)
            : _v6.Add(forward, back, ingress, egress, begun, touched);
        if (forward.IsTranslated && TranslationPorts.HasPorts(forward.Protocol))
            Map(connection);
        return true;
    }

    private bool Note(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, TimeSpan when, ICollection<FlowTag> touched)
    {
        var ticks = ConnectionClock.TicksOf(when);
        return IsV4(connection)
            ? _v4.See(connection, direction, flags, ticks, touched)
            : _v6.See(connection, direction, flags, ticks, touched);
    }

    private void Tell(ConnectionHandle connection)
    {
        if (IsV4(connection))
            _v4.Tell(connection);
        else
            _v6.Tell(connection);
    }

    private uint BegunOf(ConnectionHandle connection) => IsV4(connection) ? _v4.BegunOf(connection) : _v6.BegunOf(connection);

    private bool Succeed(ConnectionHandle connection, in ConnectionRecord later, ICollection<FlowTag> touched) =>
        IsV4(connection) ? _v4.Succeed(connection, later, touched) : _v6.Succeed(connection, later, touched);

    private bool MakeRoom(PortId ingress, ICollection<FlowTag> touched)
    {
        if (CountOf(ingress) >= _limits.PerPort)
        {
            if (!_v4.Evict(ingress, touched) && !_v6.Evict(ingress, touched))
                return false;
            Evicted++;
        }
        if (Count < _limits.All)
            return true;
        var isV4First = _v4.Yielding >= _v6.Yielding;
        if (!(isV4First ? _v4.EvictOfGreediest(touched) : _v6.EvictOfGreediest(touched)))
            return false;
        Evicted++;
        return true;
    }

    private static bool IsV4(in ConnectionKey key) => key.Source.Family == IpFamily.V4;

    /// <summary>Both directions are of IPv4; what has one of IPv6 is kept among these.</summary>
    private static bool IsV4(in ConnectionKey forward, in ConnectionKey back) => IsV4(forward) && IsV4(back);

    private static bool IsV4(ConnectionHandle connection) => (connection.Slot & 1) == 0;
}
