using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric connections`.</summary>
internal sealed class ConnectionsCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("connection"),
        new("phase"),
        new("port"),
        new("silent"),
        new("ends"),
        new("rule"),
        new("nat"),
        new("translated", IsWide: true, Kind: ColumnKind.Truth),
        new("answers", IsWide: true),
        new("at", IsWide: true),
        new("answers_at", IsWide: true),
    ];

    internal static readonly ImmutableArray<string> Counted = ["port", "rule", "nat"];

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only connections that have this in their addresses, port, phase or device.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _count = new("--count")
    {
        Description =
            "Counts them: by the `port` that they were begun at, by the `rule` or balancer that translates them, or by the address (`nat`) that this gives them.",
        HelpName = "BY",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <inheritdoc/>
    public override string Summary => "Lists the connections that packets of the agent's host have begun.";

    /// <inheritdoc/>
    public override string Details =>
        "Connections are remembered where a rule asks for their state or direction, and where a router translates them: then `rule` tells by which rule or balancer, `nat` the address outside, and `answers` both ends. `silent` is the time since the last packet that is known of, "
        + "`ends` the time after which the connection is forgotten if there is none.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_filter);
        _count.AcceptOnlyFromAmong([.. Counted]);
        command.Options.Add(_count);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var connections = await agent.ConnectionsAsync(call.Cancellation);
        var told = (connections["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (connections["count"] is JsonValue count && count.TryGetValue<long>(out var all) && all > told.Count)
            call.Terminal.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"the agent tells of {told.Count} connections, and has {all}")
            );
        var items = told.Where(item => IsWanted(item, call)).ToList();
        call.Write(
            call.Line.GetResult(_count) is { Implicit: false }
                ? Count(items, call.Line.GetValue(_count) ?? Counted[0])
                : new Listing("connection", Columns, [.. items.Select(Row)])
        );
        return ExitCode.Ok;
    }

    /// <summary>Those that have none of what is counted by, such as a rule, are in no row.</summary>
    internal static Listing Count(IEnumerable<JsonObject> items, string by)
    {
        var rows = items
            .Where(item => item[by] is not null)
            .GroupBy(item => Listing.Text(item[by]), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => ImmutableArray.Create<JsonNode?>(group.Key, group.Count(), group.Count(IsHalfOpen), group.Count(IsClosed)));
        return new Listing(
            by,
            [
                new(by),
                new("connections", Kind: ColumnKind.Integer),
                new("half_open", Kind: ColumnKind.Integer),
                new("closed", Kind: ColumnKind.Integer),
            ],
            [.. rows]
        );
    }

    private static bool IsHalfOpen(JsonObject item) => Listing.Text(item["phase"]) is "opening" or "answered";

    private static bool IsClosed(JsonObject item) => Listing.Text(item["phase"]) is "closed";

    private bool IsWanted(JsonObject item, CommandCall call) =>
        call.Line.GetValue(_filter) is not { } text
        || Columns.Any(column => Listing.Text(item[column.Name]).Contains(text, StringComparison.Ordinal));

    private static ImmutableArray<JsonNode?> Row(JsonObject item) => [.. Columns.Select(column => item[column.Name]?.DeepClone())];
}
