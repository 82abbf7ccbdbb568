using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Replica;

/// <summary>What this node learned from traffic, with the time of each fact: takes effect at once, expires when unused.</summary>
/// <remarks>
/// Shared by the upcall threads of a host: any of them may call any member, and a short lock keeps them apart; decisions never come here but
/// read the published value. Every change is published in the <see cref="NetworkView"/>, then its tags are posted to all threads.
/// </remarks>
public sealed class LearnedTable(NetworkView view, IReplicaSubscriber subscriber, TimeProvider clock)
{
    /// <summary>A station that was not heard for so long is forgotten (IEEE 802.1Q, 8.8.3, default ageing time).</summary>
    public static readonly TimeSpan MacLifetime = TimeSpan.FromSeconds(300);

    /// <summary>A neighbor that was not confirmed for so long is asked again if it is in use.</summary>
    public static readonly TimeSpan NeighborRefresh = TimeSpan.FromSeconds(45);

    /// <summary>A neighbor that was not confirmed for so long is forgotten.</summary>
    public static readonly TimeSpan NeighborLifetime = TimeSpan.FromSeconds(90);

    /// <summary>A neighbor that did not answer is taken for unreachable so long, then asked again.</summary>
    public static readonly TimeSpan FailureLifetime = TimeSpan.FromSeconds(3);

    /// <summary>The return direction of a connection without traffic is forgotten after so long.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Stations, and connections, kept at most; what comes after is not learned.</summary>
    public const int MaxEntries = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<MacKey, long> _macTimes = [];
    private readonly Dictionary<NeighborKey, long> _neighborTimes = [];
    private readonly Dictionary<NeighborKey, long> _failureTimes = [];
    private readonly Dictionary<ConnectionKey, long> _connectionTimes = [];
    private readonly Dictionary<FlowTag, ConnectionKey> _connectionsByTag = [];
    private readonly List<FlowTag> _tags = [];

    /// <summary>Facts that were not kept because a table was full.</summary>
    public long Refused { get; private set; }

    /// <summary>A station was heard behind a port.</summary>
    public void LearnMac(MacKey station, PortId port)
    {
        lock (_gate)
        {
            var isKnown = view.Learned.Macs.TryGetValue(station, out var known) && known == port;
            if (!Stamp(_macTimes, station) || isKnown)
                return;
            _tags.Add(TagOf(station));
            Publish(view.Learned with { Macs = view.Learned.Macs.SetItem(station, port) });
        }
    }

    /// <summary>A neighbor told its address.</summary>
    public void LearnNeighbor(NeighborKey neighbor, MacAddress mac)
    {
        lock (_gate)
        {
            var isKnown = view.Learned.Neighbors.TryGetValue(neighbor, out var known) && known == mac;
            if (!Stamp(_neighborTimes, neighbor) || isKnown)
                return;
            _failureTimes.Remove(neighbor);
            _tags.Add(TagOf(neighbor));
            Publish(
                view.Learned with
                {
                    Neighbors = view.Learned.Neighbors.SetItem(neighbor, mac),
                    FailedNeighbors = view.Learned.FailedNeighbors.Remove(neighbor),
                }
            );
        }
    }

    /// <summary>A neighbor did not answer.</summary>
    public void FailNeighbor(NeighborKey neighbor)
    {
        lock (_gate)
        {
            // It may have answered another thread meanwhile.
            if (view.Learned.Neighbors.ContainsKey(neighbor))
                return;
            _failureTimes[neighbor] = clock.GetTimestamp();
            _tags.Add(TagOf(neighbor));
            _neighborTimes.Remove(neighbor);
            Publish(
                view.Learned with
                {
                    Neighbors = view.Learned.Neighbors.Remove(neighbor),
                    FailedNeighbors = view.Learned.FailedNeighbors.Add(neighbor),
                }
            );
        }
    }

    /// <summary>A connection was seen that rules ask about.</summary>
    public void TrackConnection(ConnectionKey returning)
    {
        lock (_gate)
        {
            if (!Stamp(_connectionTimes, returning) || view.Learned.ReturnFlows.Contains(returning))
                return;
            _connectionsByTag[returning.Tag] = returning;
            _tags.Add(TagOf(returning));
            Publish(view.Learned with { ReturnFlows = view.Learned.ReturnFlows.Add(returning) });
        }
    }

    /// <summary>An exterior port came up or went down at this host.</summary>
    public void SetPortUp(PortId port, bool isUp)
    {
        lock (_gate)
        {
            var down = view.Learned.DownPorts;
            if (down.Contains(port) != isUp)
                return;
            _tags.Add(FlowTag.Of(FlowTagKind.PortState, port.Value));
            Publish(view.Learned with { DownPorts = isUp ? down.Remove(port) : down.Add(port) });
        }
    }

    /// <summary>Traffic of a flow shows that a station is alive behind a port; elsewhere it proves nothing.</summary>
    public void Refresh(MacKey station, PortId port, long when)
    {
        lock (_gate)
        {
            if (view.Learned.Macs.TryGetValue(station, out var known) && known == port && _macTimes[station] < when)
                _macTimes[station] = when;
        }
    }

    /// <summary>Traffic of a flow that began a connection shows that it is alive.</summary>
    public void Refresh(ConnectionKey returning, long when)
    {
        lock (_gate)
        {
            if (_connectionTimes.TryGetValue(returning, out var known) && known < when)
                _connectionTimes[returning] = when;
        }
    }

    /// <summary>Traffic of a flow that depends on a connection shows that it is alive.</summary>
    public void RefreshConnection(in FlowTag lookup, long when)
    {
        lock (_gate)
        {
            if (_connectionsByTag.TryGetValue(lookup, out var returning))
                Refresh(returning, when);
        }
    }

    /// <summary>The time since a neighbor confirmed its address, or null if it is not known.</summary>
    /// <param name="neighbor">The neighbor.</param>
    /// <param name="now">In ticks of the clock; the caller's, who asks for many neighbors at one time.</param>
    public TimeSpan? AgeOf(NeighborKey neighbor, long now)
    {
        lock (_gate)
            return _neighborTimes.TryGetValue(neighbor, out var time) ? clock.GetElapsedTime(time, now) : null;
    }

    /// <summary>Forgets what is too old.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            var now = view.Learned;
            var next = now with
            {
                Macs = now.Macs.RemoveRange(TakeOld(_macTimes, MacLifetime, TagOf)),
                Neighbors = now.Neighbors.RemoveRange(TakeOld(_neighborTimes, NeighborLifetime, TagOf)),
                FailedNeighbors = now.FailedNeighbors.Except(TakeOld(_failureTimes, FailureLifetime, TagOf)),
                ReturnFlows = now.ReturnFlows.Except(TakeOld(_connectionTimes, ConnectionLifetime, TagOf)),
            };
            if (_tags.Count == 0)
                return;
            foreach (var tag in _tags)
                _connectionsByTag.Remove(tag);
            Publish(next);
        }
    }

    /// <summary>Forgets what was learned about ports that are gone.</summary>
    public void Forget(Func<PortId, bool> isGone)
    {
        lock (_gate)
        {
            var now = view.Learned;
            var macs = now.Macs.Where(entry => isGone(entry.Value)).Select(entry => entry.Key).ToList();
            var neighbors = now.Neighbors.Keys.Where(neighbor => isGone(neighbor.Port)).ToList();
            foreach (var station in macs)
            {
                _macTimes.Remove(station);
                _tags.Add(TagOf(station));
            }
            foreach (var neighbor in neighbors)
            {
                _neighborTimes.Remove(neighbor);
                _tags.Add(TagOf(neighbor));
            }
            if (_tags.Count > 0)
                Publish(now with { Macs = now.Macs.RemoveRange(macs), Neighbors = now.Neighbors.RemoveRange(neighbors) });
        }
    }

    private bool Stamp<TKey>(Dictionary<TKey, long> times, TKey key)
        where TKey : notnull
    {
        if (times.Count >= MaxEntries && !times.ContainsKey(key))
        {
            Refused++;
            return false;
        }
        times[key] = clock.GetTimestamp();
        return true;
    }

    private List<TKey> TakeOld<TKey>(Dictionary<TKey, long> times, TimeSpan lifetime, Func<TKey, FlowTag> tagOf)
        where TKey : notnull
    {
        var old = new List<TKey>();
        var deadline = clock.GetTimestamp() - (long)(lifetime.TotalSeconds * clock.TimestampFrequency);
        foreach (var (key, time) in times)
        {
            if (time < deadline)
                old.Add(key);
        }
        foreach (var key in old)
        {
            times.Remove(key);
            _tags.Add(tagOf(key));
        }
        return old;
    }

    /// <summary>Publishes first, posts after. The tags are those of the facts changed: comparing whole tables would cost the network, not the change.</summary>
    private void Publish(LearnedSnapshot next)
    {
        view.Learned = next;
        subscriber.Post(CollectionsMarshal.AsSpan(_tags));
        _tags.Clear();
    }

    private static FlowTag TagOf(MacKey station) => FlowTag.Mac(station.Bridge.Value, station.Vlan, station.Mac);

    private static FlowTag TagOf(NeighborKey neighbor) => FlowTag.Address(FlowTagKind.Neighbor, neighbor.Port.Value, neighbor.Address);

    private static FlowTag TagOf(ConnectionKey connection) => connection.Tag;
}
