using System.Diagnostics;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;

namespace Fabric.Bench.Hive;

/// <summary>A process that is a node of a hive and does nothing else, for a suite that kills it.</summary>
internal static class HiveNodeRun
{
    /// <summary>The word that the program is started with.</summary>
    public const string Word = "hive-node";

    /// <summary>The process itself; ends with its parent.</summary>
    public static async Task RunAsync(string kind, string place, string configuration)
    {
        if (!HiveFactories.TryFind(kind, out var factory))
            throw new IOException($"there is no hive '{kind}'");
        var self = new Member(new HostId((ulong)Environment.ProcessId), $"n{Environment.ProcessId}", MemberState.Live, MemberRoles.All);
        await using var hive = await factory.OpenAsync(place, new HiveOptions { Self = self, Configuration = configuration });
        Console.WriteLine("open");
        // The parent holds the other end; when it dies, however it dies, the input ends.
        await Task.Run(() =>
        {
            while (Console.OpenStandardInput().ReadByte() >= 0) { }
        });
    }

    /// <summary>Starts one, and ends when its hive is open.</summary>
    public static async Task<Process> StartAsync(string kind, string place, string configuration)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", typeof(HiveNodeRun).Assembly.Location, Word, kind, place, configuration },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        var process = Process.Start(start) ?? throw new IOException("dotnet cannot be started");
        return await process.StandardOutput.ReadLineAsync() == "open" ? process : throw new IOException($"a node of {kind} did not open");
    }
}
