using System.CommandLine;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric diff`.</summary>
internal sealed class DiffCommand : CliCommand
{
    private readonly Option<string[]> _files = SharedOptions.Files();
    private readonly Option<bool> _prune = SharedOptions.Prune();

    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Compare with this description instead of the agent's network.",
        HelpName = "PATH",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <inheritdoc/>
    public override string Summary => "Shows what `apply` would change.";

    /// <inheritdoc/>
    public override string Details =>
        "Exit code: 0 nothing, 1 something, 2 or more an error. -o table, json, yaml, csv or name lists the devices instead.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_against);
        command.Options.Add(_prune);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        try
        {
            return await CompareAsync(call);
        }
        catch (FabricException failure) when (failure.Problems[0].Entry.Exit == ExitCode.Failed)
        {
            // 1 means a difference here, as with diff(1).
            call.Tell(failure.Problems);
            return ExitCode.Usage;
        }
    }

    private async Task<ExitCode> CompareAsync(CommandCall call)
    {
        var topology = await NetworkHost.FindAsync(call.Line.GetValue(_against), call);
        var sources = await SourceHost.ReadAsync(call.Line.GetValue(_files)!, call);
        var described = DescriptionReader.Read(sources, DeviceIds.Keeping(topology, NetworkHost.RandomId));
        var change = DescriptionChange.Of(topology, described, call.Line.GetValue(_prune));
        if (call.Format is { } format && format != OutputFormat.Text)
            call.Write(ChangeListing.Of(change.Before, change.After));
        else
            DiffText.Write(change, "network", "description", call);
        return change.Events.IsEmpty ? ExitCode.Ok : ExitCode.Failed;
    }
}
