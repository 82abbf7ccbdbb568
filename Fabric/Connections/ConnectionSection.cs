using System.Numerics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>The part of a table that holds the connections of one IP version; that of IPv6 also those between the two.</summary>
/// <remarks>
/// Not thread-safe. Handles' slots are counted by two, so that the table can tell the versions by the last bit. A direction of IPv4 among those of IPv6 is told by its zone,
/// and has the number of ICMPv6 for ICMP: an entry has one protocol.
/// </remarks>
internal sealed partial class ConnectionSection<TAddress>(IpFamily family, ConnectionZones zones, int shard, ulong seed)
    where TAddress : unmanaged, IBinaryInteger<TAddress>
{
    /// <summary>Tenths of a second that word of a connection may be under way from host to host.</summary>
    private const uint MaxWay = 6000;

    private readonly ConnectionPool<TAddress> _pool = new(seed);
    private readonly LedConnections<TAddress> _led = new();
    private readonly MappedPorts<TAddress> _mapped = new();
    private ConnectionShares<TAddress>? _shares;
    private int _sweep;

    /// <summary>Is told of every change; null for nobody.</summary>
    public IConnectionMirror? Mirror { get; set; }

    /// <summary>Is told what other hosts are to know; null for nobody.</summary>
    public IConnectionTeller? Teller { get; set; }

    /// <summary>Connections.</summary>
    public int Count => _pool.Count;

    /// <summary>What they take, in bytes.</summary>
    public long Bytes => _pool.Bytes + _mapped.Bytes;

    /// <summary>Of these, half-open ones.</summary>
    public int HalfOpen => Shares.HalfOpen;

    /// <summary>Connections that may give way.</summary>
    public int Yielding => Shares.Yielding;

    /// <summary>Whose they are.</summary>
    public ConnectionShares<TAddress> Shares => _shares ??= new ConnectionShares<TAddress>(_pool);

    /// <summary>Directions of IPv4 are or were among those of IPv6.</summary>
    public bool HasCrossed { get; private set; }

    /// <summary>Finds a connection by either direction.</summary>
    public bool TryFind(in ConnectionKey key, out ConnectionFound found)
    {
        found = default;
        if (!zones.TryFind(ZoneOf(key), out var zone))
            return false;
        var node = _pool.Find(ProtocolOf(key), TupleOf(key, zone));
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

    /// <summary>Live connections that a zone leads to an end: the source of a direction.</summary>
    public int CountLedTo(in ConnectionKey end) =>
        zones.TryFind(ZoneOf(end), out var zone) ? _led.At(zone, TAddress.CreateTruncating(end.Source.Bits), end.SourcePort) : 0;

    /// <summary>The ports of an address outside that have a mapping.</summary>
    public ReadOnlySpan<ulong> MappedPorts(in ConnectionKey back) =>
        zones.TryFind(ZoneOf(back), out var zone) ? _mapped.Of(zone, TAddress.CreateTruncating(back.Destination.Bits), back.Protocol) : [];

    /// <summary>Finds a connection by both directions.</summary>
    public ConnectionHandle? Find(in ConnectionKey forward, in ConnectionKey back)
    {
        var tuple = TupleOf(forward, zones.NumberOf(ZoneOf(forward)));
        var other = TupleOf(back, zones.NumberOf(ZoneOf(back)));
        for (var node = _pool.Find(ProtocolOf(forward), tuple); node != ConnectionPool<TAddress>.None; node = _pool.FindNext(node))
        {
            if (ConnectionPool<TAddress>.IsReturn(node) || _pool[node >> 1].Return == other)
                return HandleOf(node >> 1);
        }
        return null;
    }

    /// <summary>Takes out the closed connections that a direction finds: its ports are used again.</summary>
    /// <returns>A beginning that is no earlier than the one given, and later than those of what was taken out.</returns>
    public uint Reuse(in ConnectionKey key, uint begun, ICollection<FlowTag> touched)
    {
        while (TryFind(key, out var found) && found.Phase == ConnectionPhase.Closed)
        {
            var slot = PlaceOf(found.Handle);
            if (!ConnectionRecord.IsLater(begun, _pool[slot].Begun))
                begun = _pool[slot].Begun + 1;
            Remove(slot, touched);
        }
        return begun;
    }

    /// <summary>Takes out a connection that another one of the same ends is the successor of.</summary>
    /// <returns>False if what is there is as late, or later.</returns>
    public bool Succeed(ConnectionHandle connection, in ConnectionRecord later, ICollection<FlowTag> touched)
    {
        var slot = PlaceOf(connection);
        ref var entry = ref _pool[slot];
        // No word is under way for that long: the clock of the host where it began is behind.
        var isByAnotherClock = entry.Phase == ConnectionPhase.Closed && ConnectionRecord.IsLater(entry.Begun, later.Begun + MaxWay);
        if (!isByAnotherClock && !ConnectionRecord.IsLater(later.Begun, entry.Begun))
            return false;
        Remove(slot, touched);
        return true;
    }

    /// <summary>When a connection began.</summary>
    public uint BegunOf(ConnectionHandle connection) => _pool[PlaceOf(connection)].Begun;

    /// <summary>Enters the mapping of a connection, if it has one that is not there: it stands as long as some connection uses it.</summary>
    /// <remarks>
    /// A mapping is an entry without other end: from an address and port inside to nobody, and from nobody to those outside. So one address and port
    /// outside serves all that a station says from one port, and no other station (RFC 4787, REQ-1).
    /// </remarks>
    public void Map(ConnectionHandle connection)
    {
        ref var entry = ref _pool[PlaceOf(connection)];
        var (inside, outside) = ConnectionMapping<TAddress>.Of(entry);
        // Who speaks from IPv4 is called by its address in the prefix, which is no mapping.
        if (inside == outside || zones[entry.Forward.Zone].IsCrossed && !zones[entry.Return.Zone].IsCrossed)
            return;
        var (protocol, owner) = (entry.Protocol, entry.Owner);
        var node = _pool.Find(protocol, inside);
        if (node == ConnectionPool<TAddress>.None)
            _mapped.Add(protocol, outside);
        var slot = node == ConnectionPool<TAddress>.None ? _pool.Add(protocol, inside, outside, owner) : node >> 1;
        _pool[slot].IsMapping = true;
        _pool[slot].Mapping++;
        _pool[PlaceOf(connection)].Mapping = slot + 1;
    }

    /// <summary>Enters a connection that is not there; one whose answers may come in elsewhere too now goes on as what it was.</summary>
    public ConnectionHandle Add(
        in ConnectionKey forward,
        in ConnectionKey back,
        PortId ingress,
        PortId egress,
        uint begun,
        ICollection<FlowTag> touched
    )
    {
        var before = FindAnswered(forward);
        var (there, here) = (ZoneOf(forward), ZoneOf(back));
        HasCrossed |= there.IsCrossed || here.IsCrossed;
        var tuple = TupleOf(forward, zones.NumberOf(there));
        var slot = _pool.Add(ProtocolOf(forward), tuple, TupleOf(back, zones.NumberOf(here)), Shares.NumberOf(ingress));
        (_pool[slot].Egress, _pool[slot].Begun) = (Shares.NumberOf(egress), begun);
        if (before.IsAnswered)
        {
            _pool[slot].See(isReturn: false, before.ForwardFlags);
            _pool[slot].See(isReturn: true, before.ReturnFlags);
        }
        Shares.Enter(slot);
        Lead(_pool[slot], 1);
        Touch(slot, touched);
        Reflect(slot);
        return HandleOf(slot);
    }

    /// <summary>Notes that a packet of a connection was seen; old handles are passed over.</summary>
    /// <returns>Other holders of the connection are to know: it is another now, or a quarter of its time is over.</returns>
    public bool See(ConnectionHandle connection, FlowDirection direction, TcpFlags flags, uint when, ICollection<FlowTag> touched)
    {
        if (!Holds(connection))
            return false;
        var slot = PlaceOf(connection);
        ref var entry = ref _pool[slot];
        var before = entry.LastSeen;
        entry.LastSeen = Math.Max(before, when);
        var (phase, wasAnswered) = (entry.Phase, entry.IsAnswered);
        if (phase != ConnectionPhase.Closed && ConnectionLife.MayClose(flags))
            Lead(entry, -1);
        var seen = (entry.ForwardFlags, entry.ReturnFlags);
        entry.See(direction == FlowDirection.Return, flags);
        if (phase != ConnectionPhase.Closed && ConnectionLife.MayClose(flags))
            Lead(entry, 1);
        Shares.Advance(slot, phase);
        var isNews = entry.IsAnswered != wasAnswered || (entry.ForwardFlags, entry.ReturnFlags) != seen;
        if (isNews)
            Reflect(slot);
        var isAnswer = entry.IsAnswered && !wasAnswered;
        if (isAnswer)
            RemoveOthersOf(slot, touched);
        // What rules can ask, and whether a new handshake is one.
        if (isAnswer || phase == ConnectionPhase.Closed != (entry.Phase == ConnectionPhase.Closed))
            Touch(slot, touched);
        if (isNews || Teller is null)
            return isNews;
        var quarter = ConnectionClock.TicksOf(LifeOf(entry)) / 4;
        return entry.LastSeen / quarter != before / quarter;
    }

    /// <summary>Tells what other hosts are to know of a connection.</summary>
    public void Tell(ConnectionHandle connection)
    {
        if (Teller is not null && Holds(connection))
            Tell(PlaceOf(connection), Teller);
    }

    /// <summary>Tells of the connections at some places.</summary>
    /// <returns>There are places after these.</returns>
    public bool TellAll(int first, int count, IConnectionTeller teller)
    {
        for (var slot = first; slot < Math.Min(first + count, _pool.Places); slot++)
        {
            if (_pool[slot].Owner != ConnectionPool<TAddress>.None && !_pool[slot].IsMapping)
                Tell(slot, teller);
        }
        return first + count < _pool.Places;
    }

    private void Tell(int slot, IConnectionTeller teller) => teller.Tell(RecordOf(slot), ConnectionClock.TimeOf(_pool[slot].LastSeen));

    /// <summary>Takes out the connection of a port that may give way and has for longest; false if there is none.</summary>
    public bool Evict(PortId port, ICollection<FlowTag> touched) => Evict(Shares.OldestOf(port), touched);

    /// <summary>Takes out the oldest such of the port that has most of them; false if there is none.</summary>
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
            if (now - entry.LastSeen <= ConnectionClock.TicksOf(LifeOf(entry)))
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
            if (entry.Owner == ConnectionPool<TAddress>.None || entry.IsMapping || IsPersistence(entry))
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

    /// <summary>Notes which ports outside stand for somebody, in a slice of the places.</summary>
    /// <param name="from">The first place; past the last one there is nothing.</param>
    /// <param name="limit">Places to look at.</param>
    /// <param name="use">Where it is noted.</param>
    /// <returns>False if these were the last.</returns>
    public bool NoteUse(int from, int limit, PortUse use)
    {
        var end = Math.Min(from + limit, _pool.Places);
        for (var slot = from; slot < end; slot++)
        {
            ref var entry = ref _pool[slot];
            if (entry.Owner != ConnectionPool<TAddress>.None && !entry.IsMapping && zones[entry.Return.Zone].IsTranslated)
                use.Note(KeyOf(entry.Return, entry.Protocol));
        }
        return end < _pool.Places;
    }

    /// <summary>Tells the mirror of all connections.</summary>
    public void Reflect()
    {
        for (var slot = 0; slot < _pool.Places; slot++)
        {
            if (_pool[slot].Owner != ConnectionPool<TAddress>.None && !_pool[slot].IsMapping)
                Reflect(slot);
        }
    }

    private static bool IsPersistence(in ConnectionEntry<TAddress> entry) => Persistence.Is(entry.Protocol, entry.Forward.SourcePort);

    private TimeSpan LifeOf(in ConnectionEntry<TAddress> entry) =>
        IsPersistence(entry)
            ? TimeSpan.FromSeconds(entry.Forward.SourcePort)
            : ConnectionTimers.Of(entry.Protocol, entry.Phase, zones.TimersOf(entry.Forward.Zone));

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
        Lead(_pool[slot], -1);
        var mapping = _pool[slot].Mapping - 1;
        Mirror?.Remove(NumberOf(slot));
        _pool.Remove(slot);
        if (mapping < 0 || --_pool[mapping].Mapping > 0)
            return;
        Touch(mapping, touched);
        _mapped.Remove(_pool[mapping].Protocol, _pool[mapping].Return);
        _pool.Remove(mapping);
    }

    /// <summary>Counts a connection where its destination is translated; between the versions each one's is, and nobody asks.</summary>
    private void Lead(in ConnectionEntry<TAddress> entry, int change)
    {
        if (zones[entry.Forward.Zone].IsCrossed == zones[entry.Return.Zone].IsCrossed)
            _led.Add(entry, change);
    }

    private void Reflect(int slot) => Mirror?.Put(NumberOf(slot), RecordOf(slot));

    private ConnectionRecord RecordOf(int slot)
    {
        ref var entry = ref _pool[slot];
        return new ConnectionRecord(
            KeyOf(entry.Forward, entry.Protocol),
            KeyOf(entry.Return, entry.Protocol),
            Shares.PortOf(entry.Owner),
            Shares.PortOf(entry.Egress),
            entry.Begun,
            entry.ForwardFlags,
            entry.ReturnFlags,
            entry.IsAnswered
        );
    }

    private void Touch(int slot, ICollection<FlowTag> touched)
    {
        ref var entry = ref _pool[slot];
        touched.Add(KeyOf(entry.Forward, entry.Protocol).Tag);
        touched.Add(KeyOf(entry.Return, entry.Protocol).Tag);
    }
}
