using System.Runtime.InteropServices;

namespace Fabric.Bench.Results;

/// <summary>What a figure was taken on.</summary>
/// <param name="Processor">The model in the words of /proc/cpuinfo.</param>
/// <param name="Cores">How many of them this process may use.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Runtime">The .NET version.</param>
internal sealed record Machine(string Processor, int Cores, string Kernel, string Runtime)
{
    /// <summary>This machine.</summary>
    public static Machine Describe() =>
        new(
            ReadModel(),
            Environment.ProcessorCount,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription
        );

    /// <inheritdoc/>
    public override string ToString() => $"{Cores} x {Processor}, Linux {Kernel}, {Runtime}";

    private static string ReadModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "unknown processor";
}
