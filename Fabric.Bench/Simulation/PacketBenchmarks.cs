using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Fabric.Bench.Results;

namespace Fabric.Bench.Simulation;

/// <summary>The same bodies under BenchmarkDotNet, for its statistics and its view of the heap.</summary>
[MemoryDiagnoser]
public class PacketBenchmarks
{
    private PacketBody _body = null!;

    /// <summary>What can be measured.</summary>
    public static IEnumerable<string> Parts => PacketPart.All.Select(part => part.Name);

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Parts))]
    public string Part { get; set; } = "";

    /// <summary>Runs all of it in this process: no project has to be made and built for it.</summary>
    public static void Run() =>
        BenchmarkRunner.Run<PacketBenchmarks>(
            ManualConfig
                .Create(DefaultConfig.Instance)
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .WithArtifactsPath(Path.Combine(BenchFile.Folder, "benchmarkdotnet"))
        );

    [GlobalSetup]
    public void SetUp() => _body = PacketPart.All.First(part => part.Name == Part).Create();

    [Benchmark]
    public void Packet() => _body.Run();
}
