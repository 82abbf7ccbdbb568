using System.CommandLine;
using System.Text;
using Fabric.Agent.Cli.Show;

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
            _fabric() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" word command="" kind=""
                local i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    word="${COMP_WORDS[i]}"
                    case "$word" in
                        -*) ;;
                        *) if [ -z "$command" ]; then command="$word"; elif [ -z "$kind" ]; then kind="$word"; fi ;;
                    esac
                done
                case "$previous" in

            """
        );
        script.Append($"        -o|--output) COMPREPLY=($(compgen -W \"{CompletionWords.Formats}\" -- \"$current\")); return ;;\n");
        script.Append(
            $"        {string.Join('|', CompletionWords.PathOptions(root))}) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
        );
        script.Append("    esac\n    local words\n    case \"$command\" in\n");
        script.Append($"        \"\") words=\"{string.Join(' ', root.Subcommands.Select(command => command.Name))}\" ;;\n");
        foreach (var command in root.Subcommands)
            script.Append($"        {command.Name}) words=\"{string.Join(' ', CompletionWords.Of(root, command))}\" ;;\n");
        script.Append("        *) return ;;\n    esac\n");
        script.Append("    if [ \"$command\" = show ] && [ -n \"$kind\" ] && [ \"${current#-}\" = \"$current\" ]; then\n");
        script.Append("        words=\"$(fabric show \"$kind\" -o name 2>/dev/null | cut -d/ -f2-)\"\n    fi\n");
        script.Append("    if [ \"$command\" = capture ] && [ \"${current#-}\" = \"$current\" ]; then\n");
        script.Append("        words=\"$(fabric show ports -o name 2>/dev/null | cut -d/ -f2-)\"\n    fi\n");
        script.Append("    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -F _fabric fabric\n");
        return script.ToString();
    }
}
