using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;
using Fabric.Agent.Views;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric export`.</summary>
internal sealed class ExportCommand : CliCommand
{
    private const string Description = "yaml";

    private readonly Option<string[]> _files = SharedOptions.Offline();

    private readonly Option<string> _form = new Option<string>("--as")
    {
        Description = "yaml for the description; the map as svg, mermaid or json.",
        HelpName = "FORM",
        DefaultValueFactory = _ => Description,
    }.AcceptOnlyFromAmong([Description, .. MapForms.Words]);

    private readonly Option<long?> _at = new("--at")
    {
        Description = "The network as it was at this position of the journal.",
        HelpName = "POSITION",
    };

    /// <inheritdoc/>
    public override string Summary => "Writes the network as fabric.yaml, or as a picture; the same network always gives the same bytes.";

    /// <inheritdoc/>
    public override string Details =>
        "fabric export --as svg > net.svg. The map is that of the dashboard's first page; of a description it shows no states.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_form);
        command.Options.Add(_at);
        _at.Want<long>("a position from 0", position => position >= 0);
        command.Validators.Add(line =>
        {
            if (line.GetValue(_at) is not null && line.GetValue(_files) is { Length: > 0 })
                line.AddError("a description has no past: give --at or -f");
        });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var text = MapForms.Find(call.Line.GetValue(_form)!) is { } form ? form.Text(await MapAsync(call)) : await DescribeAsync(call);
        await call.Terminal.Out.WriteAsync(text);
        if (!text.EndsWith('\n'))
            await call.Terminal.Out.WriteLineAsync();
        return ExitCode.Ok;
    }

    private async Task<string> DescribeAsync(CommandCall call)
    {
        if (call.Line.GetValue(_at) is not { } position)
            return DescriptionWriter.Write(await NetworkHost.FindAsync(call.Line.GetValue(_files), call));
        await using var agent = AgentSession.Open(call.Socket);
        return DescriptionWriter.Write(await agent.TopologyAtAsync(position, call.Cancellation));
    }

    private async Task<JsonObject> MapAsync(CommandCall call)
    {
        if (call.Line.GetValue(_files) is { Length: > 0 } files)
            return MapView.Of(await NetworkHost.FindAsync(files, call), LearnedSnapshot.Empty);
        await using var agent = AgentSession.Open(call.Socket);
        var at = call.Line.GetValue(_at) is { } position ? string.Create(CultureInfo.InvariantCulture, $"?at={position}") : "";
        return await agent.ReadAsync($"/v1/map{at}", call.Cancellation);
    }
}
