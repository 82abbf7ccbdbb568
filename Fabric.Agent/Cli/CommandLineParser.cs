using System.CommandLine;
using Fabric.Agent.Errors;
using Fabric.Flows;

namespace Fabric.Agent.Cli;

/// <summary>Parses command lines, and says what is wrong with them.</summary>
internal static class CommandLineParser
{
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    /// <summary>Every command.</summary>
    public static RootCommand All()
    {
        var root = Root();
        AddAll(root);
        return root;
    }

    /// <summary>Parses a line whose first word is the command.</summary>
    public static ParseResult Parse(IReadOnlyList<string> words)
    {
        var root = Root();
        if (words.Count > 0 && CommandCatalog.Find(words[0]) is { } command)
            root.Subcommands.Add(Build(words[0], command));
        else if (words is [] || words[0].StartsWith('-'))
            AddAll(root);
        else
            throw new FabricException([UnknownCommand(words[0])]);
        return root.Parse(words is [] ? ["--help"] : words, Configuration);
    }

    /// <summary>The command that a line names, or null for help and the like.</summary>
    public static CliCommand? CommandOf(ParseResult line) => (line.CommandResult.Command as NamedCommand)?.Implementation;

    /// <summary>What is wrong with a line, or null.</summary>
    public static Problem? WhyNot(ParseResult line)
    {
        if (line.Errors.Count == 0)
            return null;
        var name = line.CommandResult.Command.Name;
        var unknown = line.UnmatchedTokens.FirstOrDefault();
        if (unknown is null)
            return new Problem(CliErrors.Usage, Lower(line.Errors[0].Message)) { Remedy = $"see `fabric {name} --help`" };
        var options = line.CommandResult.Command.Options.Concat(GlobalOptions.All).Select(option => option.Name);
        var nearest = unknown.StartsWith('-') ? NearestWord.Find(unknown, options) : null;
        var what = unknown.StartsWith('-') ? $"`fabric {name}` has no option '{unknown}'" : $"`fabric {name}` takes no '{unknown}' here";
        return new Problem(CliErrors.Usage, what)
        {
            Remedy = nearest is null ? $"see `fabric {name} --help`" : $"did you mean '{nearest}'?",
        };
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Fabric: a virtual network without a controller.") { HelpName = "fabric" };
        foreach (var option in GlobalOptions.All)
            root.Options.Add(option);
        return root;
    }

    private static void AddAll(RootCommand root)
    {
        foreach (var name in CommandCatalog.Names)
            root.Subcommands.Add(Build(name, CommandCatalog.Find(name)!));
    }

    private static NamedCommand Build(string name, CliCommand implementation)
    {
        var command = new NamedCommand(name, implementation);
        implementation.Configure(command);
        return command;
    }

    private static Problem UnknownCommand(string word)
    {
        var names = CommandCatalog.Names.ToArray();
        var nearest = NearestWord.Find(word, names);
        return new Problem(CliErrors.Usage, $"there is no command '{word}'")
        {
            Why = $"the commands are {string.Join(", ", names)}",
            Remedy = nearest is null ? null : $"did you mean '{nearest}'?",
        };
    }

    private static string Lower(string message) =>
        message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : message;

    private sealed class NamedCommand(string name, CliCommand implementation)
        : Command(name, string.Join("\n\n", new[] { implementation.Summary, implementation.Details }.Where(text => text.Length > 0)))
    {
        public CliCommand Implementation { get; } = implementation;
    }
}
