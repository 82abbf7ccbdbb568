using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Lab;

/// <summary>Keeps a lab for one command at a time.</summary>
/// <remarks>
/// The lock is a file in the lab's folder and goes with it. The kernel frees it with the last copy of its descriptor: also a child that was
/// forked and has not become another program yet holds it, so that whoever gets the lock finds nothing half born.
/// </remarks>
internal sealed class LabLockHost : IDisposable
{
    private readonly LockFile _file;

    private LabLockHost(LockFile file) => _file = file;

    /// <summary>Takes the lock as soon as it is free; null if it does not become free in time.</summary>
    /// <param name="name">The lab; its folder is made if need be.</param>
    /// <param name="patience">How long to try.</param>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static LabLockHost? Acquire(LabName name, TimeSpan patience) => LockHost.Acquire(() => TryAcquire(name), patience);

    private static LabLockHost? TryAcquire(LabName name)
    {
        Directory.CreateDirectory(name.Folder);
        LockFile? file;
        try
        {
            file = LockFile.TryAcquire(name.Lock);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.NoEntry)
        {
            // Somebody took the folder away just now.
            return null;
        }
        catch (LinuxException refused) when (refused.Errno == Errno.AccessDenied)
        {
            throw new UnauthorizedAccessException(refused.Message, refused);
        }
        if (file is null)
            return null;
        // Who waits for the last command to take the lab down holds a file that is not there any more.
        if (File.ResolveLinkTarget(file.Link, returnFinalTarget: false)?.FullName == name.Lock)
            return new LabLockHost(file);
        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
