using System.Collections.Immutable;

namespace Fabric.Changes;

/// <summary>Finds what two sets hold differently.</summary>
internal static class Differences
{
    /// <summary>Members that one lacks.</summary>
    public static IEnumerable<T> Members<T>(ImmutableHashSet<T> before, ImmutableHashSet<T> after) =>
        ReferenceEquals(before, after)
            ? []
            : before.Where(member => !after.Contains(member)).Concat(after.Where(member => !before.Contains(member)));
}
