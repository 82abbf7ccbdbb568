using Fabric.Packets;

namespace Fabric.Bindings;

/// <summary>Finds out whether the way to another host is up, by echoes that its datapath sends back.</summary>
/// <remarks>
/// Pure: time and chance are arguments. Its owner calls <see cref="Ask"/> when <see cref="Due"/> has come and <see cref="Hear"/> for what comes
/// back. Silence counts only while echoes are being sent, so an owner that was stopped for a while finds nobody dead.
/// </remarks>
/// <param name="timing">How often.</param>
/// <param name="discriminator">The name of the way; not 0.</param>
public sealed class TunnelProbe(ProbeTiming timing, uint discriminator)
{
    /// <summary>Lost echoes of the last hundred that make the way a bad one.</summary>
    public const int DegradedLoss = 5;

    /// <summary>With every so many short echoes goes a full one.</summary>
    public const int FullEvery = 10;

    /// <summary>Full echoes that may stay out.</summary>
    public const int FullMultiplier = 3;

    private BfdState _state = BfdState.Down;
    private EchoWindow _window;
    private uint _sent;
    private uint _heard;
    private uint _fullSent;
    private uint _fullHeard;
    private bool _isBlackHole;
    private bool _wasHeard;
    private TimeSpan _heardAt;
    private TimeSpan _sentAt;
    private TimeSpan _next;

    /// <summary>The name of the way.</summary>
    public uint Discriminator => discriminator;

    /// <summary>Packets may be sent this way: it is up, or there is no evidence yet that it is not.</summary>
    public bool IsReached { get; private set; } = true;

    /// <summary>Smoothed; zero while nothing came back.</summary>
    public TimeSpan RoundTrip { get; private set; }

    /// <summary>The longest so far.</summary>
    public TimeSpan MaxRoundTrip { get; private set; }

    /// <summary>Of the last hundred echoes, those that did not come back.</summary>
    public (int Lost, int Of) Loss => _window.Count(timing.Multiplier);

    /// <summary>When to ask again: now, if in the past.</summary>
    public TimeSpan Due => _state != BfdState.Down && IsSilenceFull && Deadline < _next ? Deadline : _next;

    /// <summary>How the way is.</summary>
    public TunnelState State =>
        !IsReached ? TunnelState.Down
        : _state != BfdState.Up ? TunnelState.Idle
        : _isBlackHole ? TunnelState.BlackHole
        : Loss.Lost >= DegradedLoss ? TunnelState.Degraded
        : TunnelState.Up;

    private bool IsSilenceFull => _sent - _heard >= Multiplier;

    /// <summary>Where one of ten is lost, three in a row are every few minutes: a bad way gets twice the time.</summary>
    private int Multiplier => Loss.Lost >= DegradedLoss ? timing.Multiplier * 2 : timing.Multiplier;

    private TimeSpan Interval => _state == BfdState.Up ? timing.Interval : ProbeTiming.SlowInterval;

    /// <summary>The last one sent has a quarter of the interval at least to come back.</summary>
    private TimeSpan Deadline
    {
        get
        {
            var (silence, answer) = (_heardAt + Interval * Multiplier, _sentAt + Interval / 4);
            return silence > answer ? silence : answer;
        }
    }

    /// <summary>Judges the silence, and asks if it is time to.</summary>
    /// <param name="now">By a clock that never goes back.</param>
    /// <param name="draw">A random number.</param>
    /// <param name="isLengthKnown">A full one can be made.</param>
    /// <param name="echo">What to send.</param>
    /// <param name="full">What to send besides, as long as the tunnel takes; null for none.</param>
    /// <returns>False if it is not yet time to send.</returns>
    public bool Ask(TimeSpan now, uint draw, bool isLengthKnown, out Echo echo, out Echo? full)
    {
        if (!_wasHeard && _sent == 0)
            _heardAt = now;
        if (IsSilenceFull && now >= Deadline)
            Move(BfdInput.Silence, now);
        (echo, full) = (default, null);
        if (now < _next)
            return false;
        (_sentAt, _next) = (now, now + timing.Jitter(Interval, draw));
        _window.Sent();
        echo = new Echo(discriminator, ++_sent, _state, IsFull: false, now);
        if (isLengthKnown && _state == BfdState.Up && _sent % FullEvery == 0)
        {
            _isBlackHole = _fullSent - _fullHeard >= FullMultiplier;
            full = new Echo(discriminator, ++_fullSent, _state, IsFull: true, now);
        }
        return true;
    }

    /// <summary>There is reason to think that the way is up again: asks soon, if it is down.</summary>
    public void Hurry(TimeSpan now)
    {
        if (!IsReached && now - _sentAt >= timing.Interval / 4)
            _next = now;
    }

    /// <summary>An echo came back.</summary>
    /// <returns>False if it is none of those that were sent.</returns>
    public bool Hear(in Echo echo, TimeSpan now)
    {
        if (echo.Discriminator != discriminator || echo.Sequence == 0 || echo.Sequence > (echo.IsFull ? _fullSent : _sent))
            return false;
        (_wasHeard, _heardAt) = (true, now);
        if (echo.IsFull)
        {
            (_fullHeard, _isBlackHole) = (Math.Max(_fullHeard, echo.Sequence), false);
            return true;
        }
        _heard = Math.Max(_heard, echo.Sequence);
        _window.CameBack(_sent - echo.Sequence);
        Measure(now - echo.SentAt);
        // What was sent in another state says what was thought then.
        if (echo.State == _state)
            Move(InputOf(echo.State), now);
        return true;
    }

    private static BfdInput InputOf(BfdState told) =>
        told switch
        {
            BfdState.AdminDown or BfdState.Down => BfdInput.HeardDown,
            BfdState.Init => BfdInput.HeardInit,
            BfdState.Up => BfdInput.HeardUp,
        };

    private void Move(BfdInput input, TimeSpan now)
    {
        var next = BfdMachine.Next(_state, input);
        IsReached = next == BfdState.Up || (IsReached && input != BfdInput.Silence);
        if (next == _state)
            return;
        _state = next;
        // RFC 5880, section 6.8.7: what has changed is told at once; a way that fell silent is asked slowly.
        _next = next == BfdState.Down ? now + ProbeTiming.SlowInterval : now;
        if (next == BfdState.Up)
            (_window, _fullHeard, _isBlackHole) = (default, _fullSent, false);
    }

    private void Measure(TimeSpan roundTrip)
    {
        if (roundTrip < TimeSpan.Zero)
            return;
        RoundTrip = RoundTrip == TimeSpan.Zero ? roundTrip : RoundTrip + (roundTrip - RoundTrip) / 8;
        MaxRoundTrip = roundTrip > MaxRoundTrip ? roundTrip : MaxRoundTrip;
    }
}
