using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric actors`.</summary>
internal sealed class ActorsCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("kind"),
        new("device"),
        new("node"),
        new("shard"),
        new("waiting", Kind: ColumnKind.Integer),
    ];

    private readonly Option<string?> _node = new("--node")
    {
        Description = "Only actors that live at this host.",
        HelpName = "NAME",
        CompletionSources = { LiveNames.Hosts },
    };

    /// <inheritdoc/>
    public override string Summary => "Lists the actors of devices that have something to do, or had lately, and where they live.";

    /// <inheritdoc/>
    public override string Details =>
        "A device without a row has no actor just now; its next command begins one. In a hive whose actors move (akka) all nodes are asked, and the one that puts changes in order is told; else these are the actors of the agent's own process.";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_node);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var actors = await agent.ActorsAsync(call.Cancellation);
        if (actors["writer"] is { } writer)
            call.Note($"changes are put in order at {writer}");
        foreach (var silent in (actors["silent"] as JsonArray ?? []).OfType<JsonValue>())
            call.Note($"{silent} did not answer; its actors are missing here");
        var items = (actors["items"] as JsonArray ?? []).OfType<JsonObject>();
        var wanted = items.Where(item => call.Line.GetValue(_node) is not { } node || (string?)item["node"] == node);
        call.Write(new Listing("actor", Columns, [.. wanted.Select(Row)]));
        return ExitCode.Ok;
    }

    private static ImmutableArray<JsonNode?> Row(JsonObject actor) => [.. Columns.Select(column => actor[column.Name]?.DeepClone())];
}
