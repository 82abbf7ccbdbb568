using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <content>Processes and signals.</content>
internal static unsafe partial class Libc
{
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGPIPE = 13;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    /// <summary>The handler that is none: SIG_DFL.</summary>
    public const nint DefaultHandler = 0;

    public const int WNOHANG = 1;

    public const short POSIX_SPAWN_SETSID = 0x80;

    public const int O_WRONLY = 1;
    public const int O_APPEND = 0x400;

    /// <summary>Room for posix_spawnattr_t and posix_spawn_file_actions_t, which no C library makes larger.</summary>
    public const int SpawnObjectBytes = 512;

    // These answer with the error number and leave errno alone.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(
        out int process,
        string path,
        void* actions,
        void* attributes,
        byte** arguments,
        byte** environment
    );

    [LibraryImport(Library)]
    public static partial int getpwuid_r(uint user, nint* entry, byte* buffer, nuint length, out nint found);

    [LibraryImport(Library)]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Library)]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Library)]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int descriptor, int target);

    [LibraryImport(Library)]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execvp(string file, byte** arguments);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint signal(int signal, nint handler);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int waitpid(int process, int* status, int options);
}
