using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric status`.</summary>
internal sealed class StatusCommand : CliCommand
{
    /// <inheritdoc/>
    public override string Summary => "Tells how the agent of this machine is.";

    /// <inheritdoc/>
    public override void Configure(Command command) { }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var status = await agent.StatusAsync(call.Cancellation);
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(JsonText.Format(status));
        else if (call.Format is OutputFormat.Yaml)
            YamlData.Write(status, call.Terminal.Out);
        else
            call.Write(
                new Listing(
                    "status",
                    [new("name"), new("value")],
                    [.. status.Select(pair => (System.Collections.Immutable.ImmutableArray<JsonNode?>)[pair.Key, pair.Value])]
                )
            );
        return ExitCode.Ok;
    }
}
