using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Packets;

namespace Fabric.Tests.Bindings;

/// <summary>A host that asks, over a way that a story makes good, bad or long.</summary>
public class TunnelProbeTest
{
    private const uint Name = 0xbeef;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly List<(TimeSpan At, Echo Echo)> _underway = [];
    private readonly List<Echo> _asked = [];
    private Random _random = null!;
    private TunnelProbe _probe = null!;
    private TimeSpan _now;
    private TimeSpan _roundTrip;
    private Func<Echo, bool> _passes = null!;

    [SetUp]
    public void Begin()
    {
        _random = new Random(5880);
        _probe = new TunnelProbe(ProbeTiming.Default, Name);
        (_now, _roundTrip, _passes) = (TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(2), _ => true);
        _underway.Clear();
        _asked.Clear();
    }

    [Test]
    public void A_good_way_is_up_after_three_round_trips()
    {
        _probe.State.ShouldBe(TunnelState.Idle);
        Pass(TimeSpan.FromMilliseconds(100));
        _probe.State.ShouldBe(TunnelState.Up);
        _asked.Select(echo => echo.State).ShouldBe([BfdState.Down, BfdState.Init, BfdState.Up]);
    }

    [Test]
    public void While_up_it_asks_every_three_hundred_milliseconds_less_a_quarter_at_most()
    {
        Pass(TimeSpan.FromSeconds(30));
        var times = _asked.Where(echo => !echo.IsFull && echo.State == BfdState.Up).Select(echo => echo.SentAt).ToArray();
        times.Length.ShouldBeInRange(100, 134);
        times.Zip(times.Skip(1), (first, second) => second - first).ShouldAllBe(gap => gap >= s_tick * 22 && gap <= s_tick * 31);
    }

    [Test]
    public void Silence_for_the_detection_time_is_down_and_sooner_is_not([Range(0, 20)] int seed)
    {
        Pass(TimeSpan.FromSeconds(5) + s_tick * seed);
        var cut = _now;
        _passes = _ => false;
        PassUntil(() => !_probe.IsReached);
        (_now - cut).ShouldBeInRange(TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(1000));
        _asked.Count(echo => echo.SentAt >= cut && !echo.IsFull).ShouldBeInRange(3, 4);
        _probe.State.ShouldBe(TunnelState.Down);
    }

    [Test]
    public void A_way_that_is_down_is_asked_once_a_second_and_is_up_as_soon_as_it_answers()
    {
        Pass(TimeSpan.FromSeconds(5));
        _passes = _ => false;
        PassUntil(() => !_probe.IsReached);
        var before = _asked.Count;
        Pass(TimeSpan.FromSeconds(20));
        (_asked.Count - before).ShouldBeInRange(19, 28);
        _passes = _ => true;
        var mended = _now;
        PassUntil(() => _probe.IsReached);
        (_now - mended).ShouldBeLessThan(TimeSpan.FromMilliseconds(1100));
    }

    [Test]
    public void A_host_that_never_answered_counts_as_up_until_three_questions_were_in_vain()
    {
        _passes = _ => false;
        PassUntil(() => !_probe.IsReached);
        _asked.Count.ShouldBeInRange(3, 5);
        _asked.ShouldAllBe(echo => echo.State == BfdState.Down);
    }

    [Test]
    public void Who_was_stopped_for_long_finds_nobody_down()
    {
        Pass(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 10; i++)
        {
            _now += TimeSpan.FromSeconds(30);
            Pass(TimeSpan.FromMilliseconds(50));
            _probe.IsReached.ShouldBeTrue();
        }
    }

    [Test]
    public void Two_echoes_in_a_row_may_be_lost()
    {
        _passes = echo => echo.State != BfdState.Up || echo.Sequence % 3 == 0;
        Pass(TimeSpan.FromSeconds(60));
        _asked.Select(echo => echo.State).Count(state => state == BfdState.Down).ShouldBe(1);
        _probe.State.ShouldBe(TunnelState.Degraded);
    }

    [Test]
    public void A_bad_way_has_twice_the_silence()
    {
        Pass(TimeSpan.FromSeconds(5));
        _passes = echo => echo.Sequence % 10 != 0;
        PassUntil(() => _probe.State == TunnelState.Degraded);
        PassUntil(() => _asked[^1].Sequence % 10 == 1);
        var cut = _now;
        _passes = _ => false;
        PassUntil(() => !_probe.IsReached);
        (_now - cut).ShouldBeInRange(TimeSpan.FromMilliseconds(1300), TimeSpan.FromMilliseconds(1900));
    }

    [TestCase(4, TunnelState.Up)]
    [TestCase(5, TunnelState.Degraded)]
    public void Five_lost_of_a_hundred_make_a_bad_way(int lost, TunnelState expected)
    {
        Pass(TimeSpan.FromSeconds(5));
        var first = (uint)_asked.Count + 20;
        _passes = echo => echo.IsFull || echo.Sequence < first || (echo.Sequence - first) % 20 != 0 || (echo.Sequence - first) / 20 >= lost;
        PassUntil(() => _asked.Count(echo => !echo.IsFull) >= first + 20 * lost);
        _probe.State.ShouldBe(expected);
        _probe.Loss.Lost.ShouldBe(lost);
        Pass(TimeSpan.FromSeconds(45));
        _probe.State.ShouldBe(TunnelState.Up);
        _probe.Loss.ShouldBe((0, EchoWindow.Size));
    }

    [Test]
    public void A_way_that_loses_full_echoes_alone_is_a_black_hole_until_one_comes_back()
    {
        Pass(TimeSpan.FromSeconds(10));
        _asked.Count(echo => echo.IsFull).ShouldBeGreaterThan(2);
        _passes = echo => !echo.IsFull;
        PassUntil(() => _probe.State != TunnelState.Up);
        _probe.State.ShouldBe(TunnelState.BlackHole);
        _probe.Loss.Lost.ShouldBe(0);
        _passes = _ => true;
        PassUntil(() => _probe.State == TunnelState.Up);
    }

    [Test]
    public void A_long_way_is_up_and_measured()
    {
        _roundTrip = TimeSpan.FromMilliseconds(1500);
        Pass(TimeSpan.FromSeconds(60));
        _probe.State.ShouldBe(TunnelState.Up);
        _probe.RoundTrip.TotalMilliseconds.ShouldBe(1500, 15);
        _probe.MaxRoundTrip.TotalMilliseconds.ShouldBe(1500, 15);
    }

    [Test]
    public void Answers_to_others_and_to_nothing_that_was_sent_count_for_nothing()
    {
        Pass(TimeSpan.FromSeconds(1));
        var last = _asked[^1];
        _probe.Hear(last with { Discriminator = Name + 1 }, _now).ShouldBeFalse();
        _probe.Hear(last with { Sequence = last.Sequence + 1 }, _now).ShouldBeFalse();
        _probe.Hear(last with { Sequence = 0 }, _now).ShouldBeFalse();
        _probe.Hear(last with { IsFull = true }, _now).ShouldBeFalse();
        _probe.Hear(last, _now).ShouldBeTrue();
    }

    [Test]
    public void Copies_and_late_ones_do_no_harm()
    {
        Pass(TimeSpan.FromSeconds(20));
        foreach (var echo in _asked.Concat(_asked).Reverse().ToArray())
            _probe.Hear(echo, _now);
        _probe.State.ShouldBe(TunnelState.Up);
        _probe.Loss.Lost.ShouldBe(0);
    }

    [TestCase(IpFamily.V4, 1464)]
    [TestCase(IpFamily.V6, 1444)]
    [TestCase(IpFamily.V4, 65535, Echo.MaxFrameBytes)]
    [TestCase(IpFamily.V4, 10, 82, Description = "no shorter than what it has to say")]
    public void An_echo_comes_back_as_it_was_sent_and_a_full_one_is_as_long_as_the_tunnel_takes(
        IpFamily family,
        int takes,
        int? length = null
    )
    {
        var self = IpAddress.Parse(family == IpFamily.V4 ? "192.0.2.1" : "2001:db8::1");
        var frame = new byte[Echo.MaxFrameBytes];
        var echo = new Echo(Name, 7, BfdState.Up, IsFull: true, TimeSpan.FromMilliseconds(1234.567));
        var full = echo.Write(frame, self, takes, ProbeTiming.Default);
        full.ShouldBe(length ?? takes);
        Echo.TryParse(frame.AsSpan(0, full), out var back).ShouldBeTrue();
        back.ShouldBe(echo);
        var brief = (echo with { IsFull = false }).Write(frame, self, takes, ProbeTiming.Default);
        Echo.TryParse(frame.AsSpan(0, brief), out back).ShouldBeTrue();
        back.IsFull.ShouldBeFalse();
        Echo.TryParse(frame.AsSpan(0, brief - 1), out _).ShouldBeFalse();
        frame[brief - 1] ^= 1;
        Echo.TryParse(frame.AsSpan(0, brief), out _).ShouldBeFalse("the checksum does not hold");
    }

    private void PassUntil(Func<bool> condition)
    {
        for (var i = 0; i < 10_000 && !condition(); i++)
            Pass(s_tick);
        condition().ShouldBeTrue();
    }

    private void Pass(TimeSpan span)
    {
        for (var end = _now + span; _now < end; _now += s_tick)
        {
            foreach (var (_, echo) in _underway.Where(entry => entry.At <= _now).ToArray())
                _probe.Hear(echo, _now).ShouldBeTrue();
            _underway.RemoveAll(entry => entry.At <= _now);
            while (_probe.Due <= _now)
                Ask();
        }
    }

    private void Ask()
    {
        if (!_probe.Ask(_now, (uint)_random.NextInt64(uint.MaxValue), isLengthKnown: true, out var echo, out var full))
            return;
        foreach (var sent in full is { } wide ? (Echo[])[echo, wide] : [echo])
        {
            _asked.Add(sent);
            if (_passes(sent))
                _underway.Add((_now + _roundTrip, sent));
        }
    }
}
