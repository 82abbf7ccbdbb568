using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric nodes`.</summary>
internal sealed class NodesCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("host"),
        new("version"),
        new("datapath"),
        new("attached_ports", Kind: ColumnKind.Integer),
        new("flows", Kind: ColumnKind.Integer),
        new("upcalls", Kind: ColumnKind.Integer),
        new("setup_p50_ms", Kind: ColumnKind.Number),
        new("setup_p99_ms", Kind: ColumnKind.Number),
        new("problems", Kind: ColumnKind.Integer),
        new("duties", Kind: ColumnKind.Texts),
        new("flow_limit", IsWide: true, Kind: ColumnKind.Integer),
        new("journal", IsWide: true),
        new("state", IsWide: true),
    ];

    private readonly Option<string?> _hosts = SharedOptions.Hosts("all");

    /// <inheritdoc/>
    public override string Summary => "Lists the agents of hosts: version, datapath, how fast each decides, and what it does for others.";

    /// <inheritdoc/>
    public override string Details =>
        "setup_p50_ms and setup_p99_ms: half, and 99 of 100, of the packets that no flow stood for were decided, and their flows with the datapath, so many milliseconds after the agent had them, at most. `fabric status` tells who takes part and how far each is.";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_hosts);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var nodes = await HostsCall.ReadAsync(agent, "/v1/nodes", call.Line.GetValue(_hosts) ?? "all", "", call.Cancellation);
        var rows = (nodes["items"] as JsonArray ?? []).OfType<JsonObject>();
        call.Write(
            new Listing(
                "node",
                Columns,
                [.. rows.Select(node => Columns.Select(column => node[column.Name]?.DeepClone()).ToImmutableArray())]
            )
        );
        HostsCall.Note(nodes, call);
        return ExitCode.Ok;
    }
}
