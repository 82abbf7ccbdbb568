using System.CommandLine;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Undoing;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric undo`.</summary>
internal sealed class UndoCommand : CliCommand
{
    private readonly Argument<long> _position = new("position")
    {
        Description = "The change's position in the journal, as `fabric events` tells it.",
        HelpName = "POSITION",
    };

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do it; without this the plan is only shown." };

    private readonly Option<string> _reason = new("--reason", "-m")
    {
        Description = "Why, for the journal; 'undo POSITION' if left out.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly WaitOption _wait = new();

    /// <inheritdoc/>
    public override string Summary => "Shows what undoes a change, and does it with --yes.";

    /// <inheritdoc/>
    public override string Details =>
        "Every device of the change becomes as it was before it. Refused if one of them was changed again since, or if what was made since needs one that would go. An undo is a change like any other, and can be undone.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Arguments.Add(_position);
        command.Options.Add(_yes);
        command.Options.Add(_reason);
        _wait.AddTo(command);
        _position.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !long.TryParse(token.Value, out _))
                result.AddError($"POSITION is a number, not '{token.Value}'");
        });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var position = call.Line.GetValue(_position);
        await using var agent = AgentSession.Open(call.Socket);
        var change = await UndoPath.PlanAsync(agent, position, call.Cancellation);
        var changes = ChangeListing.Of(change.Before, change.After);
        if (call.Format is { } format && format != OutputFormat.Text)
            call.Write(changes);
        else
            DiffText.Write(change, "now", $"before {position}", call);
        var isDone = call.Line.GetValue(_yes) && !change.Events.IsEmpty;
        call.Note(ChangeListing.Words(changes) + (isDone || change.Events.IsEmpty ? "" : "; `--yes` does it"));
        if (!isDone)
            return ExitCode.Ok;
        var clock = new WaitClock(TimeProvider.System);
        var answer = await UndoPath.RunAsync(agent, change, position, call.Line.GetValue(_reason)!, call.Cancellation);
        call.Note($"undone at position {answer.Position}");
        return await WaitPath.RunAsync(_wait, agent, answer, clock, call);
    }
}
