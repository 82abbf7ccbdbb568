using System.CommandLine;
using System.Runtime.InteropServices;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Undoing;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric try`.</summary>
internal sealed class TryCommand : CliCommand
{
    private const double DefaultSeconds = 120;
    private const double MaxSeconds = 86_400;

    private readonly Option<string[]> _files = SharedOptions.Files();
    private readonly Option<bool> _prune = SharedOptions.Prune();

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "How long to wait for the word.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => DefaultSeconds,
    };

    private readonly Option<string> _reason = new("--reason", "-m")
    {
        Description = "Why, for the journal.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    /// <inheritdoc/>
    public override string Summary => "Applies a description, and puts the network back unless somebody says in time that it may stay.";

    /// <inheritdoc/>
    public override string Details =>
        "Enter or 'yes' keeps it; anything else, silence, Ctrl-C, and the end of the terminal or connection put it back: for changes that may cut off who makes them. "
        + "Only a command that is killed without notice leaves the change; `fabric undo`, with the position that is told at the start, puts it back then. Exit code 0 kept, 1 put back, 6 put back after the time.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_prune);
        command.Options.Add(_timeout);
        command.Options.Add(_reason);
        _timeout.Want<double>($"seconds from 0 to {MaxSeconds}", seconds => seconds is >= 0 and <= MaxSeconds);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var sources = await SourceHost.ReadAsync(call.Line.GetValue(_files)!, call);
        await using var agent = AgentSession.Open(call.Socket);
        var topology = await agent.TopologyAsync(call.Cancellation);
        var described = DescriptionReader.Read(sources, DeviceIds.Keeping(topology, NetworkHost.RandomId));
        var change = DescriptionChange.Of(topology, described, call.Line.GetValue(_prune));
        var words = ChangeListing.Words(ChangeListing.Of(change.Before, change.After));
        call.Note(words);
        if (change.Events.IsEmpty)
            return ExitCode.Ok;
        using var session = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        // Not given up by Ctrl-C: whether it was stored must be known, to put it back.
        var reason = call.Line.GetValue(_reason)!;
        var answer = await SubmissionPath.RunAsync(agent, change, described.Places, reason, CancellationToken.None);
        var seconds = call.Line.GetValue(_timeout);
        call.Note(
            $"applied at position {answer.Position}; Enter within {seconds} s keeps it, else it is put back (by hand: `fabric undo {answer.Position} --yes`)"
        );
        var said = await ConfirmationPath.RunAsync(call.Terminal.In, TimeSpan.FromSeconds(seconds), TimeProvider.System, session.Token);
        if (said == Confirmation.Kept)
        {
            call.Note("kept");
            return ExitCode.Ok;
        }
        await PutBackAsync(agent, answer.Position, said, call);
        return said == Confirmation.Late ? ExitCode.TimedOut : ExitCode.Failed;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            session.Cancel();
        }
    }

    /// <summary>Also when told to end: what was tried must not stay because of it.</summary>
    private static async Task PutBackAsync(IAgentClient agent, long position, Confirmation said, CommandCall call)
    {
        var undo = await UndoPath.PlanAsync(agent, position, CancellationToken.None);
        var why = said switch
        {
            Confirmation.Late => "nobody said in time that it may stay",
            Confirmation.Gone => "the session ended before anybody said that it may stay",
            _ => "it may not stay",
        };
        if (undo.Events.IsEmpty)
        {
            call.Note($"{why}, and somebody else has put it back already");
            return;
        }
        var back = await UndoPath.RunAsync(agent, undo, position, $"tried at {position}: {why}", CancellationToken.None);
        call.Note($"put back at position {back.Position}: {why}");
    }
}
