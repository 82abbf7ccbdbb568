using System.Diagnostics;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Hive;

/// <summary>A process that is a node of a hive of any kind and does nothing else, until it is killed or its parent ends.</summary>
internal static class HiveNodeProcess
{
    /// <summary>The word that the test's own program is started with.</summary>
    public const string Word = "hive-node";

    /// <summary>The process itself.</summary>
    public static async Task<int> RunAsync(string kind, string place, string name, string configuration)
    {
        if (!HiveFactories.TryFind(kind, out var factory))
            return 2;
        var self = new Member(new HostId(1_000_000 + ulong.Parse(name[1..])), name, MemberState.Live, MemberRoles.All);
        await using var hive = await factory.OpenAsync(place, new HiveOptions { Self = self, Configuration = configuration });
        Console.WriteLine("open");
        // The parent holds the other end; when it dies, however it dies, the input ends.
        await Task.Run(() =>
        {
            while (Console.OpenStandardInput().ReadByte() >= 0) { }
        });
        return 0;
    }

    /// <summary>Starts one, and ends when its hive is open.</summary>
    /// <param name="kind">The kind of hive.</param>
    /// <param name="place">The journal.</param>
    /// <param name="number">Its host is called n and this.</param>
    /// <param name="configuration">What the kind is told.</param>
    public static async Task<Process> StartAsync(string kind, string place, int number, string configuration)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", typeof(HiveNodeProcess).Assembly.Location, Word, kind, place, $"n{number}", configuration },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        };
        var process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("open");
        return process;
    }
}
