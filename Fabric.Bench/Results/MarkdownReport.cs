using System.Text;

namespace Fabric.Bench.Results;

/// <summary>Results as the tables of docs/performance.md.</summary>
internal static class MarkdownReport
{
    /// <summary>All suites, one table each.</summary>
    public static string Of(IReadOnlyList<BenchFile> files)
    {
        if (files.Count == 0)
            return $"nothing measured yet: no results in {BenchFile.Folder}\n";
        var text = new StringBuilder();
        foreach (var file in files)
            Append(text, file);
        return text.ToString();
    }

    private static void Append(StringBuilder text, BenchFile file)
    {
        text.Append(
            $"`{file.Command}`, median of {file.Rounds} rounds, on {file.Machine}{(file.IsQuick ? " (quick run: means little)" : "")}\n\n"
        );
        text.Append("| measured | value | peer | its value | ratio | goal | |\n|---|--:|---|--:|--:|--:|---|\n");
        foreach (var of in file.Measurements)
        {
            var (peer, ratio) = of.Peer is null ? ("", "") : (Figure.Of(of.PeerValue), Figure.OfRatio(of.Ratio));
            var reached = of.Goal is null ? "" : Figure.OfGoal(of.IsGoalMet);
            text.Append($"| {of.Title} | {Figure.Of(of.Value)} | {of.Peer} | {peer} | {ratio} | {of.Goal} | {reached} |\n");
        }
        text.Append('\n');
    }
}
