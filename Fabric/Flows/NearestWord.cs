namespace Fabric.Flows;

/// <summary>Finds which known word somebody may have meant.</summary>
internal static class NearestWord
{
    /// <summary>The known word that is fewest letters away, or null if none is near.</summary>
    /// <param name="word">What was written; of any length.</param>
    /// <param name="known">The known words.</param>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> known)
    {
        string? nearest = null;
        // More than every third letter wrong is another word.
        var best = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - word.Length) >= best)
                continue;
            var distance = Distance(word, candidate);
            if (distance < best)
                (nearest, best) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>", did you mean ...?" or nothing.</summary>
    public static string Hint(ReadOnlySpan<char> word, IEnumerable<string> known) =>
        Find(word, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>Letters to insert, delete, replace, or to swap with their neighbor.</summary>
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[a.Length, b.Length];
    }
}
