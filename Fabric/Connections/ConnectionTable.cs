using Fabric.Addresses;
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
/// When a port has its share, or the table is full, the connection gives way that has been half-open for longest: of the same port, or of the port that
/// has most of these. So a flood of openings ends its own, and never one that is established.
/// </para>
/// </remarks>
public sealed class ConnectionTable : IConnections
{
    private readonly ConnectionLimits _limits;
    private readonly ConnectionSection<uint> _v4;
    private readonly ConnectionSection<UInt128> _v6;

    /// <summary>Makes an empty table.</summary>
    /// <param name="limits">How many it holds.</param>
    /// <param name="shard">Its number among the tables of the host.</param>
    /// <param name="seed">A number that nobody outside knows, so that nobody can choose connections that are slow to find.</param>
    public ConnectionTable(ConnectionLimits limits, int shard = 0, ulong seed = 0)
    {
        var zones = new ConnectionZones();
        _limits = limits;
        _v4 = new ConnectionSection<uint>(IpFamily.V4, zones, shard, seed);
        _v6 = new ConnectionSection<UInt128>(IpFamily.V6, zones, shard, seed);
    }

    /// <summary>Connections.</summary>
    public int Count => _v4.Count + _v6.Count;

    /// <summary>Of these, those that are not established yet, or not any more.</summary>
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
    public bool TryFind(in ConnectionKey key, out ConnectionFound found) =>
        IsV4(key) ? _v4.TryFind(key, out found) : _v6.TryFind(key, out found);

    /// <inheritdoc/>
    public bool TryTranslate(in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        var isFound = TryFind(key, out found);
        other =
            !isFound ? default
            : IsV4(key) ? _v4.OtherOf(found)
            : _v6.OtherOf(found);
        return isFound;
    }

    /// <inheritdoc/>
    public PortShare Ports => PortShare.All;

    /// <inheritdoc/>
    public bool Knows(in ConnectionKey forward, in ConnectionKey back) => Find(forward, back) is not null;

    /// <inheritdoc/>
    public bool HasRoom(PortId ingress)
    {
        if (CountOf(ingress) >= _limits.PerPort)
            return _v4.Shares.OldestOf(ingress) >= 0 || _v6.Shares.OldestOf(ingress) >= 0;
        return Count < _limits.All || HalfOpen > 0;
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
    public ConnectionOutcome Open(
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        TcpFlags flags,
        TimeSpan now,
        ICollection<FlowTag> touched,
        out ConnectionHandle connection
    )
    {
        if (ConnectionLife.Begins(flags))
            Reuse(forward, touched);
        var known = Find(forward, back);
        connection = known.GetValueOrDefault();
        if (known is null)
        {
            if (!MakeRoom(ingress, touched))
            {
                Refused++;
                return ConnectionOutcome.Refused;
            }
            connection = IsV4(forward) ? _v4.Add(forward, back, ingress, touched) : _v6.Add(forward, back, ingress, touched);
            if (forward.IsTranslated && TranslationPorts.HasPorts(forward.Protocol))
                Map(connection);
        }
        See(connection, FlowDirection.Forward, flags, now, touched);
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
        var ticks = ConnectionClock.TicksOf(when);
        if (IsV4(connection))
            _v4.See(connection, direction, flags, ticks, touched);
        else
            _v6.See(connection, direction, flags, ticks, touched);
    }

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

    private void Map(ConnectionHandle connection)
    {
        if (IsV4(connection))
            _v4.Map(connection);
        else
            _v6.Map(connection);
    }

    private ConnectionHandle? Find(in ConnectionKey forward, in ConnectionKey back) =>
        IsV4(forward) ? _v4.Find(forward, back) : _v6.Find(forward, back);

    private void Reuse(in ConnectionKey forward, ICollection<FlowTag> touched)
    {
        if (IsV4(forward))
            _v4.Reuse(forward, touched);
        else
            _v6.Reuse(forward, touched);
    }

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
        var isV4First = _v4.HalfOpen >= _v6.HalfOpen;
        if (!(isV4First ? _v4.EvictOfGreediest(touched) : _v6.EvictOfGreediest(touched)))
            return false;
        Evicted++;
        return true;
    }

    private static bool IsV4(in ConnectionKey key) => key.Source.Family == IpFamily.V4;

    private static bool IsV4(ConnectionHandle connection) => (connection.Slot & 1) == 0;
}
