using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Makes the folder of the network namespaces a mount point that other mount namespaces see changes of.</summary>
internal static class NamespaceMount
{
    /// <summary>Makes the folder, and makes it shared, as <c>ip netns add</c> does; repeating it changes nothing.</summary>
    /// <remarks>
    /// Without sharing, a process in another mount namespace (a container, a systemd service) keeps a mount of its own and
    /// the name cannot be removed: the file stays busy.
    /// </remarks>
    public static void Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        if (Share(folder))
        {
            return;
        }
        if (Libc.LastErrno != Errno.Invalid)
        {
            throw LinuxException.Last($"share {folder}");
        }
        // Invalid: not a mount point yet. It becomes one by mounting it on itself.
        Libc.Check(Libc.mount(folder, folder, "none", Libc.MS_BIND | Libc.MS_REC, 0), $"mount {folder}");
        if (!Share(folder))
        {
            throw LinuxException.Last($"share {folder}");
        }
    }

    private static bool Share(string folder) => Libc.mount("", folder, "none", Libc.MS_SHARED | Libc.MS_REC, 0) == 0;
}
