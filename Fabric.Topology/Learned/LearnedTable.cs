using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Learned;

/// <summary>What the network has learned, at this host: its own facts at once, those of others as they arrive.</summary>
/// <remarks>
/// Any thread may call any member; a short lock keeps callers apart, and decisions never come here but read <see cref="Current"/>. Every change
/// is published there first, and then its tags are posted. Facts expire by the clock of their owner, which tells the others; what this host only
/// heard of stays until its owner says otherwise, but for neighbors, which every host asks again by itself.
/// </remarks>
public sealed partial class LearnedTable
{
    /// <summary>A station that was not heard for so long is forgotten (IEEE 802.1Q, 8.8.3, default ageing time).</summary>
    public static readonly TimeSpan MacLifetime = TimeSpan.FromSeconds(300);

    /// <summary>A neighbor that was not confirmed for so long is asked again if it is in use.</summary>
    public static readonly TimeSpan NeighborRefresh = TimeSpan.FromSeconds(45);

    /// <summary>A neighbor that was not confirmed for so long is forgotten.</summary>
    public static readonly TimeSpan NeighborLifetime = TimeSpan.FromSeconds(90);

    /// <summary>A neighbor that did not answer is taken for unreachable so long, then asked again.</summary>
    public static readonly TimeSpan FailureLifetime = TimeSpan.FromSeconds(3);

    /// <summary>Stations and neighbors kept at most, of each; what comes after is not learned.</summary>
    public const int MaxEntries = 1_000_000;

    // Others hear that a neighbor goes on to answer often enough not to ask by themselves.
    private static readonly TimeSpan RetellInterval = NeighborRefresh / 2;

    private readonly Lock _gate = new();
    private readonly HostId _self;
    private readonly ITopologyReplica _replica;
    private readonly TimeProvider _clock;
    private readonly FactTable<MacKey, PortId?> _stations;
    private readonly FactTable<NeighborKey, MacAddress> _neighbors;
    private readonly FactTable<(PortId Port, HostId Host), bool> _interfaces;
    private readonly FactTable<MemberKey, MemberHealth> _members;
    private readonly Dictionary<NeighborKey, long> _failures = [];
    private readonly List<FlowTag> _tags = [];
    private LearnedSnapshot _current = LearnedSnapshot.Empty;
    private ImmutableArray<IReplicaSubscriber> _subscribers = [];

    /// <summary>Begins with nothing learned.</summary>
    /// <param name="self">This host.</param>
    /// <param name="replica">Tells which host a port is bound to.</param>
    /// <param name="clock">Tells how old facts are.</param>
    public LearnedTable(HostId self, ITopologyReplica replica, TimeProvider clock)
    {
        (_self, _replica, _clock) = (self, replica, clock);
        (_stations, _neighbors, _interfaces, _members) = (new(self), new(self), new(self), new(self));
    }

    /// <summary>The facts that hold. Take it once for a piece of work and hold it to the end.</summary>
    public LearnedSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Facts that were not kept because a table was full.</summary>
    public long Refused { get; private set; }

    /// <summary>Adds a subscriber for the tags of all changes from now on.</summary>
    public IDisposable Subscribe(IReplicaSubscriber subscriber)
    {
        ImmutableInterlocked.Update(ref _subscribers, all => all.Add(subscriber));
        return new Leaving(() => ImmutableInterlocked.Update(ref _subscribers, all => all.Remove(subscriber)));
    }

    /// <summary>A station was heard behind a port of this host.</summary>
    public void LearnMac(MacKey station, PortId port)
    {
        using var turn = new Turn(this);
        if (_stations.TryGet(station, out var known) && known.Owner == _self && known.Value == port)
            _stations.Confirm(station, turn.Now);
        else if (HasRoom(_stations, station))
        {
            _stations.Learn(station, port, turn.Now);
            Show(station, port);
            Note(new LearnedFact.Station(station, null));
        }
    }

    /// <summary>A neighbor told its address.</summary>
    public void LearnNeighbor(NeighborKey neighbor, MacAddress mac)
    {
        using var turn = new Turn(this);
        if (_neighbors.TryGet(neighbor, out var known) && known.Value == mac)
        {
            _neighbors.Confirm(neighbor, turn.Now);
            if (known.Owner == _self && _clock.GetElapsedTime(known.ToldAt, turn.Now) >= RetellInterval)
                TellAgain(neighbor, turn.Now);
        }
        else if (HasRoom(_neighbors, neighbor))
        {
            _neighbors.Learn(neighbor, mac, turn.Now);
            Show(neighbor, mac);
            Note(new LearnedFact.Neighbor(neighbor, default));
        }
    }

    /// <summary>A neighbor that this host asked did not answer.</summary>
    public void FailNeighbor(NeighborKey neighbor)
    {
        using var turn = new Turn(this);
        // It may have answered another thread, or another host, meanwhile.
        if (_current.Neighbors.ContainsKey(neighbor))
            return;
        _failures[neighbor] = turn.Now;
        Publish(_current with { FailedNeighbors = _current.FailedNeighbors.Add(neighbor) }, ChangeImpact.OfNeighbor(neighbor));
    }

    /// <summary>An exterior port came up or went down at this host.</summary>
    public void SetPortUp(PortId port, bool isUp)
    {
        using var turn = new Turn(this);
        var isKnown = _interfaces.TryGet((port, _self), out var known);
        // Nobody need be told that a port is up of which nobody heard that it was down.
        if (isKnown ? known.Value == isUp : isUp)
            return;
        _interfaces.Learn((port, _self), isUp, turn.Now);
        Show(port);
        Note(new LearnedFact.Interface(port, false));
    }

    /// <summary>A check of this host's has found how a member of a pool is.</summary>
    /// <remarks>Also when all know that from another host, which checks no more: then it is this one's word from now on.</remarks>
    public void LearnMember(MemberKey member, MemberHealth health)
    {
        using var turn = new Turn(this);
        var isKnown = _members.TryGet(member, out var known);
        if (isKnown && known.Owner == _self && known.Value == health || !HasRoom(_members, member))
            return;
        _members.Learn(member, health, turn.Now);
        Show(member, health);
        Note(new LearnedFact.Member(member, default));
    }

    /// <summary>How a member was found, and by whom; null if nobody has checked it.</summary>
    public (MemberHealth Health, HostId Owner)? MemberOf(MemberKey member)
    {
        lock (_gate)
            return _members.TryGet(member, out var known) ? (known.Value, known.Owner) : null;
    }

    /// <summary>The way to another host went down or came up. Each host finds that for itself, so nobody is told.</summary>
    public void SetReached(HostId host, bool isReached)
    {
        using var turn = new Turn(this);
        var unreached = _current.UnreachedHosts;
        if (unreached.Contains(host) == isReached)
            Publish(
                _current with
                {
                    UnreachedHosts = isReached ? unreached.Remove(host) : unreached.Add(host),
                },
                ChangeImpact.OfTunnel(host)
            );
    }

    /// <summary>Traffic of a flow shows that a station is alive behind a port; elsewhere it proves nothing.</summary>
    public void Refresh(MacKey station, PortId port, long when)
    {
        lock (_gate)
        {
            if (_stations.TryGet(station, out var known) && known.Value == port)
                _stations.Confirm(station, when);
        }
    }

    /// <summary>The time since a neighbor confirmed its address, or null if it is not known.</summary>
    /// <param name="neighbor">The neighbor.</param>
    /// <param name="now">In ticks of the clock; the caller's, who asks for many neighbors at one time.</param>
    public TimeSpan? AgeOf(NeighborKey neighbor, long now)
    {
        lock (_gate)
            return _neighbors.TryGet(neighbor, out var known) ? _clock.GetElapsedTime(known.ConfirmedAt, now) : null;
    }

    private bool HasRoom<TKey, TValue>(FactTable<TKey, TValue> table, TKey key)
        where TKey : notnull
    {
        if (table.Count < MaxEntries || table.TryGet(key, out _))
            return true;
        Refused++;
        return false;
    }

    private void Show(MacKey station, PortId? port) =>
        Publish(
            _current with
            {
                Macs = port is { } known ? _current.Macs.SetItem(station, known) : _current.Macs.Remove(station),
            },
            ChangeImpact.OfMac(station)
        );

    private void Show(NeighborKey neighbor, MacAddress mac)
    {
        _failures.Remove(neighbor);
        Publish(
            _current with
            {
                Neighbors = _current.Neighbors.SetItem(neighbor, mac),
                FailedNeighbors = _current.FailedNeighbors.Remove(neighbor),
            },
            ChangeImpact.OfNeighbor(neighbor)
        );
    }

    /// <summary>What came of the last check is for people; packets ask for no more than the part of the weight.</summary>
    private void Show(MemberKey member, MemberHealth health)
    {
        var pool = _current.Health.GetValueOrDefault(member.Pool) ?? PoolHealth.Unknown;
        var next = _current with { Health = _current.Health.SetItem(member.Pool, pool.With(member, health)) };
        if (pool.PercentOf(member) == health.Percent)
        {
            Volatile.Write(ref _current, next);
            return;
        }
        Publish(next, ChangeImpact.OfPool(member.Pool));
        _tags.Add(ChangeImpact.OfMember(member.Pool.Router, member.Address));
    }

    /// <summary>A port is down when the host that it is bound to says so; what others say of it is from before it moved.</summary>
    private void Show(PortId port)
    {
        var host = _replica.Topology.Ports.GetValueOrDefault(port)?.Binding?.Host;
        // While the description does not know it here, this host knows better.
        var isDown = _interfaces.TryGet((port, host ?? _self), out var known) && !known.Value;
        var down = _current.DownPorts;
        if (down.Contains(port) != isDown)
        {
            Publish(
                _current with
                {
                    DownPorts = isDown ? down.Add(port) : down.Remove(port),
                },
                FlowTag.Of(FlowTagKind.PortState, port.Value)
            );
        }
    }

    /// <summary>Within the lock: what others read is new at once, and the tags wait for the end of the turn.</summary>
    private void Publish(LearnedSnapshot next, in FlowTag touched)
    {
        Volatile.Write(ref _current, next);
        _tags.Add(touched);
    }

    private void PostTags()
    {
        if (_tags.Count == 0)
            return;
        Interlocked.MemoryBarrier();
        foreach (var subscriber in _subscribers)
        {
            if (_tags.Count > TopologyReplica.MaxTags)
                subscriber.PostCompareAll();
            else
                subscriber.Post(CollectionsMarshal.AsSpan(_tags));
        }
        _tags.Clear();
    }

    /// <summary>One caller's work on the table: has the lock, and in the end posts what was touched and wakes who tells others.</summary>
    private readonly ref struct Turn
    {
        private readonly LearnedTable _table;

        public Turn(LearnedTable table)
        {
            _table = table;
            table._gate.Enter();
            Now = table._clock.GetTimestamp();
        }

        public long Now { get; }

        public void Dispose()
        {
            var mustTell = _table._untold.Count > 0;
            _table.PostTags();
            _table._gate.Exit();
            if (mustTell)
                _table.Untold?.Invoke();
        }
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
