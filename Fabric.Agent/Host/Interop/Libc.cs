using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>The C library's calls under their own names, so that `man 2 NAME` explains each.</summary>
/// <remarks>
/// Every call leaves errno for <see cref="LinuxException.Last"/>. Constants and layouts are those of 64-bit Linux.
/// Cut by subject: Sockets, Files, Polling.
/// </remarks>
internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>The errno that the last call on this thread left.</summary>
    public static Errno LastErrno => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Throws if a call answered with a negative number.</summary>
    public static int Check(int result, string operation) => result < 0 ? throw LinuxException.Last(operation) : result;
}
