using System.Text;

namespace Fabric.Bench.Results;

/// <summary>Results as columns of a terminal.</summary>
internal static class ConsoleTable
{
    private static readonly string[] s_head = ["measured", "value", "peer", "its value", "ratio", "goal", ""];

    /// <summary>The table of one suite.</summary>
    public static string Of(BenchFile file)
    {
        string[][] rows = [s_head, .. file.Measurements.Select(Cells)];
        var widths = Enumerable.Range(0, s_head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder($"{file.Suite}: median of {file.Rounds} rounds on {file.Machine}\n");
        if (file.IsQuick)
            text.Append("a quick run: the figures mean little\n");
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
            {
                var isText = column is 0 or 2 or 6;
                text.Append(isText ? row[column].PadRight(widths[column]) : row[column].PadLeft(widths[column])).Append("  ");
            }
            text.Length -= 2;
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string[] Cells(Measurement of) =>
        [
            of.Title,
            Figure.Of(of.Value),
            of.Peer ?? "",
            of.Peer is null ? "" : Figure.Of(of.PeerValue),
            of.Peer is null ? "" : Figure.OfRatio(of.Ratio),
            of.Goal?.ToString() ?? "",
            of.Goal is null ? "" : Figure.OfGoal(of.IsGoalMet),
        ];
}
