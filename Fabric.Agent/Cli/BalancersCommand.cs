using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric balancers`.</summary>
internal sealed class BalancersCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("router"),
        new("balancer"),
        new("member"),
        new("address"),
        new("state"),
        new("health"),
        new("weight", Kind: ColumnKind.Integer),
        new("connections", Kind: ColumnKind.Integer),
        new("share"),
        new("due"),
        new("vip", IsWide: true),
        new("ports", IsWide: true),
        new("pool", IsWide: true),
        new("method", IsWide: true),
    ];

    /// <inheritdoc/>
    public override string Summary => "Lists the members behind balancers, with their connections.";

    /// <inheritdoc/>
    public override string Details =>
        "`health` is what checks found, with the reason where a member is down. `connections` are those that the agent's host remembers and that are not closed, `share` is what part of the balancer's they are, and `due` what part of new ones the member is to have by its state, health and weight.";

    /// <inheritdoc/>
    public override void Configure(Command command) { }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var balancers = await agent.BalancersAsync(call.Cancellation);
        var items = (balancers["items"] as JsonArray ?? []).OfType<JsonObject>();
        call.Write(new Listing("member", Columns, [.. items.Select(Row)]));
        return ExitCode.Ok;
    }

    private static ImmutableArray<JsonNode?> Row(JsonObject item) => [.. Columns.Select(column => item[column.Name]?.DeepClone())];
}
