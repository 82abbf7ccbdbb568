using System.Globalization;

namespace Fabric.Tests.Balancing;

/// <summary>Draws seconds of connections as lines, a panel each, as SVG.</summary>
internal static class LeavingPlot
{
    private const int Width = 800;
    private const int PanelHeight = 170;
    private const int Left = 44;
    private const int Right = 156;
    private const int Top = 34;
    private const int Bottom = 30;

    private static readonly (string Label, string Color, Func<LeavingSecond, int> Value)[] s_lines =
    [
        ("at the one that leaves", "#b8500a", second => second.First),
        ("at the other", "#1a5fb4", second => second.Second),
        ("cut so far", "#a51d2d", second => second.Cut),
    ];

    /// <summary>One panel.</summary>
    public static (string Title, LeavingSecond[] Seconds) Panel(string title, LeavingSecond[] seconds) => (title, seconds);

    /// <summary>All panels, one under the other.</summary>
    /// <param name="panels">By title.</param>
    /// <param name="most">The top of each.</param>
    public static string Of((string Title, LeavingSecond[] Seconds)[] panels, int most)
    {
        var height = panels.Length * PanelHeight;
        var lines = new List<string>
        {
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">",
            $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>",
        };
        for (var index = 0; index < panels.Length; index++)
            lines.AddRange(Draw(panels[index].Title, panels[index].Seconds, most, index * PanelHeight));
        lines.Add("</svg>\n");
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Draw(string title, LeavingSecond[] seconds, int most, int above)
    {
        double X(int second) => Left + (Width - Left - Right) * second / (double)(seconds.Length - 1);
        double Y(int value) => above + PanelHeight - Bottom - (PanelHeight - Top - Bottom) * value / (double)most;
        yield return Text(Left, above + 20, title, "#222222", "font-weight=\"bold\"");
        foreach (var value in (int[])[0, most / 2, most])
        {
            yield return FormattableString.Invariant(
                $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.0}\" y2=\"{Y(value):0.0}\" stroke=\"#dddddd\"/>"
            );
            yield return Text(Left - 6, Y(value) + 4, $"{value}", "#555555", "text-anchor=\"end\"");
        }
        for (var second = 0; second < seconds.Length; second += 10)
            yield return Text(X(second), above + PanelHeight - Bottom + 16, $"{second} s", "#555555", "text-anchor=\"middle\"");
        // Labels of lines that end together would stand on each other.
        var taken = new List<double>();
        foreach (var (label, color, value) in s_lines)
        {
            var points = seconds.Select((second, index) => FormattableString.Invariant($"{X(index):0.0},{Y(value(second)):0.0}"));
            yield return $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{string.Join(' ', points)}\"/>";
            var at = Y(value(seconds[^1])) + 4;
            while (taken.Any(other => Math.Abs(other - at) < 13))
                at += 1;
            taken.Add(at);
            yield return Text(Width - Right + 6, at, label, color, "");
        }
    }

    private static string Text(double x, double y, string text, string color, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{y:0.0}\" fill=\"{color}\" {more}>{text}</text>");
}
