using System.Collections.Immutable;
using System.Reflection;

namespace Fabric.Agent.Errors;

/// <summary>Every kind of failure that people may meet.</summary>
/// <remarks>
/// A kind is a static property of type <see cref="ErrorEntry"/> of a class whose name ends in Errors, near the code that fails so. They
/// are gathered here for `fabric explain` and docs/errors.md only; who fails names the entry itself.
/// </remarks>
public static class ErrorCatalogue
{
    /// <summary>All kinds in the order of their numbers.</summary>
    public static ImmutableArray<ErrorEntry> All { get; } =
    [
        .. typeof(ErrorCatalogue)
            .Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Errors", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Where(property => property.PropertyType == typeof(ErrorEntry))
            .Select(property => (ErrorEntry)property.GetValue(null)!)
            .OrderBy(entry => entry.Number),
    ];

    /// <summary>The kind of a code such as FABRIC-1104, or of its number alone.</summary>
    public static ErrorEntry? Find(string code) =>
        All.FirstOrDefault(entry =>
            string.Equals(entry.Code, code, StringComparison.OrdinalIgnoreCase) || entry.Code.EndsWith($"-{code}", StringComparison.Ordinal)
        );
}
