using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of itself, as JSON. docs/cli.md lists every key.</summary>
internal static class AgentReport
{
    /// <summary>How the agent is.</summary>
    public static async Task<JsonObject> StatusAsync(AgentHost agent)
    {
        var topology = agent.View.Topology;
        var problems = agent.Ports.Problems;
        return await agent.OnUpcallThreadAsync(parts =>
        {
            var counters = parts.Path.Counters;
            return new JsonObject
            {
                ["version"] = VersionCommand.Version,
                ["host"] = topology.Hosts.GetValueOrDefault(agent.Self)?.Name.Name,
                ["datapath"] = agent.Datapath.Kind,
                ["position"] = topology.Position,
                ["journal"] = agent.Hive.Health.Failure ?? "ok",
                ["alarm"] = agent.Hive.Health.LastAlarm?.Message,
                ["bridges"] = topology.Bridges.Count,
                ["routers"] = topology.Routers.Count,
                ["ports"] = topology.Ports.Count,
                ["attached_ports"] = parts.Ports.Attached.Count,
                ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)$"{NameOf(topology, problem.Key)}: {problem.Value}")]),
                ["flows"] = parts.Flows.Count,
                ["upcalls"] = counters.Upcalls,
                ["simulations"] = counters.Simulations,
                ["flows_installed"] = counters.Installed,
                ["flows_revalidated"] = counters.Revalidated,
                ["flows_kept"] = counters.Kept,
                ["flows_expired"] = counters.Expired,
                ["flows_duplicate"] = counters.Duplicates,
                ["flows_failed"] = counters.Failed,
                ["flows_not_installed_full"] = counters.NotInstalledFull,
                ["revalidation_surprise"] = counters.Surprises,
                ["frames_emitted"] = counters.Emitted,
                ["frames_suppressed"] = counters.EmissionsSuppressed,
                ["packets_parked"] = parts.Effects.Parked,
                ["packets_given_up"] = parts.Effects.GivenUp,
                ["learned_refused"] = parts.Learned.Refused,
                ["learned_macs"] = agent.View.Learned.Macs.Count,
                ["learned_neighbors"] = agent.View.Learned.Neighbors.Count,
                ["drops"] = Drops(counters),
            };
        });
    }

    /// <summary>The flows that are installed.</summary>
    public static async Task<JsonObject> FlowsAsync(AgentHost agent)
    {
        // The thread that forwards only copies; text is made here.
        var flows = await agent.OnUpcallThreadAsync(parts =>
            parts.Flows.Records.Where(IsStanding).Select(record => (record.Flow, Statistics: Read(agent, record), record.Created)).ToArray()
        );
        return new JsonObject { ["items"] = new JsonArray([.. flows.Select(flow => (JsonNode)Flow(flow.Flow, flow.Statistics, flow.Created))]) };
    }

    /// <summary>What the ports that are attached here have carried.</summary>
    public static Task<JsonObject> PortsAsync(AgentHost agent) =>
        agent.OnUpcallThreadAsync(parts =>
        {
            var counters = new List<PortCounters>();
            agent.Datapath.GetPortCounters(counters);
            return new JsonObject { ["items"] = new JsonArray([.. counters.Select(counter => (JsonNode)Port(agent, parts, counter))]) };
        });

    private static JsonObject Port(AgentHost agent, UpcallParts parts, PortCounters counter) =>
        new()
        {
            ["port"] = parts.Ports.TryGetVirtual(counter.Port, out var port) ? NameOf(agent.View.Topology, port) : null,
            ["interface"] = counter.Interface,
            ["datapath_port"] = counter.Port,
            ["rx_packets"] = counter.ReceivedPackets,
            ["rx_bytes"] = counter.ReceivedBytes,
            ["tx_packets"] = counter.SentPackets,
            ["tx_bytes"] = counter.SentBytes,
            ["tx_dropped"] = counter.Dropped,
            ["rx_missed"] = counter.Missed,
        };

    private static bool IsStanding(FlowRecord record) => record.State is FlowState.Installing or FlowState.Installed;

    private static FlowStatistics Read(AgentHost agent, FlowRecord record) =>
        agent.Datapath.TryGetStatistics(record.Flow.Id, out var statistics) ? statistics : record.Statistics;

    private static JsonObject Flow(DatapathFlow flow, FlowStatistics statistics, long created) =>
        new()
        {
            ["flow"] = FlowText.Format(flow.Key, flow.Mask),
            ["actions"] = FlowText.Format(flow.Key, flow.Actions.AsSpan()),
            ["packets"] = statistics.Packets,
            ["bytes"] = statistics.Bytes,
            ["used"] = statistics.LastUsed == 0 ? null : Seconds(statistics.LastUsed),
            ["age"] = Seconds(created),
        };

    private static string Seconds(long since) =>
        TimeProvider.System.GetElapsedTime(since).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + "s";

    private static JsonObject Drops(PathCounters counters)
    {
        var drops = new JsonObject();
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            if (counters.DropsOf(reason) is > 0 and var count)
                drops[reason.ToString()] = count;
        }
        return drops;
    }

    private static string NameOf(TopologySnapshot topology, PortId port) => topology.Ports.GetValueOrDefault(port)?.Name.ToString() ?? port.ToString();
}
