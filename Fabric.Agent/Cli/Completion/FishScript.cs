using System.CommandLine;
using System.Text;

namespace Fabric.Agent.Cli.Completion;

/// <summary>Writes a completion for fish, made of the commands as they are.</summary>
internal static class FishScript
{
    /// <summary>The script.</summary>
    public static string Of(RootCommand root)
    {
        var script = new StringBuilder(
            "function __fabric_names; fabric show $argv[1] -o name 2>/dev/null | string replace -r '^[^/]*/' ''; end\ncomplete -c fabric -f\n"
        );
        var paths = CompletionWords.PathOptions(root).ToHashSet();
        foreach (var command in root.Subcommands)
        {
            script.Append($"complete -c fabric -n __fish_use_subcommand -a {command.Name} -d {Quote(FirstLine(command.Description))}\n");
            var condition = $"-n '__fish_seen_subcommand_from {command.Name}'";
            foreach (var argument in command.Arguments)
            {
                if (Words(argument) is { Length: > 0 } words)
                    script.Append($"complete -c fabric {condition} -a {Quote(words)}\n");
            }
            foreach (var option in command.Options.Where(option => !option.Hidden))
                script.Append(
                    $"complete -c fabric {condition}{Names(option)}{Value(option, paths)} -d {Quote(FirstLine(option.Description))}\n"
                );
        }
        foreach (var option in root.Options.Where(option => option.Recursive))
            script.Append($"complete -c fabric{Names(option)}{Value(option, paths)} -d {Quote(FirstLine(option.Description))}\n");
        return script.ToString();
    }

    private static string Names(Option option) =>
        string.Concat(
            option
                .Aliases.Append(option.Name)
                .Distinct()
                .Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}")
        );

    private static string Value(Option option, HashSet<string> paths)
    {
        if (option.Name == GlobalOptions.Output.Name)
            return $" -x -a '{CompletionWords.Formats}'";
        if (paths.Contains(option.Name))
            return " -r -F";
        if (option.ValueType == typeof(bool))
            return "";
        return Words(option) is { Length: > 0 } words ? $" -x -a {Quote(words)}" : " -x";
    }

    /// <summary>The words that an argument or option takes, with what the shell asks for.</summary>
    private static string Words(Symbol symbol)
    {
        var live = LiveNames.Of(symbol);
        var asked =
            live == LiveNames.Ports ? "(__fabric_names ports)"
            : live == LiveNames.Hosts ? "(__fabric_names hosts)"
            : live == LiveNames.OfKind ? "(__fabric_names (commandline -opc)[3])"
            : live == LiveNames.Packets ? "in_port=(__fabric_names ports)"
            : "";
        return string.Join(' ', [.. CompletionWords.Of(symbol), .. asked.Length > 0 ? (string[])[asked] : []]);
    }

    private static string FirstLine(string? text) => (text ?? "").Split('\n')[0];

    private static string Quote(string text) => $"'{text.Replace("'", "\\'")}'";
}
