using System.CommandLine;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Watching;
using Fabric.Agent.Description.Editing;

namespace Fabric.Agent.Cli.Completion;

/// <summary>The words that may follow each other on a command line.</summary>
internal static class CompletionWords
{
    private const string Path = "PATH";

    /// <summary>The forms of output.</summary>
    public static string Formats => string.Join(' ', Enum.GetNames<OutputFormat>().Select(name => name.ToLowerInvariant()));

    /// <summary>What may follow a command: its options, and the words that it takes.</summary>
    public static IEnumerable<string> Of(RootCommand root, Command command)
    {
        var options = command.Options.Concat(root.Options.Where(option => option.Recursive)).Select(option => option.Name);
        return Arguments(command).Concat(options);
    }

    /// <summary>The words that a command takes as its first argument.</summary>
    public static IEnumerable<string> Arguments(Command command) =>
        command.Name switch
        {
            "show" => DeviceListings.Words,
            "add" or "set" or "del" => DescriptionPlace.Kinds,
            "top" => TopView.All.Select(view => view.Name),
            "man" => CommandCatalog.Names,
            "journal" => ["backup", "restore", "verify"],
            "completion" => ["bash", "zsh", "fish"],
            _ => [],
        };

    /// <summary>The options, by every name, that take a path.</summary>
    public static IEnumerable<string> PathOptions(RootCommand root) =>
        root
            .Subcommands.SelectMany(command => command.Options)
            .Concat(root.Options)
            .Where(option => option.HelpName == Path)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Distinct()
            .Order(StringComparer.Ordinal);
}
