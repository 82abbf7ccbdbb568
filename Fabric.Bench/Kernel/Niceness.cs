using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Bench.Kernel;

/// <summary>How much of the processor a thread leaves to others (nice).</summary>
internal static partial class Niceness
{
    private const int Process = 0; // PRIO_PROCESS, which in Linux names a thread

    /// <summary>Sets that of the calling thread.</summary>
    /// <param name="value">-20, before all others, to 19.</param>
    /// <exception cref="LinuxException">A privilege is missing.</exception>
    public static void OfThisThread(int value) => Libc.Check(setpriority(Process, 0, value), "set the priority of a thread");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, uint who, int priority);
}
