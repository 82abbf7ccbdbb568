using System.Globalization;

namespace Fabric.Agent.Cli.Output;

/// <summary>The difference of two texts by lines, as `diff -u` writes it.</summary>
internal static class UnifiedDiff
{
    /// <summary>Lines that are shown round each difference.</summary>
    private const int Context = 3;

    private const long MaxPairs = 25_000_000;

    /// <summary>Writes the difference; nothing if there is none.</summary>
    /// <param name="before">The one text.</param>
    /// <param name="after">The other.</param>
    /// <param name="nameBefore">What the one is called.</param>
    /// <param name="nameAfter">What the other is called.</param>
    /// <param name="maxPairs">The most pairs of lines that are compared; of more, all that differs counts as replaced.</param>
    public static IEnumerable<string> Lines(string before, string after, string nameBefore, string nameAfter, long maxPairs = MaxPairs)
    {
        var edits = Edits(Split(before), Split(after), maxPairs);
        if (edits.All(edit => edit.Mark == ' '))
            yield break;
        yield return $"--- {nameBefore}";
        yield return $"+++ {nameAfter}";
        foreach (var (start, end) in Hunks(edits))
        {
            var removed = edits[start..end].Where(edit => edit.Mark != '+').ToArray();
            var added = edits[start..end].Where(edit => edit.Mark != '-').ToArray();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"@@ -{edits[start].Before + 1},{removed.Length} +{edits[start].After + 1},{added.Length} @@"
            );
            foreach (var edit in edits[start..end])
                yield return $"{edit.Mark}{edit.Line}";
        }
    }

    private static string[] Split(string text) => text.TrimEnd('\n').Split('\n');

    /// <summary>The shortest way from one text to the other, by the longest common subsequence of what differs.</summary>
    private static Edit[] Edits(string[] before, string[] after, long maxPairs)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
            start++;
        var end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
            end++;
        var edits = new List<Edit>(before.Length + after.Length);
        for (var i = 0; i < start; i++)
            edits.Add(new Edit(' ', before[i], i, i));
        AddMiddle(edits, before, after, (start, end), maxPairs);
        for (var i = end; i > 0; i--)
            edits.Add(new Edit(' ', before[^i], before.Length - i, after.Length - i));
        return [.. edits];
    }

    private static void AddMiddle(List<Edit> edits, string[] before, string[] after, (int Start, int End) same, long maxPairs)
    {
        var (start, end) = same;
        var rows = before.Length - start - end;
        var columns = after.Length - start - end;
        var common = (long)rows * columns <= maxPairs ? Common(before.AsSpan(start, rows), after.AsSpan(start, columns)) : null;
        for (int i = 0, j = 0; i < rows || j < columns; )
        {
            if (common is not null && i < rows && j < columns && before[start + i] == after[start + j])
                edits.Add(new Edit(' ', before[start + i], start + i++, start + j++));
            else if (j == columns || (i < rows && (common is null || common[i + 1, j] >= common[i, j + 1])))
                edits.Add(new Edit('-', before[start + i], start + i++, start + j));
            else
                edits.Add(new Edit('+', after[start + j], start + i, start + j++));
        }
    }

    /// <summary>Of every two ends of the texts, how many lines they have in common in order.</summary>
    private static int[,] Common(ReadOnlySpan<string> before, ReadOnlySpan<string> after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return common;
    }

    private static IEnumerable<(int Start, int End)> Hunks(Edit[] edits)
    {
        var start = -1;
        var end = -1;
        for (var i = 0; i < edits.Length; i++)
        {
            if (edits[i].Mark == ' ')
                continue;
            if (start >= 0 && i - Context > end)
            {
                yield return (start, end);
                start = -1;
            }
            if (start < 0)
                start = Math.Max(0, i - Context);
            end = Math.Min(edits.Length, i + 1 + Context);
        }
        if (start >= 0)
            yield return (start, end);
    }

    private readonly record struct Edit(char Mark, string Line, int Before, int After);
}
