using System.CommandLine;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric export`.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Option<string[]> _files = SharedOptions.Offline();

    /// <inheritdoc/>
    public override string Summary => "Writes the network as fabric.yaml; the same network always gives the same bytes.";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_files);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var topology = await NetworkHost.FindAsync(call.Line.GetValue(_files), call);
        await call.Terminal.Out.WriteAsync(DescriptionWriter.Write(topology));
        return ExitCode.Ok;
    }
}
