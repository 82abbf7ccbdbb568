using System.Globalization;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>A file locked by this process, so that two agents do not own the same thing.</summary>
/// <remarks>The kernel drops the lock with the process, however it ends; the empty file stays and means nothing.</remarks>
public sealed class LockFile : IDisposable
{
    private readonly FileDescriptor _file;

    private LockFile(FileDescriptor file) => _file = file;

    /// <summary>Takes the lock, or returns null if another process (or another caller here) holds it.</summary>
    /// <exception cref="LinuxException">The file cannot be made or locked at all.</exception>
    public static LockFile? TryAcquire(string path)
    {
        const uint ownerReadsAndWrites = 0x180; // 0600
        var file = Libc.open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, ownerReadsAndWrites);
        if (file.IsInvalid)
        {
            throw LinuxException.Last($"open lock file {path}");
        }
        if (Libc.flock(file, Libc.LOCK_EX | Libc.LOCK_NB) == 0)
        {
            return new LockFile(file);
        }
        var errno = Libc.LastErrno;
        file.Dispose();
        return errno == Errno.TryAgain ? null : throw new LinuxException($"lock {path}", errno);
    }

    /// <summary>A link of the kernel's to where the file is now.</summary>
    public string Link => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file.Number}");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
