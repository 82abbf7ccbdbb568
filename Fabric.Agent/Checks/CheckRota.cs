using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Membership;

namespace Fabric.Agent.Checks;

/// <summary>Which routers' pools this host checks, as its duty or in place of a host that has stopped, and whom it tells that it goes on.</summary>
/// <remarks>
/// The hive misses an agent only after <see cref="MemberJudgement.Patience"/>, which is longer than most checks' interval. So whoever checks sends
/// beats to the host whose duty a router would be next, and that one asks in its place while beats are missing. Both may ask at once for a moment
/// (<see cref="Balancing.Checks.CheckPorts.OwnerCount"/>); of two that find the same no packet is decided otherwise. One caller at a time; time is an argument.
/// </remarks>
/// <param name="self">This host.</param>
internal sealed class CheckRota(HostId self)
{
    /// <summary>Beats in the shortest interval of the checks.</summary>
    private const int BeatsPerInterval = 8;

    /// <summary>So many may be lost.</summary>
    private const int Missed = 3;

    /// <summary>Hosts that are sent beats, at most; for what others would be next the hive decides.</summary>
    public const int MaxNext = 64;

    /// <summary>The least time between beats.</summary>
    public static readonly TimeSpan LeastPeriod = TimeSpan.FromMilliseconds(50);

    // A view is made each second, and tells how long ago that was then.
    private static readonly TimeSpan s_viewAge = TimeSpan.FromSeconds(1.1);

    private readonly Dictionary<RouterId, Row> _rows = [];
    private readonly Dictionary<HostId, TimeSpan> _heardUntil = [];
    private HashSet<HostId> _silent = [];
    private HashSet<HostId> _next = [];
    private TimeSpan _period;
    private TimeSpan _beatAt;

    /// <summary>Routers that this host checks just now.</summary>
    public IEnumerable<(Router Router, bool StandsIn)> Mine =>
        _rows.Values.Where(IsMine).Select(row => (row.Router, StandsIn: row.Owner != self));

    /// <summary>Takes over what is to be checked, and who there is.</summary>
    /// <returns>Hosts that would have been next and are no more, which are to be told so.</returns>
    public IReadOnlyCollection<HostId> Follow(IEnumerable<Router> routers, MemberView view)
    {
        // One that lives and does not know of stand-ins would lead their answers to the owner alone.
        var isKnownToAll = view.Members.All(member =>
            member.State is MemberState.Unreachable or MemberState.Left || member.Level >= CheckBeat.Level
        );
        _rows.Clear();
        foreach (var router in routers.Where(router => router.Pools.Values.Any(pool => pool.Check is not null)))
        {
            var duty = new Duty(DutyKind.HealthCheck, router.Id);
            if (Duties.OwnerOf(view, MemberRoles.Monitor, duty) is not { } owner)
                continue;
            var next = isKnownToAll ? Duties.OwnerOf(view, MemberRoles.Monitor, duty, except: owner) : null;
            _rows[router.Id] = new Row(router, owner, next);
        }
        foreach (var gone in _heardUntil.Keys.Except(_rows.Values.Select(row => row.Owner)).ToArray())
            _heardUntil.Remove(gone);
        var own = _rows.Values.Where(row => row.Owner == self && row.Next is not null).ToList();
        var before = _next;
        _next = [.. own.Select(row => row.Next!.Value).Distinct().OrderBy(host => host.Value).Take(MaxNext)];
        _period = own.Count == 0 ? default : PeriodOf(own.Min(row => IntervalOf(row.Router)));
        return [.. before.Except(_next)];
    }

    /// <summary>A host has told that it checks.</summary>
    public void Hear(HostId sender, CheckBeat beat, TimeSpan now)
    {
        if (beat.PeriodMilliseconds <= 0)
            _heardUntil.Remove(sender);
        else
            _heardUntil[sender] = now + TimeSpan.FromMilliseconds(beat.PeriodMilliseconds) * Missed;
    }

    /// <summary>Time has passed, or somebody was heard.</summary>
    /// <returns><see cref="Mine"/> may be another than before.</returns>
    public bool Pass(TimeSpan now)
    {
        var silent = _heardUntil.Where(heard => now > heard.Value).Select(heard => heard.Key).ToHashSet();
        if (silent.SetEquals(_silent))
            return false;
        _silent = silent;
        return true;
    }

    /// <summary>Some other host was heard since those fell silent in whose place this one checks: it is not this one that is cut off.</summary>
    /// <param name="view">The members.</param>
    /// <param name="lastAnswer">When another host last sent an answer of a member; null for never.</param>
    /// <param name="now">The time.</param>
    public bool IsHeardOfOthers(MemberView view, TimeSpan? lastAnswer, TimeSpan now)
    {
        var since = TimeSpan.MinValue;
        foreach (var (host, until) in _heardUntil)
        {
            if (_silent.Contains(host) && until > since)
                since = until;
        }
        return lastAnswer > since
            || view.Members.Any(member =>
                member.Host != self && !_silent.Contains(member.Host) && member.HeardAgo is { } ago && now - ago - s_viewAge > since
            );
    }

    /// <summary>The beats that are due, each once.</summary>
    public (IReadOnlyCollection<HostId> To, CheckBeat Beat) TakeBeats(TimeSpan now)
    {
        var beat = new CheckBeat((int)_period.TotalMilliseconds);
        if (_next.Count == 0 || now < _beatAt)
            return ([], beat);
        _beatAt = now + _period;
        return (_next, beat);
    }

    /// <summary>When a beat is due, or one that is waited for is missing; null if there is neither.</summary>
    public TimeSpan? Due
    {
        get
        {
            TimeSpan? due = _next.Count == 0 ? null : _beatAt;
            foreach (var (host, until) in _heardUntil)
            {
                // Silent is who is not heard until then, and not at that moment.
                if (!_silent.Contains(host) && (due is null || until < due))
                    due = until + TimeSpan.FromTicks(1);
            }
            return due;
        }
    }

    /// <summary>Whom an answer is for that a member gave.</summary>
    /// <param name="router">The router that asked.</param>
    /// <param name="toStandIn">It was asked from a port of one that stands in.</param>
    public IEnumerable<HostId> AskersOf(RouterId router, bool toStandIn)
    {
        if (!_rows.TryGetValue(router, out var row))
            return [];
        // The hive may have noticed meanwhile, and who stood in is the owner by now.
        return toStandIn && row.Next is { } next ? [row.Owner, next] : [row.Owner];
    }

    private static TimeSpan PeriodOf(TimeSpan interval) =>
        interval / BeatsPerInterval > LeastPeriod ? interval / BeatsPerInterval : LeastPeriod;

    private static TimeSpan IntervalOf(Router router) =>
        TimeSpan.FromMilliseconds(router.Pools.Values.Min(pool => pool.Check?.IntervalMilliseconds ?? HealthCheck.MaxMilliseconds));

    private bool IsMine(Row row) => row.Owner == self || row.Next == self && _silent.Contains(row.Owner);

    private sealed record Row(Router Router, HostId Owner, HostId? Next);
}
