using System.Globalization;
using System.Text;

namespace Fabric.Agent.Errors;

/// <summary>Writes problems for people.</summary>
/// <remarks>
/// <code>
/// fabric.yaml:12:9: bridge 'web' has no key 'subnett'
///    12 |         subnett: 10.1.0.0/24
///       |         ^^^^^^^
///   why: the keys of a bridge are admin, inbound, outbound, router, subnet
///   do:  did you mean 'subnet'?
///   FABRIC-1104
/// </code>
/// </remarks>
public static class ProblemText
{
    /// <summary>Writes one problem, without a line end after the last line.</summary>
    public static string Format(Problem problem)
    {
        var text = new StringBuilder();
        if (problem.At is { } at)
            text.Append(at).Append(": ");
        else
            text.Append("fabric: ");
        text.Append(problem.What);
        if (problem.At is { } place)
            AppendExcerpt(text, place);
        if (problem.Why is { } why)
            text.Append("\n  why: ").Append(why);
        text.Append("\n  do:  ").Append(problem.Remedy ?? problem.Entry.Remedy);
        text.Append("\n  ").Append(problem.Entry.Code);
        return text.ToString();
    }

    private static void AppendExcerpt(StringBuilder text, SourcePosition at)
    {
        var line = at.Source.Line(at.Line);
        if (line.Length == 0)
            return;
        var number = at.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        text.Append('\n').Append(number).Append(" | ").Append(line);
        text.Append('\n').Append(' ', number.Length).Append(" | ");
        // Tabs are kept, so that the mark stands under the same column whatever their width.
        foreach (var c in line.AsSpan(0, Math.Min(at.Column - 1, line.Length)))
            text.Append(c == '\t' ? '\t' : ' ');
        var room = Math.Max(1, line.Length - at.Column + 1);
        text.Append('^', Math.Clamp(at.Length, 1, room));
    }
}
