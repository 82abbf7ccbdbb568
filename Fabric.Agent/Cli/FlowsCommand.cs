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
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("flow"),
        new("actions"),
        new("packets", Kind: ColumnKind.Integer),
        new("bytes", Kind: ColumnKind.Integer),
        new("used"),
        new("age", IsWide: true),
        new("host", IsWide: true),
    ];

    private readonly Option<string?> _filter = new("--filter") { Description = "Only flows whose text holds this.", HelpName = "TEXT" };

    private readonly Option<string?> _hosts = SharedOptions.Hosts("the agent's host");

    /// <inheritdoc/>
    public override string Summary => "Lists the flows that hosts have installed, in the notation of ovs-dpctl(8).";

    /// <inheritdoc/>
    public override string Details => "Another host than the agent's tells its 1000 busiest at most.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_filter);
        command.Options.Add(_hosts);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        // The agent looks for words anywhere in a flow: what it finds holds all that is wanted, and more.
        var flows = await HostsCall.ReadAsync(
            agent,
            "/v1/flows",
            call.Line.GetValue(_hosts),
            call.Line.GetValue(_filter) ?? "",
            call.Cancellation
        );
        var items = (flows["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var rows = items.Where(item => IsWanted(item, call)).Select(Row);
        call.Write(new Listing("flow", Columns, [.. rows]));
        if ((long)flows["matched"]! is var matched && matched > items.Count)
            call.Note($"{matched - items.Count} flows of other hosts are not shown, those with the fewest packets: --filter narrows");
        HostsCall.Note(flows, call);
        return ExitCode.Ok;
    }

    private bool IsWanted(JsonObject flow, CommandCall call) =>
        call.Line.GetValue(_filter) is not { } text
        || Listing.Text(flow["flow"]).Contains(text, StringComparison.Ordinal)
        || Listing.Text(flow["actions"]).Contains(text, StringComparison.Ordinal);

    private static ImmutableArray<JsonNode?> Row(JsonObject flow) => [.. Columns.Select(column => flow[column.Name])];
}
