namespace Fabric.Agent.Errors;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>The candidate nearest to a text, or null if none is near.</summary>
    /// <remarks>
    /// Near: at most one edit for every three characters, at least one. An edit is an insertion, a deletion, a replacement or
    /// the exchange of two neighbours. Of equally near ones the first in ordinal order.
    /// </remarks>
    public static string? Find(string text, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var least = Math.Max(1, text.Length / 3) + 1;
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(candidate.Length - text.Length) >= least)
                continue;
            var distance = Distance(text, candidate);
            if (distance >= least)
                continue;
            least = distance;
            nearest = candidate;
        }
        return nearest;
    }

    /// <summary>The edits between two texts, letter case aside (optimal string alignment).</summary>
    public static int Distance(string left, string right)
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
