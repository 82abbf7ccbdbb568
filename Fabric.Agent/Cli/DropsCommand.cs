using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric drops`.</summary>
internal sealed class DropsCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("sentence"),
        new("packets", Kind: ColumnKind.Integer),
        new("last_s", Kind: ColumnKind.Number),
        new("host", IsWide: true),
        new("remedy", IsWide: true),
        new("from", IsWide: true),
        new("to", IsWide: true),
        new("what", IsWide: true),
        new("reason", IsWide: true),
        new("chain", IsWide: true),
        new("rule", IsWide: true),
        new("packet", IsWide: true),
    ];

    private readonly Option<string?> _filter = new("--filter") { Description = "Only drops whose sentence holds this.", HelpName = "TEXT" };

    private readonly Option<string?> _hosts = SharedOptions.Hosts("all");

    /// <inheritdoc/>
    public override string Summary => "Tells what was dropped last at any host, each kind of packet as one sentence.";

    /// <inheritdoc/>
    public override string Details =>
        "A sentence names the sender, the destination, what decided, and who added the rule. The agent asks the others for theirs; `fabric trace` tells what would become of a packet anywhere.";

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
        var drops = await HostsCall.ReadAsync(agent, "/v1/drops", call.Line.GetValue(_hosts) ?? "all", "", call.Cancellation);
        var wanted = call.Line.GetValue(_filter);
        var items = (drops["items"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Where(drop => wanted is null || Listing.Text(drop["sentence"]).Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (call.Format is null or OutputFormat.Text)
            Tell(items, call);
        else
            call.Write(
                new Listing("drop", Columns, [.. items.Select(drop => Columns.Select(column => drop[column.Name]).ToImmutableArray())])
            );
        TellNotKept((long?)drops["displaced"] ?? 0, call);
        HostsCall.Note(drops, call);
        return ExitCode.Ok;
    }

    /// <summary>Which those were nobody knows, so that also a filter does not lessen them.</summary>
    private static void TellNotKept(long displaced, CommandCall call)
    {
        if (displaced > 0)
            call.Note(displaced == 1 ? "1 older one is not kept" : $"{displaced} older ones are not kept");
    }

    private static void Tell(List<JsonObject> drops, CommandCall call)
    {
        if (drops.Count == 0)
            call.Note("nothing was dropped that is still known");
        foreach (var drop in drops)
            call.Terminal.Out.WriteLine($"{drop["sentence"]}: {drop["packets"]} packets, the last {drop["last_s"]} s ago");
    }
}
