using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Topology.Learned;

public sealed partial class LearnedTable
{
    private TopologySnapshot _reviewed = TopologySnapshot.Empty;

    /// <summary>Forgets what is too old.</summary>
    public void Expire()
    {
        using var turn = new Turn(this);
        var now = turn.Now;
        bool IsOld(long when, TimeSpan lifetime) => _clock.GetElapsedTime(when, now) > lifetime;
        foreach (
            var key in _stations.Find((_, fact) => (fact.Owner == _self || fact.Value is null) && IsOld(fact.ConfirmedAt, MacLifetime))
        )
            ExpireStation(key, now);
        foreach (var key in _neighbors.Find((_, fact) => IsOld(fact.ConfirmedAt, NeighborLifetime)))
        {
            _neighbors.Remove(key);
            Publish(_current with { Neighbors = _current.Neighbors.Remove(key) }, ChangeImpact.OfNeighbor(key));
        }
        // That a port is up is only of interest while somebody may still believe that it is down; its owner forgets last, or would begin to count anew.
        TimeSpan LifetimeOf(HostId owner) => owner == _self ? MacLifetime * 2 : MacLifetime;
        foreach (var key in _interfaces.Find((key, fact) => fact.Value && IsOld(fact.ConfirmedAt, LifetimeOf(key.Host))))
            _interfaces.Remove(key);
        foreach (var (key, _) in _failures.Where(failure => IsOld(failure.Value, FailureLifetime)).ToList())
        {
            _failures.Remove(key);
            Publish(_current with { FailedNeighbors = _current.FailedNeighbors.Remove(key) }, ChangeImpact.OfNeighbor(key));
        }
    }

    /// <summary>Forgets what was learned about ports and by hosts that the description has no more; a port that moved is as its new host says.</summary>
    /// <remarks>Call it when the description has changed. Costs the change, and the facts when ports or hosts have gone.</remarks>
    public void Review()
    {
        using var turn = new Turn(this);
        var (before, after) = (_reviewed, _replica.Topology);
        _reviewed = after;
        if (!ReferenceEquals(before.Routers, after.Routers))
            ForgetMembers(router => !after.Routers.ContainsKey(router));
        if (ReferenceEquals(before.Ports, after.Ports) && ReferenceEquals(before.Hosts, after.Hosts))
            return;
        bool IsGone(PortId port) => !after.Ports.ContainsKey(port);
        foreach (var key in _interfaces.Find((_, _) => true))
        {
            if (IsGone(key.Port) || !after.Hosts.ContainsKey(key.Host) && key.Host != _self)
                _interfaces.Remove(key);
            Show(key.Port);
        }
        // What is as it was is not looked at, however many ports there are.
        if (
            before.Ports.KeysUnlike(after.Ports).Any(IsGone)
            || before.Hosts.KeysUnlike(after.Hosts).Any(host => !after.Hosts.ContainsKey(host))
        )
            Forget(turn.Now, IsGone, host => host != _self && !after.Hosts.ContainsKey(host));
    }

    /// <summary>All hosts forget what was behind a port that is gone. Its host says so besides: to others its word of before may come after they have.</summary>
    private void Forget(long now, Func<PortId, bool> isPortGone, Func<HostId, bool> isHostGone)
    {
        foreach (var key in _stations.Find((_, fact) => fact.Owner == _self && fact.Value is { } port && isPortGone(port)))
            ExpireStation(key, now);
        foreach (var key in _stations.Find((_, fact) => isHostGone(fact.Owner) || fact.Value is { } port && isPortGone(port)))
        {
            _stations.Remove(key);
            Show(key, null);
        }
        foreach (var key in _neighbors.Find((key, fact) => isHostGone(fact.Owner) || isPortGone(key.Port)))
        {
            _neighbors.Remove(key);
            Publish(_current with { Neighbors = _current.Neighbors.Remove(key) }, ChangeImpact.OfNeighbor(key));
        }
        foreach (var key in _failures.Keys.Where(key => isPortGone(key.Port)).ToList())
        {
            _failures.Remove(key);
            Publish(_current with { FailedNeighbors = _current.FailedNeighbors.Remove(key) }, ChangeImpact.OfNeighbor(key));
        }
    }

    /// <summary>Of a router that stays, members are remembered that have left: one that comes back must not be told of as if for the first time.</summary>
    private void ForgetMembers(Func<RouterId, bool> isGone)
    {
        foreach (var key in _members.Find((key, _) => isGone(key.Pool.Router)))
        {
            _members.Remove(key);
            Publish(_current with { Health = _current.Health.Remove(key.Pool) }, ChangeImpact.OfPool(key.Pool));
        }
    }

    /// <summary>Forgets what was learned behind ports that this host has detached.</summary>
    public void Detach(IReadOnlySet<PortId> ports)
    {
        using var turn = new Turn(this);
        foreach (var key in _stations.Find((_, fact) => fact.Value is { } port && ports.Contains(port)))
            ExpireStation(key, turn.Now);
        foreach (var key in _neighbors.Find((key, _) => ports.Contains(key.Port)))
        {
            _neighbors.Remove(key);
            Publish(_current with { Neighbors = _current.Neighbors.Remove(key) }, ChangeImpact.OfNeighbor(key));
        }
    }

    /// <summary>That it was forgotten is remembered for as long again, so that word of before, which comes late, does not bring it back.</summary>
    private void ExpireStation(MacKey key, long now)
    {
        _stations.TryGet(key, out var fact);
        if (fact.Value is null)
        {
            _stations.Remove(key);
            return;
        }
        _stations.Learn(key, null, now);
        Show(key, null);
        Note(new LearnedFact.Station(key, null));
    }
}
