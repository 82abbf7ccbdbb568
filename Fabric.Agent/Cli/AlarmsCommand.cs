using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric alarms`.</summary>
internal sealed class AlarmsCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Standing =
    [
        new("key"),
        new("severity"),
        new("since_s", Kind: ColumnKind.Number),
        new("what"),
        new("next"),
        new("acknowledged"),
        new("why", IsWide: true),
    ];

    internal static readonly ImmutableArray<Column> Past =
    [
        new("time"),
        new("event"),
        new("key"),
        new("severity"),
        new("what"),
        new("why", IsWide: true),
        new("next", IsWide: true),
    ];

    private readonly Option<bool> _history = new("--history")
    {
        Description = "What was raised and cleared as the agent saw it, the newest first, 200 at most.",
    };

    private readonly Option<string?> _acknowledge = new("--acknowledge")
    {
        Description = "Takes note of an alarm, so that others see that somebody does; until it is cleared.",
        HelpName = "KEY",
    };

    /// <inheritdoc/>
    public override string Summary => "Lists what is wrong with the network now, each with its cause and what to do.";

    /// <inheritdoc/>
    public override string Details =>
        "As the agent's host knows it. `fabric agent --webhook URL` has each told to an address when it is raised and when it is cleared.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_history);
        command.Options.Add(_acknowledge);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        if (call.Line.GetValue(_acknowledge) is { } key)
        {
            await agent.AcknowledgeAlarmAsync(key, call.Cancellation);
            call.Note($"alarm {key} is acknowledged");
            return ExitCode.Ok;
        }
        var alarms = await agent.ReadAsync("/v1/alarms", call.Cancellation);
        var (kind, columns) = call.Line.GetValue(_history) ? ("history", Past) : ("items", Standing);
        var rows = (alarms[kind] as JsonArray ?? []).OfType<JsonObject>();
        call.Write(
            new Listing("alarm", columns, [.. rows.Select(row => columns.Select(column => Cell(row, column.Name)).ToImmutableArray())])
        );
        if (columns == Standing && alarms["items"] is JsonArray { Count: 0 })
            call.Note("nothing is wrong");
        return ExitCode.Ok;
    }

    private static JsonNode? Cell(JsonObject row, string column) =>
        row[column] is JsonObject note ? $"by {note["author"]}" : row[column]?.DeepClone();
}
