using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric status`.</summary>
internal sealed class StatusCommand : CliCommand
{
    private const string Members = "members";

    private static readonly ImmutableArray<Column> s_memberColumns =
    [
        new("name"),
        new("state"),
        new("roles"),
        new("position"),
        new("lag"),
        new("heard_s"),
        new("lease_s"),
    ];

    /// <inheritdoc/>
    public override string Summary => "Tells how the agent of this machine is, and who else takes part.";

    /// <inheritdoc/>
    public override void Configure(Command command) { }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var status = await agent.StatusAsync(call.Cancellation);
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(JsonText.Format(status));
        else if (call.Format is OutputFormat.Yaml)
            YamlData.Write(status, call.Terminal.Out);
        else
            WriteTables(call, status);
        return ExitCode.Ok;
    }

    /// <summary>The members are a table of their own, below the rest; other forms than tables have one alone, and get their names.</summary>
    private static void WriteTables(CommandCall call, JsonObject status)
    {
        var members = status[Members] as JsonArray ?? [];
        var isTable = call.Format is null or OutputFormat.Table or OutputFormat.Wide or OutputFormat.Text;
        var rows = status.Select(pair => (ImmutableArray<JsonNode?>)[pair.Key, pair.Key == Members ? Summarize(members) : pair.Value]);
        call.Write(new Listing("status", [new("name"), new("value")], [.. rows]));
        if (!isTable || members.Count == 0 || call.Line.GetValue(GlobalOptions.Columns) is not null)
            return;
        call.Terminal.Out.WriteLine();
        var table = members.Select(member => s_memberColumns.Select(column => member![column.Name]).ToImmutableArray());
        call.Write(new Listing("member", s_memberColumns, [.. table]));
    }

    private static string Summarize(JsonArray members) =>
        string.Join(", ", members.GroupBy(member => (string)member!["state"]!).Select(state => $"{state.Count()} {state.Key}"));
}
