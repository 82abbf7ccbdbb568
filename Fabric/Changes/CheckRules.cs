using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of the health check of a pool.</summary>
internal static class CheckRules
{
    /// <summary>What is wrong with the check of a pool and what to do, as the end of a sentence that begins with the pool; or null.</summary>
    public static string? FaultOf(Pool pool)
    {
        if (pool.Check is not { } check)
            return pool.SlowStartSeconds == 0 ? null : "starts members slowly and has no check that tells when they come up: add a check";
        if (!Enum.IsDefined(check.Kind))
            return "has a check of no kind: make it tcp, http, https or udp";
        if ((FaultOfTimes(check) ?? FaultOfTexts(check)) is { } fault)
            return fault;
        if (check.Port == 0)
            return "has a check of port 0, which is none: use 1 or more";
        var unknown = check.Port is null ? pool.Members.Values.FirstOrDefault(member => member.Port is null) : null;
        return unknown is null ? null : $"has a check, and member '{unknown.Name}' has no port to be asked at: give the check a port";
    }

    private static string? FaultOfTimes(HealthCheck check)
    {
        if (check.IntervalMilliseconds is < HealthCheck.MinMilliseconds or > HealthCheck.MaxMilliseconds)
            return $"has a check each {check.IntervalMilliseconds} ms: use {HealthCheck.MinMilliseconds} to {HealthCheck.MaxMilliseconds}";
        if (check.TimeoutMilliseconds < HealthCheck.MinMilliseconds || check.TimeoutMilliseconds > check.IntervalMilliseconds)
            return $"has a check that waits {check.TimeoutMilliseconds} ms: use {HealthCheck.MinMilliseconds} to the interval, {check.IntervalMilliseconds}";
        return check.Rise is < 1 or > HealthCheck.MaxCount || check.Fall is < 1 or > HealthCheck.MaxCount
            ? $"has a check with rise {check.Rise} and fall {check.Fall}: use 1 to {HealthCheck.MaxCount}"
            : null;
    }

    private static string? FaultOfTexts(HealthCheck check)
    {
        if (!check.Path.StartsWith('/') || !IsVisible(check.Path))
            return "has a check of a path that cannot be asked for: begin it with '/' and use visible ASCII";
        if (check.Host is { } host && (host.Length == 0 || !IsVisible(host)))
            return "has a check of a host that cannot be named: use visible ASCII";
        if (check.Path.Length > HealthCheck.MaxTextLength || check.Host?.Length > HealthCheck.MaxTextLength)
            return $"has a check of a path or host that is too long: use {HealthCheck.MaxTextLength} characters at most";
        if (System.Text.Encoding.UTF8.GetByteCount(check.Payload) > HealthCheck.MaxTextLength)
            return $"has a check that sends too much: use {HealthCheck.MaxTextLength} bytes at most";
        return check.Status.First is < 100 or > 599 || check.Status.Last is < 100 or > 599 || check.Status.First > check.Status.Last
            ? $"has a check for status {check.Status.First} to {check.Status.Last}: use 100 to 599"
            : null;
    }

    private static bool IsVisible(string text) => text.All(letter => letter is > ' ' and <= '~');
}
