using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric events`.</summary>
internal sealed class EventsCommand : CliCommand
{
    private const int DefaultLimit = 20;

    private static readonly ImmutableArray<Column> Columns =
    [
        new("position"),
        new("time"),
        new("author"),
        new("summary"),
        new("reason"),
        new("devices", IsWide: true),
    ];

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only events that have this in who, why, or a device's name.",
        HelpName = "TEXT",
    };

    private readonly Option<int> _limit = new("--limit", "-n")
    {
        Description = $"How many at most, the newest: 1 to {EventsPath.MaxItems}.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => DefaultLimit,
    };

    /// <inheritdoc/>
    public override string Summary => "Lists who changed what, when and why, the newest first.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_filter);
        command.Options.Add(_limit);
        _limit.Want<int>($"1 to {EventsPath.MaxItems} events", count => count is >= 1 and <= EventsPath.MaxItems);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var events = await agent.EventsAsync(call.Line.GetValue(_limit), call.Line.GetValue(_filter), call.Cancellation);
        var items = (events["items"] as JsonArray ?? []).OfType<JsonObject>();
        call.Write(
            new Listing("event", Columns, [.. items.Select(item => Columns.Select(column => item[column.Name]).ToImmutableArray())])
        );
        return ExitCode.Ok;
    }
}
