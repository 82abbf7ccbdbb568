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
                ["revalidation_surprise"] = counters.Surprises,
                ["frames_emitted"] = counters.Emitted,
                ["packets_parked"] = parts.Effects.Parked,
                ["packets_given_up"] = parts.Effects.GivenUp,
                ["learned_macs"] = agent.View.Learned.Macs.Count,
                ["learned_neighbors"] = agent.View.Learned.Neighbors.Count,
                ["drops"] = Drops(counters),
            };
        });
    }

    /// <summary>The flows that are installed.</summary>
    public static Task<JsonObject> FlowsAsync(AgentHost agent) =>
        agent.OnUpcallThreadAsync(parts => new JsonObject
        {
            ["items"] = new JsonArray([.. parts.Flows.Records.Where(IsStanding).Select(record => (JsonNode)Flow(agent, record))]),
        });

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
        };

    private static bool IsStanding(FlowRecord record) => record.State is FlowState.Installing or FlowState.Installed;

    private static JsonObject Flow(AgentHost agent, FlowRecord record)
    {
        if (!agent.Datapath.TryGetStatistics(record.Flow, out var statistics))
            statistics = record.Statistics;
        var actions = record.Flow.Actions.Length == 0 ? "drop" : FlowText.Format(record.Flow.Key, record.Flow.Actions.AsSpan());
        return new JsonObject
        {
            ["flow"] = FlowText.Format(record.Flow.Key, record.Flow.Mask),
            ["actions"] = actions,
            ["packets"] = statistics.Packets,
            ["bytes"] = statistics.Bytes,
            ["used"] = statistics.LastUsed == 0 ? null : Seconds(statistics.LastUsed),
            ["age"] = Seconds(record.Created),
        };
    }

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
