using System.CommandLine;
using System.Text;

namespace Fabric.Agent.Cli.Completion;

/// <summary>Writes a completion for fish, made of the commands as they are.</summary>
internal static class FishScript
{
    /// <summary>The script.</summary>
    public static string Of(RootCommand root)
    {
        var script = new StringBuilder("complete -c fabric -f\n");
        var paths = CompletionWords.PathOptions(root).ToHashSet();
        foreach (var command in root.Subcommands)
        {
            script.Append($"complete -c fabric -n __fish_use_subcommand -a {command.Name} -d {Quote(FirstLine(command.Description))}\n");
            var condition = $"-n '__fish_seen_subcommand_from {command.Name}'";
            if (CompletionWords.Arguments(command).ToArray() is { Length: > 0 } words)
                script.Append($"complete -c fabric {condition} -a '{string.Join(' ', words)}'\n");
            foreach (var option in command.Options.Where(option => !option.Hidden))
                script.Append(
                    $"complete -c fabric {condition}{Names(option)}{Value(option, paths)} -d {Quote(FirstLine(option.Description))}\n"
                );
        }
        foreach (var option in root.Options.Where(option => option.Recursive))
            script.Append($"complete -c fabric{Names(option)}{Value(option, paths)} -d {Quote(FirstLine(option.Description))}\n");
        script.Append(
            "complete -c fabric -n '__fish_seen_subcommand_from show' -a '(fabric show (commandline -opc)[3] -o name 2>/dev/null | string replace -r \"^[^/]*/\" \"\")'\n"
        );
        script.Append(
            "complete -c fabric -n '__fish_seen_subcommand_from capture' -a '(fabric show ports -o name 2>/dev/null | string replace -r \"^[^/]*/\" \"\")'\n"
        );
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
        return option.ValueType == typeof(bool) ? "" : " -x";
    }

    private static string FirstLine(string? text) => (text ?? "").Split('\n')[0];

    private static string Quote(string text) => $"'{text.Replace("'", "\\'")}'";
}
