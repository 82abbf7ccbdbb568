using System.Globalization;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>How a member of a pool is, in a few words.</summary>
internal static class HealthText
{
    /// <summary>How it is, and why: what came of the check that told so.</summary>
    public static string Of(Pool pool, PoolHealth? health, MemberKey member)
    {
        if (pool.Check is null)
            return "not checked";
        if (health is null || !health.Members.TryGetValue(member, out var known))
            return "not checked yet";
        return known.Percent switch
        {
            0 => $"down: {Why(known)}",
            MemberHealth.Whole => "up",
            _ => string.Create(CultureInfo.InvariantCulture, $"up, {known.Percent}% of its weight"),
        };
    }

    /// <summary>Why a member is down: what came of the last check.</summary>
    public static string Why(MemberHealth health) =>
        health.Last switch
        {
            CheckResult.Good => "it has not answered often enough since",
            CheckResult.NoAnswer => "no answer in time",
            CheckResult.Refused => "nothing listens at the port",
            CheckResult.BadStatus => $"status {health.Status.ToString(CultureInfo.InvariantCulture)}",
            CheckResult.BadAnswer => "what it answers is no HTTP",
            CheckResult.NoTls => "it agrees on no TLS",
            CheckResult.NoRoute => "the router has no way to it",
        };
}
