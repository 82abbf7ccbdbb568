using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Topology.Hive;

namespace Fabric.Agent.Views;

/// <summary>The nodes of the hive, each with what it runs, what it does for others, and how fast it decides.</summary>
internal static class NodesView
{
    private static readonly string[] s_told =
    [
        "version",
        "datapath",
        "attached_ports",
        "flows",
        "flow_limit",
        "upcalls",
        "problems",
        "journal",
    ];

    /// <summary>A node a row, those that have told nothing too.</summary>
    /// <param name="reports">What they have told of themselves.</param>
    /// <param name="actors">Where the actors of devices live.</param>
    public static JsonObject Of(IReadOnlyList<HostReport> reports, ActorsView actors) =>
        new()
        {
            ["hosts"] = HostsView.Hosts(reports),
            ["items"] = new JsonArray([.. reports.Select(report => (JsonNode)Of(report, actors))]),
        };

    /// <summary>How long decisions take, as a share of them is done: the end of the range that it falls into, in milliseconds; null without any.</summary>
    /// <param name="setup">The object `flow_setup` of the status.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double? Percentile(JsonObject? setup, double share)
    {
        var count = Number(setup?["count"]);
        if (count == 0)
            return null;
        foreach (var (most, sum) in setup!["at_most_s"] as JsonObject ?? [])
        {
            if (Number(sum) >= share * count && double.TryParse(most, CultureInfo.InvariantCulture, out var seconds))
                return Math.Round(seconds * 1000, 3);
        }
        return double.PositiveInfinity;
    }

    private static JsonObject Of(HostReport report, ActorsView actors)
    {
        var node = new JsonObject { ["host"] = report.Host, ["state"] = report.State.ToString().ToLowerInvariant() };
        foreach (var key in s_told)
            node[key] = report.Answer?[key]?.DeepClone();
        var setup = report.Answer?["flow_setup"] as JsonObject;
        foreach (var (key, share) in ((string, double)[])[("setup_p50_ms", 0.5), ("setup_p99_ms", 0.99)])
            // JSON has no infinity: more than the last range holds is told as null.
            node[key] = Percentile(setup, share) is { } value && double.IsFinite(value) ? value : null;
        node["flow_setup"] = setup?.DeepClone();
        node["duties"] = new JsonArray([.. Duties(report, actors).Select(duty => (JsonNode)duty)]);
        return node;
    }

    private static IEnumerable<string> Duties(HostReport report, ActorsView actors)
    {
        if (actors.Writer == report.Host)
            yield return "puts changes in order";
        if (actors.Devices.Count(actor => actor.Node == report.Host) is > 0 and var own)
            yield return $"decides about {own} device{(own == 1 ? "" : "s")}";
        if (Number(report.Answer?["checked_members"]) is > 0 and var checkedMembers)
            yield return $"checks {checkedMembers} member{(checkedMembers == 1 ? "" : "s")} of pools";
        if (Number(report.Answer?["feeds"]) is > 0 and var fed)
            yield return $"feeds {fed} node{(fed == 1 ? "" : "s")}";
    }

    private static long Number(JsonNode? told) => told is JsonValue value && value.TryGetValue(out long number) ? number : 0;
}
