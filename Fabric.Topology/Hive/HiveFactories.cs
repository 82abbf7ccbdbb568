using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Fabric.Topology.Hive;

/// <summary>Finds a kind of hive by its name: the one that is always there, or one in an assembly of its own that this build has.</summary>
public static class HiveFactories
{
    /// <summary>The kind that needs nothing but a database.</summary>
    public const string Default = "sql";

    /// <summary>Finds a kind.</summary>
    /// <param name="name">What the configuration calls it: small letters. The kind "x" is in assembly Fabric.X.</param>
    /// <param name="factory">Opens hives of that kind; null if this build has none.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out IHiveFactory? factory)
    {
        factory =
            name == Default ? new SqlHiveFactory()
            : IsName(name) ? Find(name)
            : null;
        return factory is not null;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 20 && name.All(char.IsAsciiLetterLower);

    private static IHiveFactory? Find(string name)
    {
        try
        {
            var assembly = Assembly.Load($"Fabric.{char.ToUpperInvariant(name[0])}{name[1..]}");
            return assembly
                .GetExportedTypes()
                .Where(type => type.IsAssignableTo(typeof(IHiveFactory)) && !type.IsAbstract)
                .Select(type => (IHiveFactory)Activator.CreateInstance(type)!)
                .FirstOrDefault(factory => factory.Name == name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
