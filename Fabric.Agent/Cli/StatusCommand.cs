using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;
using Fabric.Agent.Views;

namespace Fabric.Agent.Cli;

/// <summary>`fabric status`.</summary>
internal sealed class StatusCommand : CliCommand
{
    private static readonly ImmutableSortedDictionary<string, (string Name, ImmutableArray<Column> Columns)> s_tables =
        ImmutableSortedDictionary<string, (string, ImmutableArray<Column>)>
            .Empty.Add("members", ("member", [.. Columns("name", "state", "roles", "position", "lag", "heard_s", "lease_s")]))
            .Add("tunnels", ("tunnel", [.. Columns("host", "state", "for_s", "rtt_ms", "rtt_max_ms", "lost", "of")]));

    private const string Relay = "relay";
    private const string FlowSetup = "flow_setup";

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

    /// <summary>Members and tunnels are tables of their own, below the rest; other forms than tables have one alone, and get the states.</summary>
    private static void WriteTables(CommandCall call, JsonObject status)
    {
        var isTable = call.Format is null or OutputFormat.Table or OutputFormat.Wide or OutputFormat.Text;
        var rows = status.Select(pair => (ImmutableArray<JsonNode?>)[pair.Key, InShort(pair.Key, pair.Value)]);
        call.Write(new Listing("status", [new("name"), new("value")], [.. rows]));
        if (!isTable || call.Line.GetValue(GlobalOptions.Columns) is not null)
            return;
        foreach (var (key, (name, columns)) in s_tables)
        {
            if (status[key] is not JsonArray { Count: > 0 } items)
                continue;
            call.Terminal.Out.WriteLine();
            var table = items.Select(item => columns.Select(column => item![column.Name]).ToImmutableArray());
            call.Write(new Listing(name, columns, [.. table]));
        }
    }

    private static IEnumerable<Column> Columns(params string[] names) => names.Select(name => new Column(name));

    private static JsonNode? InShort(string key, JsonNode? value) =>
        s_tables.ContainsKey(key) ? Summarize(value)
        : key == Relay && value is JsonObject relay ? Tell(relay)
        : key == FlowSetup && value is JsonObject setup ? TellSetup(setup)
        : value;

    private static string Tell(JsonObject relay)
    {
        var source = relay["follows"] is { } host ? $"follows {host}" : "follows the journal";
        return (int)relay["followers"]! == 0
            ? source
            : $"{source}; feeds {relay["followers"]}, and with all below {relay["nodes"]} nodes are at {relay["position"]}";
    }

    private static string TellSetup(JsonObject setup) =>
        NodesView.Percentile(setup, 0.5) is { } half
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{setup["count"]}, half within {half} ms, 99 of 100 within {NodesView.Percentile(setup, 0.99)} ms"
            )
            : "none";

    private static string Summarize(JsonNode? items) =>
        string.Join(
            ", ",
            (items as JsonArray ?? []).GroupBy(item => (string)item!["state"]!).Select(state => $"{state.Count()} {state.Key}")
        );
}
