using System.CommandLine;
using System.CommandLine.Completions;
using Fabric.Agent.Cli.Output;

namespace Fabric.Agent.Cli.Completion;

/// <summary>The words that may follow each other on a command line, as the commands themselves tell.</summary>
internal static class CompletionWords
{
    private const string Path = "PATH";

    /// <summary>The forms of output.</summary>
    public static string Formats => string.Join(' ', Enum.GetNames<OutputFormat>().Select(name => name.ToLowerInvariant()));

    /// <summary>The options that may follow a command.</summary>
    public static IEnumerable<string> Options(RootCommand root, Command command) =>
        command
            .Options.Concat(root.Options.Where(option => option.Recursive))
            .Where(option => !option.Hidden)
            .Select(option => option.Name);

    /// <summary>The words that an argument or option takes, of those that are the same everywhere.</summary>
    public static IEnumerable<string> Of(Symbol symbol) =>
        symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label).Distinct();

    /// <summary>The options, by every name, that take a path.</summary>
    public static IEnumerable<string> PathOptions(RootCommand root) => Names(All(root).Where(option => option.HelpName == Path));

    /// <summary>The options, by every name, that a value must follow.</summary>
    public static IEnumerable<string> ValueOptions(RootCommand root) =>
        Names(All(root).Where(option => option.ValueType != typeof(bool) && option.Arity.MinimumNumberOfValues > 0));

    /// <summary>The names of an option.</summary>
    public static IEnumerable<string> NamesOf(Option option) => option.Aliases.Append(option.Name).Distinct();

    private static IEnumerable<Option> All(RootCommand root) =>
        root.Subcommands.SelectMany(command => command.Options).Concat(root.Options);

    private static IEnumerable<string> Names(IEnumerable<Option> options) =>
        options.SelectMany(NamesOf).Distinct().Order(StringComparer.Ordinal);
}
