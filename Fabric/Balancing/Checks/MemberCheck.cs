using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>Whether a member is up by the checks so far, and since when.</summary>
/// <param name="IsUp">It takes connections.</param>
/// <param name="Streak">Checks in a row that spoke against that.</param>
/// <param name="UpSince">When it came up; null if that is long ago, or it is down.</param>
public readonly record struct MemberCheck(bool IsUp, int Streak, TimeSpan? UpSince)
{
    /// <summary>Slow start goes in steps, each of which builds the pool's table anew at every host.</summary>
    private const int Steps = 10;

    /// <summary>Goes on from how the member was found before: nobody has checked it yet who counts it as down.</summary>
    public static MemberCheck From(Pool pool, MemberHealth? before, TimeSpan now) =>
        before is { } known && known.Percent is > 0 and < MemberHealth.Whole
            ? new MemberCheck(
                true,
                0,
                now - TimeSpan.FromSeconds(pool.SlowStartSeconds) * (known.Percent - MemberHealth.Whole / Steps) / MemberHealth.Whole
            )
            : new MemberCheck(before?.IsUp ?? true, 0, null);

    /// <summary>Takes what came of a check: it turns when as many in a row as are wanted speak against it.</summary>
    public MemberCheck Next(HealthCheck check, CheckResult result, TimeSpan now)
    {
        var isGood = result == CheckResult.Good;
        if (isGood == IsUp)
            return this with { Streak = 0 };
        if (Streak + 1 < (isGood ? check.Rise : check.Fall))
            return this with { Streak = Streak + 1 };
        return new MemberCheck(isGood, 0, isGood ? now : null);
    }

    /// <summary>The part of its weight that the member has by now: all of it, or a tenth more with each tenth of the slow start.</summary>
    public byte PercentAt(Pool pool, TimeSpan now)
    {
        if (!IsUp)
            return 0;
        if (pool.SlowStartSeconds == 0 || UpSince is not { } since)
            return MemberHealth.Whole;
        var step = (int)((now - since) * Steps / TimeSpan.FromSeconds(pool.SlowStartSeconds)) + 1;
        return (byte)(MemberHealth.Whole / Steps * Math.Min(step, Steps));
    }
}
