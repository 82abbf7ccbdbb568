using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <content>The clock.</content>
internal static unsafe partial class Libc
{
    // struct timex has 208 bytes on 64-bit machines; its first field says what to change.
    private const int TimexBytes = 256;
    private const int NotSynchronized = 5; // TIME_ERROR

    /// <summary>Another clock keeps this machine's right (adjtimex(2)); null if the kernel does not tell.</summary>
    public static bool? IsClockKept()
    {
        var timex = stackalloc byte[TimexBytes];
        new Span<byte>(timex, TimexBytes).Clear();
        var state = adjtimex(timex);
        return state < 0 ? null : state != NotSynchronized;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int adjtimex(byte* timex);
}
