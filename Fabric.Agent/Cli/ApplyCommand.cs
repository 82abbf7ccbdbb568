using System.CommandLine;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric apply`.</summary>
internal sealed class ApplyCommand : CliCommand
{
    private readonly Option<string[]> _files = SharedOptions.Files();
    private readonly Option<bool> _prune = SharedOptions.Prune();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Decide, and tell what would change, but change nothing." };

    private readonly Option<string> _reason = new("--reason", "-m")
    {
        Description = "Why, for the journal.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly WaitOption _wait = new();

    /// <inheritdoc/>
    public override string Summary => "Makes the agent's network look as described, all of it or nothing.";

    /// <inheritdoc/>
    public override string Details =>
        "Running it again changes nothing. Devices that are not described stay, unless --prune is given. Expectations are run afterwards; exit code 1 tells that one does not hold.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_prune);
        command.Options.Add(_dryRun);
        command.Options.Add(_reason);
        _wait.AddTo(command);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        // The files first: a mistake in them is told whether an agent runs or not.
        var sources = await SourceHost.ReadAsync(call.Line.GetValue(_files)!, call);
        if (DescriptionReader.Read(sources, DeviceIds.Derived()) is { Problems: { IsEmpty: false } problems })
            throw new FabricException(problems);
        await using var agent = AgentSession.Open(call.Socket);
        var topology = await agent.TopologyAsync(call.Cancellation);
        var described = DescriptionReader.Read(sources, DeviceIds.Keeping(topology, NetworkHost.RandomId));
        var change = DescriptionChange.Of(topology, described, call.Line.GetValue(_prune));
        var changes = ChangeListing.Of(change.Before, change.After);
        var isDry = call.Line.GetValue(_dryRun);
        var clock = new WaitClock(TimeProvider.System);
        // What has nothing to change may still be on its way from the time before: then all hosts are waited for.
        var answer = new SubmitAnswer(topology.Position, 0, null);
        if (!change.Events.IsEmpty && !isDry)
            answer = await SubmissionPath.RunAsync(agent, change, described.Places, call.Line.GetValue(_reason)!, call.Cancellation);
        if (call.Format is not null)
            call.Write(changes);
        var suffix = isDry ? " (dry run, nothing was changed)" : "";
        call.Note(ChangeListing.Words(changes) + suffix);
        var waited = isDry ? ExitCode.Ok : await WaitPath.RunAsync(_wait, agent, answer, clock, call);
        var told = TellExpectations(change, described, call);
        return waited == ExitCode.Ok ? told : waited;
    }

    /// <summary>Tries the assertions against what was applied.</summary>
    private static ExitCode TellExpectations(DescriptionChange change, DescribedNetwork described, CommandCall call)
    {
        var outcomes = ExpectationRun.Of(change.After, described.Expectations);
        var failed = outcomes.Where(outcome => !outcome.Holds).Select(ExpectationRun.ProblemOf).ToList();
        call.Tell(failed);
        if (outcomes.Length > 0)
            call.Note($"{outcomes.Length - failed.Count} of {outcomes.Length} expectations hold");
        return failed.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
