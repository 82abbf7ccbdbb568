using System.Collections.Immutable;
using Fabric.Agent.Checks;
using Fabric.Balancing.Checks;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>Three hosts that share out the checks of some routers, by the clock of the story; they hear each other's beats at once, unless one is dead.</summary>
public class CheckRotaTest
{
    private const int Hosts = 3;

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    private readonly HashSet<HostId> _dead = [];
    private Dictionary<HostId, CheckRota> _rotas = null!;
    private ImmutableArray<Router> _routers;
    private TimeSpan _now;
    private int _beats;

    [SetUp]
    public void SetUp()
    {
        _dead.Clear();
        _rotas = Enumerable.Range(1, Hosts).Select(number => new HostId((ulong)number)).ToDictionary(id => id, id => new CheckRota(id));
        (_now, _beats) = (TimeSpan.FromSeconds(100), 0);
    }

    [TestCase(400)]
    [TestCase(1000)]
    [TestCase(2000)]
    [TestCase(10000)]
    public void WhoIsKilledIsReplacedWithinTheIntervalLongBeforeTheHiveMissesIt(int intervalMilliseconds)
    {
        Describe(intervalMilliseconds);
        Pass(TimeSpan.FromSeconds(30));
        foreach (var owner in _rotas.Keys)
        {
            var lost = _routers.Where(router => CheckersOf(router).ShouldHaveSingleItem().Host == owner).ToList();
            lost.ShouldNotBeEmpty($"{owner} has some of them");
            _dead.Add(owner);
            var killed = _now;
            Pass(() => lost.All(router => CheckersOf(router).Any()), TimeSpan.FromMilliseconds(intervalMilliseconds));
            // Who stands in asks each member within half an interval more.
            (_now - killed).ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(intervalMilliseconds) / 2);
            foreach (var router in _routers)
                CheckersOf(router).ShouldHaveSingleItem().StandsIn.ShouldBe(lost.Contains(router));

            Follow(ViewOf(live: host => !_dead.Contains(host)));
            Pass(s_step);
            foreach (var router in _routers)
                CheckersOf(router).ShouldHaveSingleItem().StandsIn.ShouldBeFalse("it is its duty now");
            _dead.Clear();
            Follow(ViewOf());
            Pass(TimeSpan.FromMilliseconds(intervalMilliseconds));
        }
    }

    [Test]
    public void OneThatStoodStillHasItsDutiesBackWithItsFirstBeat()
    {
        Describe(1000);
        Pass(TimeSpan.FromSeconds(3));
        _dead.Add(new HostId(1));
        Pass(TimeSpan.FromSeconds(2));
        _routers.SelectMany(CheckersOf).Count(checker => checker.StandsIn).ShouldBePositive();
        _dead.Clear();
        Pass(s_step);
        _routers.SelectMany(CheckersOf).ShouldAllBe(checker => !checker.StandsIn);
    }

    [Test]
    public void TwoBeatsThatAreLostAreNothing()
    {
        Describe(1000);
        Pass(TimeSpan.FromSeconds(3));
        _dead.Add(new HostId(1));
        Pass(TimeSpan.FromMilliseconds(249));
        _dead.Clear();
        for (var i = 0; i < 40; i++)
        {
            Pass(s_step);
            _routers.SelectMany(CheckersOf).ShouldAllBe(checker => !checker.StandsIn);
        }
    }

    [Test]
    public void WhoHasNothingMoreToCheckIsNotMissed()
    {
        Describe(1000);
        Pass(TimeSpan.FromSeconds(3));
        Describe(1000, routers: 0);
        Pass(TimeSpan.FromSeconds(3));
        var beats = _beats;
        Pass(TimeSpan.FromSeconds(3));
        _beats.ShouldBe(beats, "nobody has anything to tell");
        foreach (var rota in _rotas.Values)
            rota.Due.ShouldBeNull();
    }

    /// <summary>Its answers would be led to the owner alone by one that does not know of it.</summary>
    [Test]
    public void NobodyStandsInWhileAMemberIsOlder()
    {
        Describe(1000);
        Follow(ViewOf(level: host => host == new HostId(3) ? CheckBeat.Level - 1 : CodecLevel.Current));
        _beats = 0;
        Pass(TimeSpan.FromSeconds(3));
        _beats.ShouldBe(0);
        _dead.Add(new HostId(1));
        Pass(TimeSpan.FromSeconds(3));
        _routers.SelectMany(CheckersOf).ShouldAllBe(checker => !checker.StandsIn);
    }

    [Test]
    public void WhoHearsNobodyMayBeCutOffItself()
    {
        Describe(1000);
        Pass(TimeSpan.FromSeconds(3));
        var owner = CheckersOf(_routers[0]).Single().Host;
        _dead.Add(owner);
        Pass(TimeSpan.FromSeconds(2));
        var next = CheckersOf(_routers[0]).Single().Host;
        var rota = _rotas[next];
        MemberView Heard(double seconds) => ViewOf(heardAgo: host => host == next ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds));
        rota.IsHeardOfOthers(Heard(2.5), lastAnswer: null, _now).ShouldBeFalse("they were heard before the silence alone");
        rota.IsHeardOfOthers(Heard(0.1), lastAnswer: null, _now).ShouldBeTrue();
        rota.IsHeardOfOthers(Heard(2.5), lastAnswer: _now - TimeSpan.FromSeconds(2.5), _now).ShouldBeFalse();
        rota.IsHeardOfOthers(Heard(2.5), lastAnswer: _now - TimeSpan.FromSeconds(0.5), _now).ShouldBeTrue("an answer was handed on");
    }

    [Test]
    public void AnAnswerIsForWhoAsked()
    {
        Describe(1000);
        Pass(TimeSpan.FromSeconds(1));
        foreach (var router in _routers)
        {
            var owner = CheckersOf(router).Single().Host;
            _rotas[new HostId(2)].AskersOf(router.Id, toStandIn: false).ShouldBe([owner]);
            _dead.Add(owner);
            Pass(TimeSpan.FromSeconds(1));
            var next = CheckersOf(router).Single().Host;
            _rotas[new HostId(2)].AskersOf(router.Id, toStandIn: true).ShouldBe([owner, next]);
            _dead.Clear();
            Pass(s_step);
        }
        _rotas[new HostId(2)].AskersOf(new RouterId(99), toStandIn: true).ShouldBeEmpty("it is no router");
    }

    [Test]
    public void BothKindsOfPortsAreAllThePortsOfChecks()
    {
        var owners = Enumerable.Range(0, 1000).Select(turn => CheckPorts.Of(turn, standsIn: false)).ToHashSet();
        var others = Enumerable.Range(0, 1000).Select(turn => CheckPorts.Of(turn, standsIn: true)).ToHashSet();
        owners.Overlaps(others).ShouldBeFalse();
        (owners.Count + others.Count).ShouldBe(CheckPorts.Count);
        owners.Concat(others).ShouldAllBe(port => CheckPorts.Contains(port));
        others.ShouldAllBe(port => CheckPorts.IsOfStandIn(port));
        owners.ShouldAllBe(port => !CheckPorts.IsOfStandIn(port));
    }

    private void Describe(int intervalMilliseconds, int routers = 12)
    {
        var pool = new Pool
        {
            Name = "web",
            Check = new HealthCheck { IntervalMilliseconds = intervalMilliseconds },
        };
        _routers =
        [
            .. Enumerable
                .Range(1, routers)
                .Select(number => new Router
                {
                    Id = new RouterId((ulong)number),
                    Name = new DeviceName("t", $"r{number}"),
                    Pools = Router.NoPools.Add(pool.Name, pool),
                }),
        ];
        Follow(ViewOf());
    }

    private void Follow(MemberView view)
    {
        foreach (var (host, rota) in _rotas)
            Tell(host, rota.Follow(_routers, view), new CheckBeat(0));
    }

    private static MemberView ViewOf(
        Func<HostId, bool>? live = null,
        Func<HostId, int>? level = null,
        Func<HostId, TimeSpan>? heardAgo = null
    ) =>
        new(
            [
                .. Enumerable
                    .Range(1, Hosts)
                    .Select(number => new HostId((ulong)number))
                    .Select(host => new Member(
                        host,
                        $"h{host.Value}",
                        live?.Invoke(host) ?? true ? MemberState.Live : MemberState.Unreachable,
                        MemberRoles.All
                    )
                    {
                        Level = level?.Invoke(host) ?? CodecLevel.Current,
                        HeardAgo = heardAgo?.Invoke(host),
                    }),
            ],
            Task.CompletedTask
        );

    private IEnumerable<(HostId Host, bool StandsIn)> CheckersOf(Router router) =>
        from rota in _rotas
        where !_dead.Contains(rota.Key)
        from mine in rota.Value.Mine
        where mine.Router == router
        select (rota.Key, mine.StandsIn);

    private void Pass(TimeSpan span) => Pass(() => false, span);

    private void Pass(Func<bool> isDone, TimeSpan atMost)
    {
        for (var end = _now + atMost; _now < end && !isDone(); _now += s_step)
        {
            foreach (var (host, rota) in _rotas.Where(pair => !_dead.Contains(pair.Key)))
            {
                rota.Pass(_now);
                var (to, beat) = rota.TakeBeats(_now);
                Tell(host, to, beat);
            }
        }
        foreach (var rota in _rotas.Values)
            rota.Pass(_now);
    }

    private void Tell(HostId from, IReadOnlyCollection<HostId> to, CheckBeat beat)
    {
        foreach (var host in to.Where(_ => !_dead.Contains(from)))
        {
            _beats++;
            _rotas[host].Hear(from, beat, _now);
        }
    }
}
