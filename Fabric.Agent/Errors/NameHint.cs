using Fabric.Flows;

namespace Fabric.Agent.Errors;

/// <summary>What somebody may have meant who wrote a name that there is not.</summary>
internal static class NameHint
{
    private const int MaxNamed = 5;

    /// <summary>The names that begin as what was written, or the nearest one; null if none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The names that there are, with their tenants or alone.</param>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        string[] begun =
        [
            .. names.Where(whole => Begins(whole, name) || Begins(Own(whole), name)).Distinct().Order(StringComparer.Ordinal),
        ];
        if (name.Length > 0 && begun.Length > 1)
        {
            var others = begun.Length > MaxNamed ? $" and {begun.Length - MaxNamed} more" : "";
            return $"these begin so: {string.Join(", ", begun.Take(MaxNamed))}{others}";
        }
        var nearest = begun is [var only] ? only : NearestWord.Find(name, names) ?? NearestWord.Find(name, names.Select(Own));
        return nearest is null ? null : $"did you mean '{nearest}'?";
    }

    private static bool Begins(string whole, string name) => whole.StartsWith(name, StringComparison.Ordinal);

    private static string Own(string whole) => whole[(whole.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
