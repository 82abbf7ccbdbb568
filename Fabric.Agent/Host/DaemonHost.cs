using System.Collections;
using System.Diagnostics;
using System.Globalization;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Processes that outlive the one that starts them: started, found and ended.</summary>
public static unsafe class DaemonHost
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Starts a program in a session of its own, so that neither the terminal's end nor its keys reach it.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Passed as they are, behind the path.</param>
    /// <param name="log">The file that its output and errors are appended to.</param>
    /// <exception cref="LinuxException">It could not be started.</exception>
    public static ProcessMark Start(string program, IEnumerable<string> arguments, string log)
    {
        const uint ownerReadsAndWrites = 0x180; // 0600
        var attributes = stackalloc byte[Libc.SpawnObjectBytes];
        var actions = stackalloc byte[Libc.SpawnObjectBytes];
        var operation = $"start {program}";
        using var line = new TextVector([program, .. arguments]);
        using var environment = new TextVector(EnvironmentLines());
        Check(Libc.posix_spawnattr_init(attributes), operation);
        Check(Libc.posix_spawn_file_actions_init(actions), operation);
        try
        {
            Check(Libc.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSID), operation);
            Check(Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", Libc.O_RDONLY, 0), operation);
            const int append = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND;
            Check(Libc.posix_spawn_file_actions_addopen(actions, 1, log, append, ownerReadsAndWrites), operation);
            Check(Libc.posix_spawn_file_actions_adddup2(actions, 1, 2), operation);
            Check(Libc.posix_spawn(out var id, program, actions, attributes, line.Pointer, environment.Pointer), operation);
            return Find(id) ?? new ProcessMark(id, 0);
        }
        finally
        {
            Libc.posix_spawnattr_destroy(attributes);
            Libc.posix_spawn_file_actions_destroy(actions);
        }
    }

    /// <summary>Whether it still runs.</summary>
    public static bool IsAlive(ProcessMark process)
    {
        // A child of this process that has ended stays until somebody asks for its end.
        Libc.waitpid(process.Id, null, Libc.WNOHANG);
        return Find(process.Id) == process;
    }

    /// <summary>The running processes that were given an argument, besides this one.</summary>
    public static IReadOnlyList<ProcessMark> FindByArgument(string argument)
    {
        var found = new List<ProcessMark>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (id != Environment.ProcessId && Read($"{folder}/cmdline").Split('\0').Contains(argument) && Find(id) is { } process)
                found.Add(process);
        }
        return found;
    }

    /// <summary>Asks a process to end, and after a while makes it; does nothing if it has ended.</summary>
    /// <exception cref="LinuxException">It may not be ended, or does not end (ETIMEDOUT).</exception>
    public static void Stop(ProcessMark process)
    {
        if (TryEnd(process, Libc.SIGTERM) || TryEnd(process, Libc.SIGKILL))
            return;
        throw new LinuxException($"end process {process.Id}", Errno.TimedOut);
    }

    private static bool TryEnd(ProcessMark process, int signal)
    {
        if (!IsAlive(process))
            return true;
        if (Libc.kill(process.Id, signal) < 0 && Libc.LastErrno is var errno && errno != Errno.NoProcess)
            throw new LinuxException($"end process {process.Id}", errno);
        var started = Stopwatch.GetTimestamp();
        while (IsAlive(process))
        {
            if (Stopwatch.GetElapsedTime(started) > Grace)
                return false;
            Thread.Sleep(PollInterval);
        }
        return true;
    }

    private static ProcessMark? Find(int id) => ProcessMark.TryParseStat(Read($"/proc/{id}/stat"), out var mark) ? mark : null;

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static IEnumerable<string> EnvironmentLines() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}");

    private static void Check(int error, string operation)
    {
        if (error != 0)
            throw new LinuxException(operation, (Errno)error);
    }
}
