using System.CommandLine;
using Fabric.Agent.Cli.Output;

namespace Fabric.Agent.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary>Where the agent listens unless told otherwise; FABRIC_SOCKET overrides it.</summary>
    public const string DefaultSocket = "/run/fabric/agent.sock";

    /// <summary>How results are written.</summary>
    public static Option<OutputFormat?> Output { get; } =
        new("--output", "-o")
        {
            Description = "How results are written: table, wide, json, yaml, csv, name or text; each command has its own default.",
            HelpName = "FORMAT",
            Recursive = true,
            CustomParser = argument => ParseFormat(argument),
        };

    /// <summary>Where the agent listens.</summary>
    public static Option<string> Socket { get; } =
        new("--socket")
        {
            Description = $"The agent's socket; FABRIC_SOCKET, else {DefaultSocket}.",
            HelpName = "PATH",
            Recursive = true,
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FABRIC_SOCKET") ?? DefaultSocket,
        };

    /// <summary>Which columns.</summary>
    public static Option<string?> Columns { get; } =
        new("--columns")
        {
            Description = "The columns of tables and csv, by name, with commas between.",
            HelpName = "NAMES",
            Recursive = true,
        };

    /// <summary>No line of headings.</summary>
    public static Option<bool> NoHeadings { get; } =
        new("--no-headings") { Description = "No headings above tables and csv.", Recursive = true };

    /// <summary>All of them.</summary>
    public static Option[] All => [Output, Socket, Columns, NoHeadings];

    private static OutputFormat? ParseFormat(System.CommandLine.Parsing.ArgumentResult argument)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (Enum.TryParse<OutputFormat>(text, ignoreCase: true, out var format) && !char.IsAsciiDigit(text[0]))
            return format;
        argument.AddError($"there is no output format '{text}': take one of table, wide, json, yaml, csv, name, text");
        return null;
    }
}
