using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>Asks the members of pools one after the other whether they serve, and tells when that changes.</summary>
/// <remarks>
/// One caller at a time; time is an argument, counted from any moment. Wishes and news gather in <see cref="Wishes"/> and <see cref="News"/> until the
/// caller takes them; one that is there twice is told once. Members of a pool are not asked all at once.
/// </remarks>
/// <param name="known">Tells what all know of a member; null if nobody has checked it.</param>
/// <param name="draw">Draws a number that cannot be guessed.</param>
/// <param name="secure">Has a talk be one over TLS, with the name of the server if the check has one.</param>
public sealed class Checker(Func<MemberKey, KnownHealth?> known, Func<uint> draw, Func<ICheckTalk, string?, ICheckTalk> secure)
{
    // So that the first answers of a pool are there soon, however long its interval is.
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(1);

    private readonly Dictionary<MemberKey, Asked> _asked = [];
    private readonly Dictionary<(RouterId, IpAddress, ushort Port, ushort OwnPort, bool IsTcp), Asked> _underWay = [];

    /// <summary>Members that are asked.</summary>
    public int Count => _asked.Count;

    /// <summary>Checks by what came of them.</summary>
    public long[] Results { get; } = new long[Enum.GetValues<CheckResult>().Length];

    /// <summary>Packets to be sent.</summary>
    public List<CheckWish> Wishes { get; } = [];

    /// <summary>What is to be told.</summary>
    public List<CheckNews> News { get; } = [];

    /// <summary>That no answer comes tells of a member also where this host stands in for another.</summary>
    /// <remarks>Who does not hear the other may be cut off itself, and would find healthy members down.</remarks>
    public bool TrustsSilence { get; set; }

    /// <summary>Takes over what is to be checked; who stays is not asked anew.</summary>
    /// <param name="routers">The routers whose pools this host checks, and of which it does so only in another's place.</param>
    /// <param name="now">The time.</param>
    public void Follow(IEnumerable<(Router Router, bool StandsIn)> routers, TimeSpan now)
    {
        var wanted = new HashSet<MemberKey>();
        foreach (var (router, standsIn) in routers)
        {
            var used = router.Balancers.Values.Select(balancer => balancer.Pool).ToHashSet();
            foreach (var pool in router.Pools.Values.Where(pool => pool.Check is not null && used.Contains(pool.Name)))
            {
                var key = PoolKey.Of(router.Id, pool.Name);
                foreach (var member in pool.Members.Values)
                    wanted.Add(Follow(MemberKey.Of(key, member), pool, member, standsIn, now));
            }
        }
        foreach (var (key, asked) in _asked.Where(entry => !wanted.Contains(entry.Key)).ToArray())
        {
            End(asked);
            _asked.Remove(key);
        }
    }

    /// <summary>Takes a packet that came to a router; one that no probe waits for is nothing.</summary>
    public void Take(RouterId router, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!ProbeAnswer.TryRead(frame, out var answer))
            return;
        var key = (router, answer.Source, answer.Port, answer.OwnPort, answer.IsTcp);
        if (_underWay.TryGetValue(key, out var asked) && asked.Probe is { } probe)
            Follow(asked, probe.Take(answer, now), now);
        else if (answer.IsTcp && (answer.Flags & (TcpFlags.Rst | TcpFlags.Ack)) == TcpFlags.Ack)
            Refuse(router, answer);
    }

    /// <summary>A packet could not be sent: there is no way.</summary>
    public void Fail(MemberKey member, TimeSpan now)
    {
        if (_asked.TryGetValue(member, out var asked) && asked.Probe is not null)
            Conclude(asked, CheckResult.NoRoute, 0, now);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When it has something to do again if nothing comes; null if there is nobody to ask.</returns>
    public TimeSpan? Turn(TimeSpan now)
    {
        TimeSpan? due = null;
        foreach (var asked in _asked.Values)
        {
            if (asked.Probe is null && now >= asked.Next)
                Begin(asked, now);
            if (asked.Probe is { } probe)
                Follow(asked, probe.Tick(now), now);
            if (asked.State.UpSince is not null)
                TellRise(asked, now);
            var next = asked.Probe?.Due ?? asked.Next;
            due = due is { } soonest && soonest <= next ? soonest : next;
        }
        return due;
    }

    /// <summary>A member that still has a connection that was given up, as the reset was lost or not where it waits, is told again (RFC 9293, section 3.10.7.1).</summary>
    private void Refuse(RouterId router, in ProbeAnswer answer)
    {
        var source = answer.Source;
        // What another host has begun meanwhile is not this one's to end.
        var member = _asked.Values.FirstOrDefault(asked => asked.Key.Pool.Router == router && asked.Key.Address == source);
        if (member is { StandsIn: false } && CheckPorts.Contains(answer.OwnPort) && !CheckPorts.IsOfStandIn(answer.OwnPort))
            Wishes.Add(
                new CheckWish(member.Key, new ProbePacket(answer.OwnPort, answer.Port, TcpFlags.Rst, answer.Acknowledgment, 0, default))
            );
    }

    private MemberKey Follow(MemberKey key, Pool pool, PoolMember member, bool standsIn, TimeSpan now)
    {
        var isKnown = _asked.TryGetValue(key, out var asked);
        if (isKnown && asked!.Pool.Check == pool.Check && asked.Pool.SlowStartSeconds == pool.SlowStartSeconds)
        {
            asked.StandsIn = standsIn;
            return key;
        }
        if (isKnown)
            End(asked!);
        var number = MemberHash.Mix(MemberHash.Of(member), key.Pool.Name);
        var spread = TimeSpan.FromMilliseconds(pool.Check!.IntervalMilliseconds);
        // Who stands in has waited for a part of the interval already.
        spread = standsIn ? spread / 2 : spread;
        spread = spread < LongestSpread ? spread : LongestSpread;
        _asked[key] = new Asked(key, pool, (int)(number % CheckPorts.Count))
        {
            StandsIn = standsIn,
            Next = now + spread * (number % 1024) / 1024,
            State = MemberCheck.From(pool, known(key)?.Health, now),
        };
        return key;
    }

    private void Begin(Asked asked, TimeSpan now)
    {
        var check = asked.Pool.Check!;
        asked.Next = now + TimeSpan.FromMilliseconds(check.IntervalMilliseconds);
        var port = check.Port ?? asked.Key.Port;
        // Another port each time, so that the member takes no late packet of the check before for one of this.
        for (var i = 0; i < CheckPorts.Count; i++)
        {
            asked.LastPort = (asked.LastPort + 1) % CheckPorts.Count;
            var own = CheckPorts.Of(asked.LastPort, asked.StandsIn);
            var key = (asked.Key.Pool.Router, asked.Key.Address, port, own, check.Kind != HealthCheckKind.Udp);
            if (!_underWay.TryAdd(key, asked))
                continue;
            asked.UnderWay = key;
            asked.Probe = Probe.Begin(check, TalkOf(check, asked.Key.Address), own, port, draw(), now);
            return;
        }
    }

    private void Follow(Asked asked, in ProbeTurn turn, TimeSpan now)
    {
        asked.Probe = turn.Probe;
        if (turn.Send is { } packet)
            Wishes.Add(new CheckWish(asked.Key, packet));
        if (turn.Result is { } result)
            Conclude(asked, result, turn.Status, now);
    }

    private void Conclude(Asked asked, CheckResult result, ushort status, TimeSpan now)
    {
        End(asked);
        Results[(int)result]++;
        if (asked.StandsIn && !TrustsSilence && result is (CheckResult.NoAnswer or CheckResult.NoRoute))
            return;
        var told = known(asked.Key);
        // Whoever checked it before has the say until this host has found otherwise as often as is wanted; not one that stood in meanwhile.
        if (told is { IsOwn: false } && !asked.HasConcluded && told.Value.Health.IsUp != asked.State.IsUp)
            asked.State = MemberCheck.From(asked.Pool, told.Value.Health, now);
        asked.HasConcluded = true;
        asked.State = asked.State.Next(asked.Pool.Check!, result, now);
        (asked.Last, asked.Status) = (result, status);
        var health = new MemberHealth(asked.State.PercentAt(asked.Pool, now), result, status);
        // Of one that is up, a check that fails is nothing to tell of before it counts.
        var isNews = told?.Health.Percent != health.Percent || !health.IsUp && told.Value.Health != health;
        if (isNews || told is { IsOwn: false })
            News.Add(new CheckNews(asked.Key, health));
    }

    private void TellRise(Asked asked, TimeSpan now)
    {
        var percent = asked.State.PercentAt(asked.Pool, now);
        if (percent == MemberHealth.Whole)
            asked.State = asked.State with { UpSince = null };
        if (known(asked.Key) is { IsOwn: true } told && told.Health.Percent != percent)
            News.Add(new CheckNews(asked.Key, new MemberHealth(percent, asked.Last, asked.Status)));
    }

    private void End(Asked asked)
    {
        if (asked.Probe?.Leave() is { } reset)
            Wishes.Add(new CheckWish(asked.Key, reset));
        asked.Probe = null;
        _underWay.Remove(asked.UnderWay);
        asked.UnderWay = default;
    }

    private ICheckTalk? TalkOf(HealthCheck check, IpAddress member) =>
        check.Kind switch
        {
            HealthCheckKind.Http => HttpTalk.Of(check, HostOf(member)),
            HealthCheckKind.Https => secure(HttpTalk.Of(check, HostOf(member)), check.Host),
            _ => null,
        };

    private static string HostOf(IpAddress address) => address.Family == IpFamily.V4 ? $"{address}" : $"[{address}]";

    /// <summary>A member and how far asking it has come.</summary>
    private sealed class Asked(MemberKey key, Pool pool, int firstPort)
    {
        public MemberKey Key { get; } = key;

        public Pool Pool { get; } = pool;

        public MemberCheck State { get; set; }

        public Probe? Probe { get; set; }

        public (RouterId, IpAddress, ushort, ushort, bool) UnderWay { get; set; }

        public int LastPort { get; set; } = firstPort;

        public bool StandsIn { get; set; }

        /// <summary>A check of this host's has counted.</summary>
        public bool HasConcluded { get; set; }

        public TimeSpan Next { get; set; }

        public CheckResult Last { get; set; }

        public ushort Status { get; set; }
    }
}
