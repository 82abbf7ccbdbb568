using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabric.Bench.Results;

/// <summary>The results of one suite, as artifacts/bench/SUITE.json holds them.</summary>
/// <param name="Suite">What was measured.</param>
/// <param name="Machine">On what.</param>
/// <param name="Rounds">Rounds of every figure.</param>
/// <param name="IsQuick">The rounds were short, and the figures mean little.</param>
/// <param name="Measurements">The figures.</param>
internal sealed record BenchFile(string Suite, Machine Machine, int Rounds, bool IsQuick, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>Where results lie, below the folder that the program runs in.</summary>
    public const string Folder = "artifacts/bench";

    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The command that repeats it.</summary>
    public string Command => $"./build.sh bench --rounds={Rounds} --suite={Suite}";

    /// <summary>Writes the file, in place of an older one, and returns its path.</summary>
    public string Write()
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, Suite + ".json");
        File.WriteAllText(path, JsonSerializer.Serialize(this, s_format) + "\n");
        return path;
    }

    /// <summary>Reads the results of all suites.</summary>
    public static IReadOnlyList<BenchFile> ReadAll() =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(Read)] : [];

    private static BenchFile Read(string path) =>
        JsonSerializer.Deserialize<BenchFile>(File.ReadAllText(path), s_format) ?? throw new IOException($"{path} holds no results");
}
