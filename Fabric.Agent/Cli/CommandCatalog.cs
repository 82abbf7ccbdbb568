using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Finds commands by their names: `fabric simulate` is the class SimulateCommand.</summary>
/// <remarks>A command is made by the one name that is asked for; all are looked at only for help and for wrong names, since that takes time.</remarks>
internal static class CommandCatalog
{
    private const string Suffix = "Command";

    /// <summary>The names of all commands in order.</summary>
    public static IEnumerable<string> Names =>
        typeof(CommandCatalog)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(CliCommand)) && !type.IsAbstract)
            .Select(type => type.Name[..^Suffix.Length].ToLowerInvariant())
            .Order(StringComparer.Ordinal);

    /// <summary>The command of a name, or null.</summary>
    public static CliCommand? Find(string name)
    {
        if (name.Length == 0 || !name.All(char.IsAsciiLetterLower))
            return null;
        var typeName = $"{typeof(CommandCatalog).Namespace}.{char.ToUpperInvariant(name[0])}{name[1..]}{Suffix}";
        var type = typeof(CommandCatalog).Assembly.GetType(typeName);
        return type is { IsAbstract: false } && type.IsSubclassOf(typeof(CliCommand)) ? (CliCommand)Activator.CreateInstance(type)! : null;
    }
}
