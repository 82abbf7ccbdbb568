using System.Runtime.ExceptionServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Named network namespaces, the same ones that <c>ip netns</c> shows.</summary>
/// <remarks>
/// A name is a file in <see cref="Folder"/> with a namespace mounted on it. A deleted namespace lives on, unnamed, for as
/// long as a process or socket uses it. Needs CAP_SYS_ADMIN, except Exists and List. Any thread may call.
/// </remarks>
public static class NetworkNamespace
{
    /// <summary>Where the names live.</summary>
    public const string Folder = "/run/netns";

    private const int MaxNameBytes = 255;

    /// <summary>Whether a namespace of that name exists.</summary>
    public static bool Exists(string name) => File.Exists(PathOf(name));

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> List() =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Makes a namespace in which nothing is up, not even the loopback interface.</summary>
    /// <exception cref="LinuxException">The name is taken (EEXIST), or the privilege is missing. Nothing is left behind.</exception>
    public static void Create(string name)
    {
        var path = PathOf(name);
        var operation = $"create network namespace {name}";
        NamespaceMount.Prepare(Folder);
        const int readable = 0;
        using var file = Libc.open(path, Libc.O_RDONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, readable);
        if (file.IsInvalid)
        {
            throw LinuxException.Last(operation, Libc.LastErrno == Errno.Exists ? $"delete it first: ip netns delete {name}" : null);
        }
        try
        {
            OnOwnThread(() =>
            {
                Libc.Check(Libc.unshare(Libc.CLONE_NEWNET), operation);
                return Libc.Check(Libc.mount("/proc/thread-self/ns/net", path, "none", Libc.MS_BIND, 0), operation);
            });
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Takes the name away; the namespace itself ends with its last user.</summary>
    /// <exception cref="LinuxException">There is no such name (ENOENT), or the privilege is missing.</exception>
    public static void Delete(string name)
    {
        var path = PathOf(name);
        var operation = $"delete network namespace {name}";
        // Invalid: the file is there with nothing mounted on it, what a killed Create leaves behind.
        if (Libc.umount2(path, Libc.MNT_DETACH) < 0 && Libc.LastErrno != Errno.Invalid)
        {
            throw LinuxException.Last(operation);
        }
        File.Delete(path);
    }

    /// <summary>Opens the namespace, to move an interface into it or to keep it alive.</summary>
    /// <exception cref="LinuxException">There is no such namespace.</exception>
    public static FileDescriptor Open(string name)
    {
        var descriptor = Libc.open(PathOf(name), Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return descriptor.IsInvalid ? throw LinuxException.Last($"open network namespace {name}", "see: ip netns list") : descriptor;
    }

    /// <summary>Opens the namespace that a process is in.</summary>
    /// <exception cref="LinuxException">There is no such process (ENOENT), or it may not be looked at.</exception>
    public static FileDescriptor OpenOfProcess(int process)
    {
        var descriptor = Libc.open($"/proc/{process}/ns/net", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return descriptor.IsInvalid ? throw LinuxException.Last($"open network namespace of process {process}") : descriptor;
    }

    /// <summary>Runs a function on a thread of its own inside a namespace and waits for it.</summary>
    /// <remarks>
    /// Sockets and processes that the function opens stay in the namespace; that is what it is for. The function must not
    /// await: its continuation would run on another thread, outside.
    /// </remarks>
    /// <exception cref="LinuxException">There is no such namespace, or the privilege is missing.</exception>
    public static T Run<T>(string name, Func<T> function)
    {
        using var descriptor = Open(name);
        return RunIn(descriptor, $"network namespace {name}", function);
    }

    /// <inheritdoc cref="Run{T}"/>
    /// <param name="descriptor">The namespace; stays the caller's.</param>
    /// <param name="what">What to call it when it cannot be entered.</param>
    /// <param name="function">What to run.</param>
    public static T RunIn<T>(FileDescriptor descriptor, string what, Func<T> function) =>
        OnOwnThread(() =>
        {
            Libc.Check(Libc.setns(descriptor, Libc.CLONE_NEWNET), $"enter {what}");
            return function();
        });

    /// <inheritdoc cref="Run{T}"/>
    public static void Run(string name, Action action) =>
        Run(
            name,
            () =>
            {
                action();
                return 0;
            }
        );

    private static string PathOf(string name)
    {
        if (name.Length is 0 or > MaxNameBytes || name is "." or ".." || name.Contains('/') || name.Contains('\0'))
        {
            throw new ArgumentException($"'{name}' cannot name a network namespace: 1 to 255 characters, no '/'", nameof(name));
        }
        return Path.Combine(Folder, name);
    }

    // The thread ends afterwards and never goes back to a pool: a pooled one would carry the namespace to a stranger.
    private static T OnOwnThread<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "netns",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
