using System.Diagnostics;

namespace Fabric.Agent.Host;

/// <summary>Waits for a lock that another process holds.</summary>
internal static class LockHost
{
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Takes a lock as soon as it is free; null if it does not become free in time. It is tried once in any case.</summary>
    /// <param name="tryAcquire">Returns null while another holds it.</param>
    /// <param name="patience">How long to try.</param>
    public static T? Acquire<T>(Func<T?> tryAcquire, TimeSpan patience)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (tryAcquire() is { } held)
                return held;
            if (Stopwatch.GetElapsedTime(started) >= patience)
                return null;
            // The kernel wakes nobody who may not block for ever: flock knows no time.
            Thread.Sleep(s_retryInterval);
        }
    }
}
