using System.CommandLine;
using Fabric.Agent.Cli.Completion;

namespace Fabric.Agent.Cli;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    /// <summary>Descriptions to read; the command needs them.</summary>
    public static Option<string[]> Files() =>
        Make(isRequired: true, "A description: a file, a folder of .yaml files, or - for standard input. May be repeated.");

    /// <summary>Descriptions to work on instead of the agent's network.</summary>
    public static Option<string[]> Offline() =>
        Make(isRequired: false, "Work on this description instead of the agent's network: a file, a folder of .yaml files, or -.");

    /// <summary>Delete what is not described.</summary>
    public static Option<bool> Prune() => new("--prune") { Description = "Also delete what the description does not hold." };

    /// <summary>Whose counters, flows or drops.</summary>
    /// <param name="otherwise">What it is if nothing is said.</param>
    public static Option<string?> Hosts(string otherwise) =>
        new("--host")
        {
            Description = $"Whose: hosts by name with commas between, or all; {otherwise} if left out. Those that do not answer are named.",
            HelpName = "HOSTS",
            CompletionSources = { "all", LiveNames.Hosts },
        };

    /// <summary>Where the journal is.</summary>
    public static Option<string> Journal() =>
        new("--journal")
        {
            Description = "The journal: a SQLite file for all agents of this machine, or postgresql://USER@HOST,HOST/DATABASE.",
            HelpName = "WHERE",
            DefaultValueFactory = _ => "/var/lib/fabric/journal.db",
        };

    private static Option<string[]> Make(bool isRequired, string description) =>
        new("--file", "-f")
        {
            Description = description,
            HelpName = "PATH",
            Required = isRequired,
            Arity = isRequired ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
}
