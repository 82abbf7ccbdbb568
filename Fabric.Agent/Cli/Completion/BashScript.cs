using System.CommandLine;
using System.Text;

namespace Fabric.Agent.Cli.Completion;

/// <summary>Writes a completion for bash, made of the commands as they are; zsh takes it as well.</summary>
internal static class BashScript
{
    /// <summary>The script.</summary>
    public static string Of(RootCommand root)
    {
        var script = new StringBuilder();
        script.Append(
            """
            _fabric_names() { fabric show "$1" -o name 2>/dev/null | cut -d/ -f2-; }
            _fabric() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" word words="" command="" kind=""
                local -i i place=0
                for ((i = 1; i < COMP_CWORD; i++)); do
                    word="${COMP_WORDS[i]}"
                    case "$word" in

            """
        );
        script.Append($"            {string.Join('|', CompletionWords.ValueOptions(root))}) i+=1 ;;\n");
        script.Append(
            """
                        -*) ;;
                        *) if [ -z "$command" ]; then command="$word"; else place+=1; fi; if [ $place = 1 ]; then kind="$word"; fi ;;
                    esac
                done
                case "$previous" in

            """
        );
        script.Append($"        -o|--output) COMPREPLY=($(compgen -W \"{CompletionWords.Formats}\" -- \"$current\")); return ;;\n");
        script.Append(
            $"        {string.Join('|', CompletionWords.PathOptions(root))}) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
        );
        script.Append("    esac\n    case \"$command $previous\" in\n");
        foreach (var command in root.Subcommands)
        foreach (var option in command.Options)
            AppendOption(script, command, option);
        script.Append("    esac\n    case \"$command\" in\n");
        script.Append($"        \"\") words=\"{string.Join(' ', root.Subcommands.Select(command => command.Name))}\" ;;\n");
        foreach (var command in root.Subcommands)
            script.Append($"        {command.Name}) words=\"{string.Join(' ', CompletionWords.Options(root, command))}\" ;;\n");
        script.Append("        *) return ;;\n    esac\n");
        script.Append("    if [ \"${current#-}\" = \"$current\" ]; then\n        case \"$command:$place\" in\n");
        foreach (var command in root.Subcommands)
            AppendArguments(script, command);
        script.Append("        esac\n    fi\n");
        script.Append("    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -F _fabric fabric\n");
        return script.ToString();
    }

    private static void AppendOption(StringBuilder script, Command command, Option option)
    {
        if (option.ValueType == typeof(bool) || Values(option) is not { Length: > 0 } values)
            return;
        var pattern = string.Join('|', CompletionWords.NamesOf(option).Select(name => $"\"{command.Name} {name}\""));
        script.Append($"        {pattern}) COMPREPLY=($(compgen -W \"{values}\" -- \"$current\")); return ;;\n");
    }

    private static void AppendArguments(StringBuilder script, Command command)
    {
        for (var i = 0; i < command.Arguments.Count; i++)
        {
            var argument = command.Arguments[i];
            var place = argument.Arity.MaximumNumberOfValues > 1 ? "*" : $"{i}";
            if (LiveNames.Of(argument) == LiveNames.Packets)
                // The shell parts words at the sign.
                script.Append(
                    $"            {command.Name}:*) words=\"$(_fabric_names ports)\"; if [ \"$current\" = = ]; then current=\"\"; elif [ \"$previous\" != = ]; then words=\"in_port=${{words//$'\\n'/ in_port=}}\"; fi ;;\n"
                );
            else if (Values(argument) is { Length: > 0 } values)
                script.Append($"            {command.Name}:{place}) words=\"{values} $words\" ;;\n");
        }
    }

    /// <summary>The words that an argument or option takes, with what the shell asks for.</summary>
    private static string Values(Symbol symbol)
    {
        var live = LiveNames.Of(symbol);
        var asked =
            live == LiveNames.Ports ? "$(_fabric_names ports)"
            : live == LiveNames.Hosts ? "$(_fabric_names hosts)"
            : live == LiveNames.OfKind ? "$(_fabric_names \"$kind\")"
            : "";
        return string.Join(' ', [.. CompletionWords.Of(symbol), .. asked.Length > 0 ? (string[])[asked] : []]);
    }
}
