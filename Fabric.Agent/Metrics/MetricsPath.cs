using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Devices;

namespace Fabric.Agent.Metrics;

/// <summary>Gathers what an agent's metrics are read from, when somebody asks.</summary>
internal static class MetricsPath
{
    /// <summary>All metrics of an agent as text.</summary>
    public static async Task<string> RunAsync(AgentHost agent) => MetricsText.Of(await ReadAsync(agent));

    /// <summary>What the metrics of an agent are read from, now.</summary>
    public static async Task<MetricSource> ReadAsync(AgentHost agent)
    {
        var status = await AgentReport.StatusAsync(agent);
        var topology = agent.View.Topology;
        var ports = new JsonArray();
        foreach (var port in ((JsonArray)(await AgentReport.PortsAsync(agent))["items"]!).OfType<JsonObject>())
        {
            // A tunnel's port is none of the network's.
            if (Find(topology, (string?)port["port"]) is not { } known)
                continue;
            var item = (JsonObject)port.DeepClone();
            item["device"] = topology.Find(known.Owner)?.Name.ToString();
            ports.Add((JsonNode)item);
        }
        return new MetricSource(status, ports);
    }

    private static Port? Find(TopologySnapshot topology, string? name) =>
        DeviceName.TryParse(name ?? "", out var parsed) ? topology.Find(DeviceKind.Port, parsed) as Port : null;
}
