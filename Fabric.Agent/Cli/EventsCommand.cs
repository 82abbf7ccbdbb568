using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Watching;
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

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Go on with those that come, a line each, the oldest first, until Ctrl-C.",
    };

    /// <inheritdoc/>
    public override string Summary => "Lists who changed what, when and why, the newest first.";

    /// <inheritdoc/>
    public override string Details => "With --watch -o json writes an object a line.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_filter);
        command.Options.Add(_limit);
        command.Options.Add(_watch);
        _limit.Want<int>($"1 to {EventsPath.MaxItems} events", count => count is >= 1 and <= EventsPath.MaxItems);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        if (call.Line.GetValue(_watch))
        {
            var follow = new EventFollowPath(agent, call.Line.GetValue(_filter), TimeProvider.System);
            await follow.RunAsync(
                call.Line.GetValue(_limit),
                entry => Tell(entry, call),
                position => TellMissed(position, call),
                call.Cancellation
            );
        }
        var events = await agent.EventsAsync(call.Line.GetValue(_limit), call.Line.GetValue(_filter), call.Cancellation);
        var items = (events["items"] as JsonArray ?? []).OfType<JsonObject>();
        call.Write(
            new Listing("event", Columns, [.. items.Select(item => Columns.Select(column => item[column.Name]).ToImmutableArray())])
        );
        return ExitCode.Ok;
    }

    private static void Tell(JsonObject entry, CommandCall call)
    {
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(entry.ToJsonString());
        else
            call.Terminal.Out.WriteLine(
                string.Join("  ", Columns.Where(column => !column.IsWide).Select(column => Listing.Text(entry[column.Name]))).TrimEnd()
            );
        call.Terminal.Out.Flush();
    }

    private static void TellMissed(long position, CommandCall call) =>
        call.Note($"more came at once than are asked for: entries up to {position} were passed over; `fabric events` lists them");
}
