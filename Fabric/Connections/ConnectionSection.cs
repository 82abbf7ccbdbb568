using System.Numerics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>The part of a table that holds the connections of one IP version.</summary>
/// <remarks>Not thread-safe. Handles' slots are counted by two, so that the table can tell the versions by the last bit.</remarks>
internal sealed class ConnectionSection<TAddress>(IpFamily family, ConnectionZones zones, int shard, ulong seed)
    where TAddress : unmanaged, IBinaryInteger<TAddress>
{
    private readonly ConnectionPool<TAddress> _pool = new(seed);
    private ConnectionShares<TAddress>? _shares;
    private int _sweep;

    /// <summary>Connections.</summary>
    public int Count => _pool.Count;

    /// <summary>What they take, in bytes.</summary>
    public long Bytes => _pool.Bytes;

    /// <summary>Of these, half-open ones.</summary>
    public int HalfOpen => Shares.HalfOpen;

    /// <summary>Whose they are.</summary>
    public ConnectionShares<TAddress> Shares => _shares ??= new ConnectionShares<TAddress>(_pool);

    /// <summary>Finds a connection by either direction.</summary>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        found = default;
        if (!zones.TryFind(key, out var zone))
            return false;
        var node = _pool.Find(key.Protocol, TupleOf(key, zone));
        if (node == ConnectionPool<TAddress>.None)
            return false;
        ref var entry = ref _pool[node >> 1];
        var direction = ConnectionPool<TAddress>.IsReturn(node) ? FlowDirection.Return : FlowDirection.Forward;
        found = new ConnectionFound(HandleOf(node >> 1), direction, entry.Phase, entry.IsAnswered);
        return true;
    }

    /// <summary>The other direction of a connection that was found.</summary>
    public ConnectionKey OtherOf(in ConnectionFound found)
    {
        ref var entry = ref _pool[PlaceOf(found.Handle)];
        return KeyOf(found.Direction == FlowDirection.Forward ? entry.Return : entry.Forward, entry.Protocol);
    }

    /// <summary>Finds a connection by both directions.</summary>
    public ConnectionHandle? Find(in ConnectionKey forward, in ConnectionKey back)
    {
        var tuple = TupleOf(forward, zones.NumberOf(forward));
        var other = TupleOf(back, zones.NumberOf(back));
        for (var node = _pool.Find(forward.Protocol, tuple); node != ConnectionPool<TAddress>.None; node = _pool.FindNext(node))
        {
            if (ConnectionPool<TAddress>.IsReturn(node) || _pool[node >> 1].Return == other)
                return HandleOf(node >> 1);
        }
        return null;
    }

    /// <summary>Takes out the closed connections that a direction finds: its ports are used again.</summary>
    public void Reuse(in ConnectionKey key, ICollection<FlowTag> touched)
    {
        while (TryFind(key, out var found) && found.Phase == ConnectionPhase.Closed)
            Remove(PlaceOf(found.Handle), touched);
    }

    /// <summary>Enters the mapping of a connection, if it has one that is not there: it stands as long as some connection uses it.</summary>
    /// <remarks>
    /// A mapping is an entry without other end: from an address and port inside to nobody, and from nobody to those outside. So one address and port
    /// outside serves all that a station says from one port, and no other station (RFC 4787, REQ-1).
    /// </remarks>
    public void Map(ConnectionHandle connection)
    {
        ref var entry = ref _pool[PlaceOf(connection)];
        var (inside, outside) = ConnectionMapping<TAddress>.Of(entry);
        if (inside == outside)
            return;
        var (protocol, owner) = (entry.Protocol, entry.Owner);
        var node = _pool.Find(protocol, inside);
        var slot = node == ConnectionPool<TAddress>.None ? _pool.Add(protocol, inside, outside, owner) : node >> 1;
        _pool[slot].IsMapping = true;
        _pool[slot].Mapping++;
        _pool[PlaceOf(connection)].Mapping = slot + 1;
    }

    /// <summary>Enters a connection that is not there; one whose answers may come in elsewhere too now goes on as what it was.</summary>
    public ConnectionHandle Add(in ConnectionKey forward, in ConnectionKey back, PortId ingress, ICollection<FlowTag> touched)
    {
        var before = FindAnswered(forward);
        var tuple = TupleOf(forward, zones.NumberOf(forward));
        var slot = _pool.Add(forward.Protocol, tuple, TupleOf(back, zones.NumberOf(back)), Shares.NumberOf(ingress));
        if (before.IsAnswered)
        {
            _pool[slot].See(isReturn: false, before.ForwardFlags);
            _pool[slot].See(isReturn: true, before.ReturnFlags);
        }
        Shares.Enter(slot);
        Touch(slot, touched);
        return HandleOf(slot);
    }

    /// <summary>Notes that a packet of a connection was seen; old handles are passed over.</summary>
    public void See(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, uint when, ICollection<FlowTag> touched)
    {
        if (!Holds(connection))
            return;
        var slot = PlaceOf(connection);
        ref var entry = ref _pool[slot];
        entry.LastSeen = Math.Max(entry.LastSeen, when);
        var (phase, wasAnswered) = (entry.Phase, entry.IsAnswered);
        entry.See(direction == FlowDirection.Return, flags);
        Shares.Advance(slot, phase);
        var isAnswer = entry.IsAnswered && !wasAnswered;
        if (isAnswer)
            RemoveOthersOf(slot, touched);
        // What rules can ask, and whether a new handshake is one.
        if (isAnswer || phase == ConnectionPhase.Closed != (entry.Phase == ConnectionPhase.Closed))
            Touch(slot, touched);
    }

    /// <summary>Takes out the oldest half-open connection of a port; false if there is none.</summary>
    public bool Evict(PortId port, ICollection<FlowTag> touched) => Evict(Shares.OldestOf(port), touched);

    /// <summary>Takes out the oldest half-open connection of the port that has most of them; false if there is none.</summary>
    public bool EvictOfGreediest(ICollection<FlowTag> touched) => Evict(Shares.OldestOfGreediest(), touched);

    /// <summary>Goes on through the connections and takes out those that were silent for too long.</summary>
    /// <returns>How many were taken out.</returns>
    public int Expire(uint now, int limit, ICollection<FlowTag> touched)
    {
        var expired = 0;
        for (var left = Math.Min(limit, _pool.Places); left > 0; left--)
        {
            _sweep = _sweep >= _pool.Places - 1 ? 0 : _sweep + 1;
            ref var entry = ref _pool[_sweep];
            if (entry.Owner == ConnectionPool<TAddress>.None || entry.IsMapping)
                continue;
            // Rounded down when it was noted, so that nothing goes too early.
            if (now - entry.LastSeen <= ConnectionClock.TicksOf(ConnectionTimers.Of(entry.Protocol, entry.Phase)))
                continue;
            Remove(_sweep, touched);
            expired++;
        }
        return expired;
    }

    /// <summary>Reads all connections.</summary>
    public void CopyTo(ICollection<Connection> all)
    {
        for (var slot = 0; slot < _pool.Places; slot++)
        {
            ref var entry = ref _pool[slot];
            if (entry.Owner == ConnectionPool<TAddress>.None || entry.IsMapping)
                continue;
            all.Add(
                new Connection(
                    KeyOf(entry.Forward, entry.Protocol),
                    KeyOf(entry.Return, entry.Protocol),
                    Shares.PortOf(entry.Owner),
                    entry.Phase,
                    ConnectionClock.TimeOf(entry.LastSeen)
                )
            );
        }
    }

    private bool Evict(int slot, ICollection<FlowTag> touched)
    {
        if (slot == ConnectionPool<TAddress>.None)
            return false;
        Remove(slot, touched);
        return true;
    }

    /// <summary>A connection whose first packets were copied to several devices was answered by one: it goes on there.</summary>
    private void RemoveOthersOf(int slot, ICollection<FlowTag> touched)
    {
        var node = _pool.Find(_pool[slot].Protocol, _pool[slot].Forward);
        while (node != ConnectionPool<TAddress>.None)
        {
            var other = node;
            node = _pool.FindNext(node);
            if (other >> 1 != slot && !ConnectionPool<TAddress>.IsReturn(other) && !_pool[other >> 1].IsAnswered)
                Remove(other >> 1, touched);
        }
    }

    /// <summary>The connection of a forward direction, if it was answered; else the default.</summary>
    private ConnectionEntry<TAddress> FindAnswered(in ConnectionKey forward) =>
        TryFind(forward, out var found) && found is { Direction: FlowDirection.Forward, IsAnswered: true }
            ? _pool[PlaceOf(found.Handle)]
            : default;

    private void Remove(int slot, ICollection<FlowTag> touched)
    {
        Touch(slot, touched);
        Shares.Leave(slot);
        var mapping = _pool[slot].Mapping - 1;
        _pool.Remove(slot);
        if (mapping < 0 || --_pool[mapping].Mapping > 0)
            return;
        Touch(mapping, touched);
        _pool.Remove(mapping);
    }

    private void Touch(int slot, ICollection<FlowTag> touched)
    {
        ref var entry = ref _pool[slot];
        touched.Add(KeyOf(entry.Forward, entry.Protocol).Tag);
        touched.Add(KeyOf(entry.Return, entry.Protocol).Tag);
    }

    private static ConnectionTuple<TAddress> TupleOf(in ConnectionKey key, int zone) =>
        new(
            zone,
            TAddress.CreateTruncating(key.Source.Bits),
            TAddress.CreateTruncating(key.Destination.Bits),
            key.SourcePort,
            key.DestinationPort
        );

    private ConnectionKey KeyOf(in ConnectionTuple<TAddress> tuple, byte protocol) =>
        new(
            zones[tuple.Zone].Device,
            protocol,
            IpAddress.Of(family, UInt128.CreateTruncating(tuple.Source)),
            IpAddress.Of(family, UInt128.CreateTruncating(tuple.Destination)),
            tuple.SourcePort,
            tuple.DestinationPort,
            zones[tuple.Zone].IsTranslated
        );

    private ConnectionHandle HandleOf(int slot) => new(shard, slot << 1 | (family == IpFamily.V6 ? 1 : 0), _pool[slot].Generation);

    private bool Holds(ConnectionHandle connection) => _pool.Holds(PlaceOf(connection), connection.Generation);

    private static int PlaceOf(ConnectionHandle connection) => connection.Slot >> 1;
}
