using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric flows`.</summary>
internal sealed class FlowsCommand : CliCommand
{
    private static readonly ImmutableArray<Column> Columns =
    [
        new("flow"),
        new("actions"),
        new("packets"),
        new("bytes"),
        new("used"),
        new("age", IsWide: true),
    ];

    private readonly Option<string?> _filter = new("--filter") { Description = "Only flows whose text holds this.", HelpName = "TEXT" };

    /// <inheritdoc/>
    public override string Summary => "Lists the flows that the agent has installed, in the notation of ovs-dpctl(8).";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_filter);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var flows = await agent.FlowsAsync(call.Cancellation);
        var items = (flows["items"] as JsonArray ?? []).OfType<JsonObject>();
        var rows = items.Where(item => IsWanted(item, call)).Select(Row);
        call.Write(new Listing("flow", Columns, [.. rows]));
        return ExitCode.Ok;
    }

    private bool IsWanted(JsonObject flow, CommandCall call) =>
        call.Line.GetValue(_filter) is not { } text
        || Listing.Text(flow["flow"]).Contains(text, StringComparison.Ordinal)
        || Listing.Text(flow["actions"]).Contains(text, StringComparison.Ordinal);

    private static ImmutableArray<JsonNode?> Row(JsonObject flow) => [.. Columns.Select(column => flow[column.Name])];
}
