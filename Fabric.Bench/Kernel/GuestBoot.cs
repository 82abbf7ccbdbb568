using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabric.Bench.Kernel;

/// <summary>Boots a guest kernel for one run of all programs.</summary>
/// <remarks>
/// The guest has one processor of this machine to itself, as far as that goes: it comes before whatever else wants that one (SCHED_RR). Else
/// every system call in there, which is several switches between processes out here, would wait for the others.
/// </remarks>
internal static class GuestBoot
{
    private const string Script = "Fabric.Tests/Kernel/guest.sh";
    private const string Memory = "3G";
    private const int CannotRun = 3;

    /// <summary>A time of a packet that never came is infinite.</summary>
    public static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(6);

    /// <summary>Boots, measures, and reads what came out: figures by program, then by name; null if the guest did not finish.</summary>
    /// <param name="turn">Counts from one boot to the next.</param>
    /// <param name="options">Short rounds, and which parts.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="IOException">This machine can run no guest.</exception>
    public static async Task<Dictionary<string, Dictionary<string, double>>?> RunAsync(
        int turn,
        BenchOptions options,
        CancellationToken stop
    )
    {
        var folder = Directory.CreateTempSubdirectory("fabbench-");
        try
        {
            using var process = Start(folder.FullName, turn, options);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode == CannotRun)
                throw new IOException("this machine can run no guest kernel, and so there is nothing to measure the kernel's datapath on");
            var result = Path.Combine(folder.FullName, "boot.json");
            return process.ExitCode == 0 && File.Exists(result)
                ? JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(
                    await File.ReadAllTextAsync(result, stop),
                    Format
                )
                : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string folder, int turn, BenchOptions options)
    {
        string[] inside =
        [
            Environment.ProcessPath!,
            Environment.GetCommandLineArgs()[0],
            KernelGuestRun.Word,
            "/out/boot.json",
            turn.ToString(CultureInfo.InvariantCulture),
            options.Parts.ToString("D"),
            .. options.IsQuick ? [KernelGuestRun.Quick] : Array.Empty<string>(),
        ];
        var (program, alone) = ProcessorOfItsOwn();
        var start = new ProcessStartInfo(program, [.. alone, Script, "run", .. inside]);
        start.Environment["OUT"] = folder;
        start.Environment["MEMORY"] = Memory;
        start.Environment["TIMEOUT"] = s_patience.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new UnreachableException("a new process is always returned");
    }

    private static (string Program, string[] Arguments) ProcessorOfItsOwn()
    {
        var last = Environment.ProcessorCount - 1;
        return last > 0 && Environment.IsPrivilegedProcess
            ? ("chrt", ["--rr", "1", "taskset", "--cpu-list", last.ToString(CultureInfo.InvariantCulture), "bash"])
            : ("bash", []);
    }
}
