using System.ComponentModel;
using System.Diagnostics;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>A process of the host, started inside a network namespace if wanted.</summary>
/// <remarks>
/// A child inherits the network namespace of the thread that forks it, so no helper program is needed and the id is the
/// program's own. Unlike under <c>ip netns exec</c>, /sys stays the host's: ask netlink for interfaces, not /sys/class/net.
/// Disposing kills the process and its descendants if they still run.
/// </remarks>
public sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private HostProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        // Read from the start: a full pipe would stop the program.
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="namespaceName">The network namespace, or null for the caller's own.</param>
    /// <param name="program">A path, or a name to look up in PATH.</param>
    /// <param name="arguments">Passed as they are, with no shell between.</param>
    /// <exception cref="LinuxException">The program or the namespace does not exist, or may not be used.</exception>
    public static HostProcess Start(string? namespaceName, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            var process = namespaceName is null ? Process.Start(start) : NetworkNamespace.Run(namespaceName, () => Process.Start(start));
            return new HostProcess(process ?? throw new UnreachableException("a new process is always returned"), program);
        }
        catch (Win32Exception refusal)
        {
            var errno = (Errno)refusal.NativeErrorCode;
            throw new LinuxException($"start {program}", errno, errno == Errno.NoEntry ? $"is {program} installed?" : null);
        }
    }

    /// <summary>Starts a program and waits for its end.</summary>
    /// <exception cref="LinuxException">It could not be started, or did not end in time (ETIMEDOUT) and was killed.</exception>
    public static HostProcessResult Run(TimeSpan timeout, string? namespaceName, string program, params string[] arguments)
    {
        using var process = Start(namespaceName, program, arguments);
        return process.WaitForExit(timeout);
    }

    /// <summary>Waits for the end and returns what the process wrote.</summary>
    /// <exception cref="LinuxException">It did not end in time (ETIMEDOUT); it still runs.</exception>
    public HostProcessResult WaitForExit(TimeSpan timeout)
    {
        // The streams end with the last descendant that holds them, which may be later than the process.
        if (!_process.WaitForExit(timeout) || !Task.WaitAll([_output, _error], timeout))
        {
            throw new LinuxException($"wait {timeout.TotalSeconds:0.#} s for {_name}", Errno.TimedOut);
        }
        return new HostProcessResult(_process.ExitCode, _output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
        _process.Dispose();
    }
}
