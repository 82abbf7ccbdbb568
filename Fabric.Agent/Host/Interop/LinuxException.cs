using System.Globalization;
using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>A refusal of the operating system: what was tried, the error number, its text, and what to do if that is known.</summary>
/// <remarks>Thrown for the state of the world only; wrong packets are never exceptions.</remarks>
public class LinuxException : IOException
{
    /// <summary>Describes the failure of one operation.</summary>
    /// <param name="operation">What was tried, with the object by name: "create network namespace web1".</param>
    /// <param name="errno">The error number that the kernel gave.</param>
    /// <param name="advice">What the reader can do; the general advice for that number when null.</param>
    public LinuxException(string operation, Errno errno, string? advice = null)
        : this(Describe(operation, errno, null, advice ?? AdviceFor(errno)), operation, errno) { }

    /// <summary>For subclasses that say more than the error number does.</summary>
    protected LinuxException(string message, string operation, Errno errno, Exception? inner = null)
        : base(message, inner)
    {
        Operation = operation;
        Errno = errno;
    }

    /// <summary>What was tried.</summary>
    public string Operation { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    /// <summary>Takes the error number that the calling thread's last native call left.</summary>
    /// <remarks>Nothing may be called between the native call and this.</remarks>
    public static LinuxException Last(string operation, string? advice = null) =>
        new(operation, (Errno)Marshal.GetLastPInvokeError(), advice);

    /// <summary>One sentence: the operation, the kernel's words and number, and the advice.</summary>
    protected static string Describe(string operation, Errno errno, string? detail, string? advice)
    {
        var text = Marshal.GetPInvokeErrorMessage((int)errno);
        var sentence = string.Create(CultureInfo.InvariantCulture, $"{operation}: {text} (errno {(int)errno})");
        sentence = detail is null ? sentence : $"{sentence}, {detail}";
        return advice is null ? sentence : $"{sentence}; {advice}";
    }

    /// <summary>What helps in general against an error number; null when that depends on the operation.</summary>
    protected static string? AdviceFor(Errno errno) =>
        errno switch
        {
            Errno.NotPermitted or Errno.AccessDenied => "needs root, or CAP_NET_ADMIN and CAP_NET_RAW (CAP_SYS_ADMIN for namespaces)",
            Errno.TooManyFiles => "raise the limit of open files (ulimit -n, LimitNOFILE= in systemd)",
            Errno.NoSpace => "free some space on that file system",
            _ => null,
        };
}
