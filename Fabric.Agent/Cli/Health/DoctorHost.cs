using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Cli.Health;

/// <summary>Gathers what the checks look at; changes nothing.</summary>
internal static class DoctorHost
{
    private const string StateFolder = "/var/lib/fabric";
    private const long Kibibyte = 1024;

    /// <summary>What is known of this machine, and of the agent behind a socket.</summary>
    public static async Task<MachineFacts> GatherAsync(string socket, CancellationToken cancellation)
    {
        JsonObject? status = null;
        string? failure = null;
        try
        {
            await using var agent = AgentSession.Open(socket);
            status = await agent.StatusAsync(cancellation);
        }
        catch (FabricException away)
        {
            failure = away.Problems[0] is { Why: { } why } problem ? $"{problem.What}: {why}" : away.Problems[0].What;
        }
        return new MachineFacts
        {
            Kernel = Environment.OSVersion.Version is { Major: > 0 } version ? new Version(version.Major, version.Minor) : null,
            Capabilities =
                Field("/proc/self/status", "CapEff:") is { } mask && ulong.TryParse(mask, NumberStyles.HexNumber, null, out var bits)
                    ? bits
                    : null,
            HasOpenVSwitch = Directory.Exists("/sys/module/openvswitch"),
            HasTun = File.Exists("/dev/net/tun"),
            HasIpCommand = Folders().Any(folder => File.Exists(Path.Combine(folder, "ip"))),
            FreeDiskBytes = FreeDisk(),
            FreeMemoryBytes = Number(Field("/proc/meminfo", "MemAvailable:")) * Kibibyte,
            OpenFileLimit = Number(Field("/proc/self/limits", "Max open files")),
            ReceiveBufferLimitBytes = Number(Field("/proc/sys/net/core/rmem_max", "")),
            IsClockKept = Libc.IsClockKept(),
            Processors = Environment.ProcessorCount,
            Version = VersionCommand.Version,
            AgentFailure = failure,
            Status = status,
        };
    }

    private static IEnumerable<string> Folders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(["/sbin", "/usr/sbin"]);

    private static long? FreeDisk()
    {
        try
        {
            return new DriveInfo(Directory.Exists(StateFolder) ? StateFolder : "/var").AvailableFreeSpace;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The first word behind a name in a file of the kernel's; null if it is not there.</summary>
    private static string? Field(string path, string name)
    {
        try
        {
            return File.ReadLines(path)
                .Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Select(line => line[name.Length..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault())
                .FirstOrDefault();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : text == "unlimited" ? long.MaxValue
        : null;
}
