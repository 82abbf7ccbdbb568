namespace Fabric.Flows;

/// <summary>Finds which known word somebody probably meant.</summary>
public static class NearestWord
{
    /// <summary>The known word nearest to what was written, or null if none is near.</summary>
    /// <remarks>
    /// Near: at most one edit for every three characters, at least one. An edit is an insertion, a deletion, a replacement or
    /// the exchange of two neighbors; letter case does not count. Of equally near ones the first in ordinal order.
    /// </remarks>
    /// <param name="word">What was written; of any length.</param>
    /// <param name="known">The known words.</param>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> known)
    {
        string? nearest = null;
        // More than every third letter wrong is another word.
        var best = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in known.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(candidate.Length - word.Length) >= best)
                continue;
            var distance = Distance(word, candidate);
            if (distance < best)
                (nearest, best) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>"; did you mean ...?" or nothing.</summary>
    public static string Hint(ReadOnlySpan<char> word, IEnumerable<string> known) =>
        Find(word, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>The edits between two words (optimal string alignment).</summary>
    public static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var before = new int[right.Length + 1];
        var above = new int[right.Length + 1];
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            above[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
                var isSwap = i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
                if (isSwap)
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, above, row) = (above, row, before);
        }
        return above[right.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
