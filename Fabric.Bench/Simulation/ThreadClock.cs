using System.Runtime.InteropServices;

namespace Fabric.Bench.Simulation;

/// <summary>The processor time that the calling thread has used.</summary>
/// <remarks>What one core does in a second does not depend on how many others wanted that core; the clock on the wall would say it does.</remarks>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID of linux/time.h

    /// <summary>The time used so far.</summary>
    public static TimeSpan Now =>
        clock_gettime(ThreadProcessorTime, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new IOException("the processor time of a thread cannot be read");

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
