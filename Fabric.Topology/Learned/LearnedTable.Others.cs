using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Topology.Learned;

public sealed partial class LearnedTable
{
    private readonly HashSet<LearnedFact> _untold = [];
    private readonly Dictionary<NeighborKey, MacAddress> _overheard = [];

    /// <summary>There is something to tell other hosts: <see cref="TakeUntold"/>. Called on the thread that learned it; must not block.</summary>
    public event Action? Untold;

    /// <summary>A neighbor's address came from another host, or was overheard there. Called on the thread that brought it; must not block.</summary>
    public event Action<NeighborKey, MacAddress>? Heard;

    /// <summary>A neighbor answered, but nobody at this host had asked: who did ask is told, and nothing is learned here.</summary>
    public void Overhear(NeighborKey neighbor, MacAddress mac)
    {
        using var turn = new Turn(this);
        if (Untold is null)
            return;
        _overheard[neighbor] = mac;
        Note(new LearnedFact.Answer(neighbor, default));
    }

    /// <summary>Takes what others have to be told: the newest of each thing that this host learned since it was last asked.</summary>
    public void TakeUntold(List<StampedFact> facts)
    {
        lock (_gate)
        {
            foreach (var subject in _untold)
            {
                if (Find(subject) is { } stamped && stamped.Owner == _self)
                    facts.Add(stamped);
            }
            _untold.Clear();
            _overheard.Clear();
        }
    }

    /// <summary>All facts of this host and of another: what that one has to be told when it knows nothing.</summary>
    public void Collect(HostId other, List<StampedFact> facts)
    {
        lock (_gate)
        {
            bool IsOf(HostId owner) => owner == _self || owner == other;
            foreach (var (key, fact) in _stations.All.Where(pair => IsOf(pair.Value.Owner)))
                facts.Add(new StampedFact(new LearnedFact.Station(key, fact.Value), fact.Owner, fact.Version));
            foreach (var (key, fact) in _neighbors.All.Where(pair => IsOf(pair.Value.Owner)))
                facts.Add(new StampedFact(new LearnedFact.Neighbor(key, fact.Value), fact.Owner, fact.Version));
            foreach (var (key, fact) in _members.All.Where(pair => IsOf(pair.Value.Owner)))
                facts.Add(new StampedFact(new LearnedFact.Member(key, fact.Value), fact.Owner, fact.Version));
            foreach (var (key, fact) in _interfaces.All.Where(pair => IsOf(pair.Value.Owner)))
                facts.Add(new StampedFact(new LearnedFact.Interface(key.Port, fact.Value), fact.Owner, fact.Version));
        }
    }

    /// <summary>Takes facts of other hosts, and those of this one from before it was started anew.</summary>
    /// <param name="facts">What another host tells.</param>
    /// <param name="newer">
    /// Where to put what that host should hear of: one that begins to check members counts from 1 if nobody told it of whoever did before, and is
    /// believed nothing until somebody does.
    /// </param>
    public void Merge(IEnumerable<StampedFact> facts, ICollection<StampedFact>? newer = null)
    {
        var heard = new List<(NeighborKey Key, MacAddress Mac)>();
        using (var turn = new Turn(this))
        {
            foreach (var stamped in facts)
            {
                Merge(stamped, turn.Now);
                if (stamped.Fact is LearnedFact.Member && Find(stamped.Fact) is { } known && IsNewer(known, stamped))
                    newer?.Add(known);
                if (stamped.Fact is LearnedFact.Answer answer)
                    heard.Add((answer.Key, answer.Mac));
                else if (stamped.Fact is LearnedFact.Neighbor neighbor && _neighbors.TryGet(neighbor.Key, out var told))
                    heard.Add((neighbor.Key, told.Value));
            }
        }
        foreach (var (key, mac) in heard)
            Heard?.Invoke(key, mac);
    }

    private static bool IsNewer(StampedFact one, StampedFact other) =>
        (one.Version, one.Owner.Value).CompareTo((other.Version, other.Owner.Value)) > 0;

    private void Merge(StampedFact stamped, long now)
    {
        switch (stamped.Fact)
        {
            case LearnedFact.Station station:
                var place = IsGone(station.Port, stamped.Owner) ? null : station.Port;
                if (TryTake(_stations, station.Key, place, stamped, now))
                    Show(station.Key, place);
                break;
            case LearnedFact.Neighbor neighbor:
                if (TryTake(_neighbors, neighbor.Key, neighbor.Mac, stamped, now))
                    Show(neighbor.Key, neighbor.Mac);
                break;
            case LearnedFact.Interface state:
                Merge(state, stamped.Owner, stamped.Version, now);
                break;
            case LearnedFact.Member member:
                if (TryTake(_members, member.Key, member.Health, stamped, now))
                    Show(member.Key, member.Health);
                break;
            case LearnedFact.Answer:
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Where this host heard a station before it was started anew there is no port any more.</summary>
    private bool IsGone(PortId? port, HostId owner) => owner == _self && port is { } known && !_replica.Topology.Ports.ContainsKey(known);

    /// <summary>Of its own interfaces this host has nothing to learn from others: it tells them how things are.</summary>
    private void Merge(LearnedFact.Interface state, HostId owner, long version, long now)
    {
        var key = (state.Port, owner);
        if (owner != _self)
        {
            if (_interfaces.TryMerge(key, state.IsUp, owner, version, now))
                Show(state.Port);
            return;
        }
        var isKnown = _interfaces.TryGet(key, out var known);
        var isUp = !isKnown || known.Value;
        if (isKnown && known.Version >= version)
            return;
        // Also where there is nothing to say: what is said next must be newer than what was said before the start.
        _interfaces.TryMerge(key, isUp, owner, version, now);
        if (isUp == state.IsUp && !isKnown)
            return;
        _interfaces.Learn(key, isUp, now);
        Note(state.Subject);
    }

    /// <summary>Takes a fact. One of this host, from before it was started anew, is learned again; what it has learned since is the newer.</summary>
    /// <returns>The value is another one now.</returns>
    private bool TryTake<TKey, TValue>(FactTable<TKey, TValue> table, TKey key, TValue value, StampedFact stamped, long now)
        where TKey : notnull
    {
        if (!HasRoom(table, key))
            return false;
        if (stamped.Owner != _self)
            return table.TryMerge(key, value, stamped.Owner, stamped.Version, now);
        var isKnown = table.TryGet(key, out var known);
        var isSame = isKnown && EqualityComparer<TValue>.Default.Equals(known.Value, value);
        var isOwn = isKnown && known.Owner == _self;
        var isOld = isKnown && (stamped.Version, _self.Value).CompareTo((known.Version, known.Owner.Value)) < 0;
        if (isOld || isOwn && isSame && known.Version == stamped.Version)
            return false;
        table.TryMerge(key, value, _self, stamped.Version, now);
        table.Learn(key, isOwn ? known.Value : value, now);
        // Not all whom it matters to need have heard of it before.
        Note(stamped.Fact.Subject);
        return !isOwn && !isSame;
    }

    private StampedFact? Find(LearnedFact subject) =>
        subject switch
        {
            LearnedFact.Station s when _stations.TryGet(s.Key, out var fact) => new(s with { Port = fact.Value }, fact.Owner, fact.Version),
            LearnedFact.Neighbor n when _neighbors.TryGet(n.Key, out var fact) => new(
                n with
                {
                    Mac = fact.Value,
                },
                fact.Owner,
                fact.Version
            ),
            LearnedFact.Interface i when _interfaces.TryGet((i.Port, _self), out var fact) => new(
                i with
                {
                    IsUp = fact.Value,
                },
                fact.Owner,
                fact.Version
            ),
            LearnedFact.Member m when _members.TryGet(m.Key, out var fact) => new(m with { Health = fact.Value }, fact.Owner, fact.Version),
            LearnedFact.Answer a when _overheard.TryGetValue(a.Key, out var mac) => new(a with { Mac = mac }, _self, 0),
            _ => null,
        };

    /// <summary>Others have to be told, if anybody is there who tells them.</summary>
    private void Note(LearnedFact subject)
    {
        if (Untold is not null)
            _untold.Add(subject);
    }

    private void TellAgain(NeighborKey neighbor, long now)
    {
        _neighbors.Tell(neighbor, now);
        Note(new LearnedFact.Neighbor(neighbor, default));
    }
}
