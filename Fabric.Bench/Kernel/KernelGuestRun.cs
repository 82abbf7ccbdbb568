using System.Text.Json;
using Fabric.Agent.Host;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>What runs inside a guest: each program in its turn, alone, and then the figures into a file.</summary>
internal static class KernelGuestRun
{
    /// <summary>The word that chooses it on the command line.</summary>
    public const string Word = "kernel-guest";

    /// <summary>The word for short rounds.</summary>
    public const string Quick = "--quick";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Measures and writes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="turn">Who comes first: counts from one boot to the next.</param>
    /// <param name="parts">What is measured.</param>
    /// <param name="isQuick">Short rounds.</param>
    /// <param name="only">A part of the name of those that have a turn, or null for all.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task RunAsync(string path, int turn, KernelPart parts, bool isQuick, string? only, CancellationToken stop)
    {
        // The module may be built in; whoever opens the datapath says if it is not there.
        HostProcess.Run(s_patience, null, "modprobe", "openvswitch");
        // One processor makes one thread, and a probe that waits would keep the others from running.
        ThreadPool.SetMinThreads(8, 8);
        using var folder = new RunFolder();
        var figures = new Dictionary<string, Dictionary<string, double>>();
        var makers = Makers(folder);
        for (var i = 0; i < makers.Length; i++)
        {
            var contender = makers[(i + turn) % makers.Length]();
            try
            {
                if (only is not null && !contender.Name.Contains(only, StringComparison.Ordinal))
                    continue;
                if (contender.Name == ConntrackContender.OwnName && !parts.HasFlag(KernelPart.Connections))
                    continue;
                Console.WriteLine(contender.Name);
                await contender.StartAsync(stop);
                figures[contender.Name] = await KernelTurn.MeasureAsync(
                    contender,
                    parts,
                    isQuick ? KernelEffort.Quick : KernelEffort.Full,
                    stop
                );
            }
            finally
            {
                await contender.DisposeAsync();
            }
        }
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(figures, GuestBoot.Format), stop);
    }

    private static Func<KernelContender>[] Makers(RunFolder folder) =>
        [
            () => new FabricContender(folder),
            () => new OvsContender(folder, isLean: false),
            () => new OvsContender(folder, isLean: true),
            () => new ConntrackContender(folder),
        ];
}
