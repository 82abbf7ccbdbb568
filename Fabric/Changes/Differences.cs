using System.Collections.Immutable;

namespace Fabric.Changes;

/// <summary>Finds what two tables of values hold differently.</summary>
internal static class Differences
{
    /// <summary>Keys that one lacks, or whose values are not equal.</summary>
    public static IEnumerable<TKey> Keys<TKey, TValue>(ImmutableDictionary<TKey, TValue> before, ImmutableDictionary<TKey, TValue> after)
        where TKey : notnull
    {
        if (ReferenceEquals(before, after))
            yield break;
        foreach (var (key, value) in before)
        {
            if (!after.TryGetValue(key, out var other) || !AreSame(value, other))
                yield return key;
        }
        foreach (var key in after.Keys)
        {
            if (!before.ContainsKey(key))
                yield return key;
        }
    }

    /// <summary>Members that one lacks.</summary>
    public static IEnumerable<T> Members<T>(ImmutableHashSet<T> before, ImmutableHashSet<T> after) =>
        ReferenceEquals(before, after)
            ? []
            : before.Where(member => !after.Contains(member)).Concat(after.Where(member => !before.Contains(member)));

    // What was not touched is the very same object, which spares most comparisons.
    private static bool AreSame<T>(T left, T right) => ReferenceEquals(left, right) || EqualityComparer<T>.Default.Equals(left, right);
}
