using System.Globalization;
using System.Runtime.InteropServices;
using Fabric.Bench.Hive;
using Fabric.Bench.Kernel;
using Fabric.Bench.Results;
using Fabric.Bench.Simulation;

namespace Fabric.Bench;

/// <summary>One run of the program: measures what was asked for, prints it and writes it down.</summary>
internal static class BenchRun
{
    public const string SimulationSuite = "simulation";
    public const string ConnectionSuite = "connections";
    public const string DatapathSuite = "datapath";
    public const string TunnelSuite = "tunnel";
    public const string KernelSuite = "kernel";
    public const string HiveSuite = "hive";

    private const int Ok = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [KernelGuestRun.Word or KernelAgentRun.Word or HiveStartRun.Word or HiveNodeRun.Word, ..])
            return await RunPartAsync(arguments);
        if (BenchOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(BenchOptions.Usage);
            return BadUsage;
        }
        if (options.IsReport)
        {
            await Console.Out.WriteAsync(MarkdownReport.Of(BenchFile.ReadAll()));
            return Ok;
        }
        using var stop = new CancellationTokenSource();
        using var interrupted = StopOn(PosixSignal.SIGINT, stop);
        using var terminated = StopOn(PosixSignal.SIGTERM, stop);
        try
        {
            await MeasureAsync(options, stop.Token);
            return Ok;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped; nothing is left behind");
            return Failed;
        }
        catch (IOException failure)
        {
            // What the machine refuses: a missing program or privilege, told in one sentence.
            await Console.Error.WriteLineAsync($"bench: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>The program's parts that are processes of their own, which the suites start.</summary>
    private static async Task<int> RunPartAsync(string[] arguments)
    {
        switch (arguments)
        {
            case [KernelAgentRun.Word, var journal]:
                await KernelAgentRun.RunAsync(journal);
                return Ok;
            case [KernelGuestRun.Word, var path, var turn, var parts, .. var rest]:
                var only = rest.FirstOrDefault(word => word != KernelGuestRun.Quick);
                await KernelGuestRun.RunAsync(
                    path,
                    int.Parse(turn, CultureInfo.InvariantCulture),
                    Enum.Parse<KernelPart>(parts),
                    rest.Contains(KernelGuestRun.Quick),
                    only,
                    default
                );
                return Ok;
            case [HiveStartRun.Word, var journal, var copy]:
                await HiveStartRun.RunAsync(journal, copy);
                return Ok;
            case [HiveNodeRun.Word, var kind, var place, var configuration]:
                await HiveNodeRun.RunAsync(kind, place, configuration);
                return Ok;
            default:
                return BadUsage;
        }
    }

    private static async Task MeasureAsync(BenchOptions options, CancellationToken stop)
    {
        if (options.Wants(SimulationSuite))
        {
            if (options.UsesBenchmarkDotNet)
                PacketBenchmarks.Run();
            else
                Publish(SimulationSuite, options, Simulation.SimulationSuite.Measure(options, stop));
        }
        if (options.Wants(ConnectionSuite) && !options.UsesBenchmarkDotNet)
            Publish(ConnectionSuite, options, Connections.ConnectionSuite.Measure(options, stop));
        if (options.Wants(DatapathSuite) && !options.UsesBenchmarkDotNet)
        {
            if (Environment.IsPrivilegedProcess)
                Publish(DatapathSuite, options, await Datapath.DatapathSuite.MeasureAsync(options, stop));
            else
                Console.WriteLine("skipped datapath: not root (it makes network namespaces and packet sockets)");
        }
        if (options.Wants(TunnelSuite) && !options.UsesBenchmarkDotNet)
        {
            if (Environment.IsPrivilegedProcess)
                Publish(TunnelSuite, options, await Datapath.Tunnel.TunnelSuite.MeasureAsync(options, stop));
            else
                Console.WriteLine("skipped tunnel: not root (it makes network namespaces and packet sockets)");
        }
        if (options.Wants(KernelSuite) && !options.UsesBenchmarkDotNet)
            Publish(KernelSuite, options, await Kernel.KernelSuite.MeasureAsync(options, stop));
        if (options.Wants(HiveSuite) && !options.UsesBenchmarkDotNet)
            Publish(HiveSuite, options, await Hive.HiveSuite.MeasureAsync(options, stop));
    }

    private static void Publish(string suite, BenchOptions options, IReadOnlyList<Measurement> measurements)
    {
        var file = new BenchFile(suite, Machine.Describe(), options.Rounds, options.IsQuick, measurements);
        var path = file.Write();
        Console.WriteLine();
        Console.Write(ConsoleTable.Of(file));
        Console.WriteLine($"written to {path}");
        Console.WriteLine();
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                // The measurement in progress ends first, then all that was made is taken down.
                context.Cancel = true;
                stop.Cancel();
            }
        );
}
