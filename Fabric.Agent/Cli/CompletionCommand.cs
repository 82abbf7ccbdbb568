using System.CommandLine;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric completion`.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private readonly Argument<string> _shell = new Argument<string>("shell") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong(
        "bash",
        "zsh",
        "fish"
    );

    /// <inheritdoc/>
    public override string Summary => "Prints a script that completes command lines.";

    /// <inheritdoc/>
    public override string Details =>
        "bash: source <(fabric completion bash). zsh: source <(fabric completion zsh). fish: fabric completion fish | source. Names of devices are asked of the agent while completing.";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Arguments.Add(_shell);

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(CommandCall call)
    {
        var root = CommandLineParser.All();
        call.Terminal.Out.Write(
            call.Line.GetValue(_shell) switch
            {
                "bash" => BashScript.Of(root),
                "zsh" => "autoload -U +X bashcompinit && bashcompinit\n" + BashScript.Of(root),
                _ => FishScript.Of(root),
            }
        );
        return Task.FromResult(ExitCode.Ok);
    }
}
