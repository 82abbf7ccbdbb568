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

    internal static readonly ImmutableArray<Column> Columns =
    [
        new("position", Kind: ColumnKind.Integer),
        new("time"),
        new("author"),
        new("summary"),
        new("reason"),
        new("devices", IsWide: true, Kind: ColumnKind.Integer),
    ];

    internal static readonly ImmutableArray<Column> ColumnsWithChanges = [.. Columns, new("changes", Kind: ColumnKind.Data)];

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

    private readonly Option<bool> _changes = new("--changes")
    {
        Description = "With what each did to which device: the lines of the description before (-) and since (+).",
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
        command.Options.Add(_changes);
        _limit.Want<int>($"1 to {EventsPath.MaxItems} events", count => count is >= 1 and <= EventsPath.MaxItems);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var hasChanges = call.Line.GetValue(_changes);
        if (call.Line.GetValue(_watch))
        {
            var follow = new EventFollowPath(agent, call.Line.GetValue(_filter), TimeProvider.System) { HasLines = hasChanges };
            await follow.RunAsync(
                call.Line.GetValue(_limit),
                entry => Tell(entry, call),
                position => TellMissed(position, call),
                call.Cancellation
            );
        }
        var items = await ReadAsync(agent, hasChanges, call);
        if (hasChanges && call.Format is null or OutputFormat.Text)
            foreach (var item in items)
                Tell(item, call);
        else
        {
            var columns = hasChanges ? ColumnsWithChanges : Columns;
            call.Write(
                new Listing("event", columns, [.. items.Select(item => columns.Select(column => item[column.Name]).ToImmutableArray())])
            );
        }
        return ExitCode.Ok;
    }

    private async Task<JsonObject[]> ReadAsync(IAgentClient agent, bool hasChanges, CommandCall call)
    {
        var (limit, filter) = (call.Line.GetValue(_limit), call.Line.GetValue(_filter));
        var events = hasChanges
            ? await agent.ReadAsync(EventFollowPath.Target(limit, filter, hasLines: true), call.Cancellation)
            : await agent.EventsAsync(limit, filter, call.Cancellation);
        return [.. (events["items"] as JsonArray ?? []).OfType<JsonObject>()];
    }

    private static void Tell(JsonObject entry, CommandCall call)
    {
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(entry.ToJsonString());
        else
            call.Terminal.Out.WriteLine(
                string.Join("  ", Columns.Where(column => !column.IsWide).Select(column => Listing.Text(entry[column.Name]))).TrimEnd()
            );
        // Only an entry that was asked for with its lines has them.
        var hasLines = (entry["changes"] as JsonArray)?.Any(change => change!["lines"] is not null) == true;
        foreach (var line in hasLines && call.Format is not OutputFormat.Json ? EntryText.Lines(entry) : [])
            call.Terminal.Out.WriteLine(call.Terminal.IsRich ? Coloured(line) : line);
        call.Terminal.Out.Flush();
    }

    private static string Coloured(string line) =>
        line.TrimStart() is { Length: > 0 } text && line.StartsWith("    ", StringComparison.Ordinal)
            ? $"    {DiffText.Coloured(text)}"
            : line;

    private static void TellMissed(long position, CommandCall call) =>
        call.Note($"more came at once than are asked for: entries up to {position} were passed over; `fabric events` lists them");
}
