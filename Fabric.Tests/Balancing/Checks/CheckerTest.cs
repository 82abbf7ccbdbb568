using Fabric.Addresses;
using Fabric.Balancing.Checks;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>Checks of a pool against two stations, by the clock of the story.</summary>
public class CheckerTest
{
    private static readonly RouterId s_router = new(5);
    private static readonly PacketAddresses s_addresses = new(default, default, IpAddress.Parse("10.0.0.254"), MemberStack.Address);

    private readonly Dictionary<MemberKey, KnownHealth> _facts = [];
    private readonly List<(TimeSpan At, MemberHealth Health)> _told = [];
    private MemberStack _member = null!;
    private Checker _checker = null!;
    private TimeSpan _now;

    [SetUp]
    public void SetUp()
    {
        _facts.Clear();
        _told.Clear();
        _member = new MemberStack();
        _now = TimeSpan.FromSeconds(100);
        _checker = NewChecker();
    }

    [Test]
    public void AMemberGoesDownAfterFallAndComesUpAfterRise()
    {
        Follow(new HealthCheck());
        Pass(5);
        _told.ShouldHaveSingleItem().Health.ShouldBe(new MemberHealth(100, CheckResult.Good, 0), "it is known that somebody checks");
        _member.Listens = false;
        Pass(5.9);
        (_told.Count, _told[^1].Health).ShouldBe((2, new MemberHealth(0, CheckResult.Refused, 0)));
        var fell = _told[^1].At;
        (fell - TimeSpan.FromSeconds(105)).ShouldBeLessThan(TimeSpan.FromSeconds(6), "three checks, one each two seconds");
        (fell - TimeSpan.FromSeconds(105)).ShouldBeGreaterThan(TimeSpan.FromSeconds(4));
        _member.Listens = true;
        Pass(4);
        _told[^1].Health.ShouldBe(new MemberHealth(100, CheckResult.Good, 0));
    }

    /// <summary>The reset was lost, or was for a byte that the member does not have yet: it asks, and is told again.</summary>
    [Test]
    public void AConnectionThatTheMemberStillHasIsEnded()
    {
        Follow(new HealthCheck());
        Pass(5);
        var forgotten = new ProbePacket(CheckPorts.First + 100, 80, TcpFlags.Syn, 5000, 0, default);
        _checker.Take(s_router, _member.Take(forgotten).ShouldHaveSingleItem(), _now);
        var (to, reset) = _checker.Wishes.ShouldHaveSingleItem();
        (to.Address, reset).ShouldBe((MemberStack.Address, new ProbePacket(forgotten.OwnPort, 80, TcpFlags.Rst, 5001, 0, default)));
        var ended = _member.Ended;
        _member.Take(reset).ShouldBeEmpty();
        _member.Ended.ShouldBe(ended + 1);
    }

    /// <summary>A host that stands in believes the other gone, which is not, and answers reach both.</summary>
    [Test]
    public void TwoThatAskOneMemberAtOnceDoNotDisturbEachOther()
    {
        var check = new HealthCheck { Fall = 1 };
        Follow(check);
        var other = NewChecker();
        other.Follow([(RouterOf(PoolOf(check)), true)], _now);
        for (var end = _now + TimeSpan.FromSeconds(60); _now < end; _now += TimeSpan.FromMilliseconds(10))
        {
            foreach (var asking in (Checker[])[_checker, other])
            {
                asking.Turn(_now);
                var wishes = asking.Wishes.ToList();
                asking.Wishes.Clear();
                foreach (var frame in wishes.SelectMany(wish => _member.Take(wish.Packet)))
                {
                    _checker.Take(s_router, frame, _now);
                    other.Take(s_router, frame, _now);
                }
            }
        }
        foreach (var asking in (Checker[])[_checker, other])
        {
            asking.Results[(int)CheckResult.Good].ShouldBeInRange(29, 31);
            asking.Results.Sum().ShouldBe(asking.Results[(int)CheckResult.Good]);
        }
    }

    /// <summary>A host that hears nobody thinks the other silent, and stands in.</summary>
    [Test]
    public void OneThatStandsInAndMayBeCutOffTellsNothingOfSilence()
    {
        var key = Follow(new HealthCheck { Fall = 1 });
        _facts[key] = new KnownHealth(new MemberHealth(100, CheckResult.Good, 0), IsOwn: false);
        _checker = NewChecker();
        _checker.Follow([(RouterOf(PoolOf(new HealthCheck { Fall = 1 })), true)], _now);
        Pass(20, answers: false);
        _told.ShouldBeEmpty();
        _checker.Results[(int)CheckResult.NoAnswer].ShouldBeGreaterThan(5);

        _member.Listens = false;
        Pass(2.5);
        _told.ShouldHaveSingleItem().Health.ShouldBe(new MemberHealth(0, CheckResult.Refused, 0), "that it refuses is an answer");
        _member.Listens = true;
        Pass(6);
        _checker.TrustsSilence = true;
        Pass(5, answers: false);
        _told[^1].Health.ShouldBe(new MemberHealth(0, CheckResult.NoAnswer, 0), "it has heard others by now");
    }

    [Test]
    public void WhoChecksAllAlongPutsRightWithOneCheckWhatAnotherToldMeanwhile()
    {
        var key = Follow(new HealthCheck { Rise = 5 });
        Pass(5);
        _told.Clear();
        _facts[key] = new KnownHealth(new MemberHealth(0, CheckResult.NoAnswer, 0), IsOwn: false);
        Pass(2.5);
        _told.ShouldHaveSingleItem().Health.ShouldBe(new MemberHealth(100, CheckResult.Good, 0));
    }

    [Test]
    public void WhoIsNotCheckedAnyMoreKeepsNoConnection()
    {
        Follow(new HealthCheck { Kind = HealthCheckKind.Http });
        for (var isAccepted = false; !isAccepted; _now += TimeSpan.FromMilliseconds(10))
        {
            _checker.Turn(_now);
            foreach (var wish in _checker.Wishes.ToList())
            {
                foreach (var frame in _member.Take(wish.Packet))
                {
                    _checker.Wishes.Clear();
                    _checker.Take(s_router, frame, _now);
                    isAccepted = true;
                }
            }
        }
        _checker.Wishes.Clear();
        _checker.Follow([], _now);
        _checker.Wishes.ShouldHaveSingleItem().Packet.Tcp.ShouldBe(TcpFlags.Rst);
    }

    [Test]
    public void OneFailureIsNothingToTell()
    {
        Follow(new HealthCheck());
        Pass(5);
        for (var i = 0; i < 10; i++)
        {
            _member.Listens = false;
            Pass(4);
            _member.Listens = true;
            Pass(2);
        }
        _told.ShouldHaveSingleItem();
        _checker.Results[(int)CheckResult.Refused].ShouldBeInRange(19, 21);
    }

    [Test]
    public void WhoNeverAnswersIsDownAfterFallTimesTheIntervalWithItsReason()
    {
        Follow(new HealthCheck());
        Pass(8, answers: false);
        _told
            .Select(told => told.Health)
            .ShouldBe([new MemberHealth(100, CheckResult.NoAnswer, 0), new MemberHealth(0, CheckResult.NoAnswer, 0)]);
        (_told[1].At - TimeSpan.FromSeconds(100)).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(6));
        Pass(20, answers: false);
        _told.Count.ShouldBe(2, "it is told once");
    }

    [Test]
    public void ThatThereIsNoWayIsAFailure()
    {
        Follow(new HealthCheck { Fall = 1 });
        while (_checker.Wishes.Count == 0)
            _checker.Turn(_now += TimeSpan.FromMilliseconds(10));
        _checker.Fail(_checker.Wishes[0].Member, _now);
        _checker.News.ShouldHaveSingleItem().Health.ShouldBe(new MemberHealth(0, CheckResult.NoRoute, 0));
    }

    [Test]
    public void WhoTakesOverGoesOnFromWhatIsKnown()
    {
        var key = Follow(new HealthCheck());
        _facts[key] = new KnownHealth(new MemberHealth(0, CheckResult.NoAnswer, 0), IsOwn: false);
        _member.Listens = false;
        Pass(2.5);
        _told.ShouldAllBe(told => !told.Health.IsUp, "it is down still, and never was up");
        _facts[key].IsOwn.ShouldBeTrue("and it is this host's word from now on");
        _member.Listens = true;
        Pass(4);
        _facts[key].Health.IsUp.ShouldBeTrue();
    }

    [Test]
    public void WhoComesUpSlowlyHasATenthMoreEachTenthOfTheTime()
    {
        Follow(new HealthCheck { Rise = 1, Fall = 1 }, slowStart: 20);
        _member.Listens = false;
        Pass(3);
        _told.Clear();
        _member.Listens = true;
        Pass(30);
        _told.Select(told => (int)told.Health.Percent).ShouldBe([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
        (_told[^1].At - _told[0].At).TotalSeconds.ShouldBe(18, tolerance: 2.1);
    }

    [Test]
    public void WhoTakesOverASlowStartGoesOnWithIt()
    {
        var pool = PoolOf(new HealthCheck(), slowStart: 100);
        foreach (var percent in new byte[] { 10, 40, 90 })
        {
            var state = MemberCheck.From(pool, new MemberHealth(percent, CheckResult.Good, 0), _now);
            state.PercentAt(pool, _now).ShouldBe(percent);
            state.PercentAt(pool, _now + TimeSpan.FromSeconds(10)).ShouldBe((byte)(percent + 10));
        }
    }

    [Test]
    public void WhoIsNotCheckedAnyMoreIsAskedNoMore()
    {
        Follow(new HealthCheck());
        Pass(5);
        _checker.Follow([], _now);
        (_checker.Count, _checker.Turn(_now + TimeSpan.FromHours(1))).ShouldBe((0, null));
        _checker.Wishes.ShouldBeEmpty();
    }

    [Test]
    public void ThousandMembersAreNotAskedAllAtOnce()
    {
        var members = Enumerable
            .Range(0, 1000)
            .Select(i => new PoolMember
            {
                Name = $"m{i}",
                Address = IpAddress.V4(0x0a00_0001u + (uint)i),
                Port = 80,
            });
        var pool = PoolOf(new HealthCheck()) with
        {
            Members = Pool.NoMembers.SetItems(members.Select(member => KeyValuePair.Create(member.Name, member))),
        };
        _checker.Follow([(RouterOf(pool), false)], _now);
        var most = 0;
        for (var i = 0; i < 100; i++)
        {
            _checker.Turn(_now += TimeSpan.FromMilliseconds(10));
            most = Math.Max(most, _checker.Wishes.Count(wish => wish.Packet.Tcp == TcpFlags.Syn));
            _checker.Wishes.Clear();
        }
        most.ShouldBeLessThan(60);
    }

    private Checker NewChecker() => new(key => _facts.TryGetValue(key, out var known) ? known : null, () => 12345, (talk, _) => talk);

    private MemberKey Follow(HealthCheck check, ushort slowStart = 0)
    {
        var pool = PoolOf(check, slowStart);
        _checker.Follow([(RouterOf(pool), false)], _now);
        return MemberKey.Of(PoolKey.Of(s_router, pool.Name), pool.Members["vm"]);
    }

    private static Pool PoolOf(HealthCheck check, ushort slowStart = 0) =>
        new()
        {
            Name = "web",
            Check = check,
            SlowStartSeconds = slowStart,
            Members = Pool.NoMembers.Add(
                "vm",
                new PoolMember
                {
                    Name = "vm",
                    Address = MemberStack.Address,
                    Port = 80,
                }
            ),
        };

    private static Router RouterOf(Pool pool) =>
        new()
        {
            Id = s_router,
            Name = new DeviceName("t", "r"),
            Pools = Router.NoPools.Add(pool.Name, pool),
            Balancers = Router.NoBalancers.Add(
                "b",
                new Balancer
                {
                    Name = "b",
                    Address = IpAddress.Parse("203.0.113.80"),
                    Ports = PortRange.Only(80),
                    Pool = pool.Name,
                }
            ),
        };

    /// <summary>So many seconds go by, in steps of ten milliseconds.</summary>
    private void Pass(double seconds, bool answers = true)
    {
        for (var end = _now + TimeSpan.FromSeconds(seconds); _now < end; _now += TimeSpan.FromMilliseconds(10))
        {
            _checker.Turn(_now);
            for (var i = 0; i < _checker.Wishes.Count; i++)
            {
                foreach (var frame in answers ? _member.Take(_checker.Wishes[i].Packet) : [])
                    _checker.Take(s_router, frame, _now);
            }
            _checker.Wishes.Clear();
            foreach (var (member, health) in _checker.News)
            {
                // As the table of facts does with what it knows already.
                if (_facts.TryGetValue(member, out var known) && known == new KnownHealth(health, IsOwn: true))
                    continue;
                _told.Add((_now, health));
                _facts[member] = new KnownHealth(health, IsOwn: true);
            }
            _checker.News.Clear();
        }
    }
}
