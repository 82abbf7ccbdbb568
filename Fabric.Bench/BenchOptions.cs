using System.Globalization;
using Fabric.Bench.Hive;
using Fabric.Bench.Kernel;

namespace Fabric.Bench;

/// <summary>What was asked for on the command line.</summary>
internal sealed record BenchOptions
{
    /// <summary>How to call the program.</summary>
    public const string Usage = """
        usage: Fabric.Bench [--rounds N] [--quick] [--part NAME ...] [--bdn] [--report] [simulation|connections|datapath|tunnel|kernel|hive ...]

          --rounds N   rounds of every figure (for kernel: boots), 1 to 101; the median counts (default 7)
          --quick      short rounds, to see that everything works; the figures mean little
          --part NAME  of the kernel suite only this: trips, standing, rates, flat, flood, usage, held or connections; of the hive suite only this:
                       replica, change, database, agents, roles, relay or kinds; may be given again
          --bdn        the simulation suite by BenchmarkDotNet, with its own statistics
          --report     measures nothing; prints the results of the last run as Markdown
        """;

    private const int MaxRounds = 101;

    /// <summary>Rounds of every figure.</summary>
    public int Rounds { get; private init; } = 7;

    /// <summary>Rounds are short.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>What is measured of the kernel suite.</summary>
    public KernelPart Parts { get; private init; } = KernelPart.All;

    /// <summary>What is measured of the hive suite.</summary>
    public HivePart HiveParts { get; private init; } = HivePart.All;

    /// <summary>The parts are measured by BenchmarkDotNet.</summary>
    public bool UsesBenchmarkDotNet { get; private init; }

    /// <summary>Nothing is measured; the last results are printed.</summary>
    public bool IsReport { get; private init; }

    /// <summary>What is measured; all if none was named.</summary>
    public IReadOnlyList<string> Suites { get; private init; } = [];

    /// <summary>A suite was asked for.</summary>
    public bool Wants(string suite) => Suites.Count == 0 || Suites.Contains(suite);

    /// <summary>Reads a command line; null if it cannot be understood.</summary>
    public static BenchOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchOptions();
        while (arguments is [var word, ..])
        {
            arguments = arguments[1..];
            switch (word)
            {
                case "--rounds" when arguments is [var count, ..] && TryRounds(count, out var rounds):
                    options = options with { Rounds = rounds };
                    arguments = arguments[1..];
                    break;
                case "--quick":
                    options = options with { IsQuick = true };
                    break;
                // The first one named takes the place of all.
                case "--part" when arguments is [var name, ..] && TryPart(name, out KernelPart part):
                    options = options with { Parts = options.Parts == KernelPart.All ? part : options.Parts | part };
                    arguments = arguments[1..];
                    break;
                case "--part" when arguments is [var name, ..] && TryPart(name, out HivePart part):
                    options = options with { HiveParts = options.HiveParts == HivePart.All ? part : options.HiveParts | part };
                    arguments = arguments[1..];
                    break;
                case "--bdn":
                    options = options with { UsesBenchmarkDotNet = true };
                    break;
                case "--report":
                    options = options with { IsReport = true };
                    break;
                case BenchRun.SimulationSuite
                or BenchRun.ConnectionSuite
                or BenchRun.DatapathSuite
                or BenchRun.TunnelSuite
                or BenchRun.KernelSuite
                or BenchRun.HiveSuite:
                    options = options with { Suites = [.. options.Suites, word] };
                    break;
                default:
                    return null;
            }
        }
        return options;
    }

    private static bool TryPart<T>(string text, out T part)
        where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out part) && char.IsAsciiLetter(text[0]) && !part.Equals(default(T));

    private static bool TryRounds(string text, out int rounds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds is >= 1 and <= MaxRounds;
}
