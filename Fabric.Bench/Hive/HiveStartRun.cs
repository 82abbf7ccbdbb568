using System.Diagnostics;
using System.Globalization;
using Fabric.Bench.Simulation;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Bench.Hive;

/// <summary>A node that starts, as a process of its own: nothing is compiled or in memory yet.</summary>
internal static class HiveStartRun
{
    /// <summary>The word that chooses it on the command line.</summary>
    public const string Word = "hive-start";

    private const string NoCopy = "-";

    /// <summary>Starts the process, and tells the seconds until it has decided its first packet.</summary>
    /// <param name="journal">The journal's file.</param>
    /// <param name="copy">The folder of the node's own copy, or null.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<double> MeasureAsync(string journal, string? copy, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], Word, journal, copy ?? NoCopy])
        {
            RedirectStandardOutput = true,
        };
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new UnreachableException("a new process is always returned");
        var told = await process.StandardOutput.ReadLineAsync(stop);
        var elapsed = Stopwatch.GetElapsedTime(begun);
        Console.WriteLine($"  {told}; {await process.StandardOutput.ReadToEndAsync(stop)}".TrimEnd());
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new IOException("a node of the benchmark does not start");
        return elapsed.TotalSeconds;
    }

    /// <summary>What that process does.</summary>
    public static async Task RunAsync(string journal, string copy)
    {
        var options = new HiveOptions { LocalCopy = copy == NoCopy ? null : new ReplicaJournal(copy) };
        await using var hive = await new SqlHiveFactory().OpenAsync(journal, options, default);
        _ = new SimulationBody(
            hive.Replica.Topology,
            LearnedSnapshot.Empty,
            LargeNetwork.PortOf(0).Id,
            LargeNetwork.FirstPacket,
            outputs: 1
        );
        var used = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"started with {used:0.00} s of processor time"));
        Console.WriteLine($"{Environment.WorkingSet >> 20} MB resident");
        // As a process ends that is told to: what it has open need not be closed in order.
        Console.Out.Flush();
        Environment.Exit(0);
    }
}
