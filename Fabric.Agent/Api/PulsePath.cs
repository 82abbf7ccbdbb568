using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Views;

namespace Fabric.Agent.Api;

/// <summary>Gathers what is told once a second to all who watch.</summary>
internal sealed class PulsePath(AgentHost agent, AlarmLoop alarms, TimeProvider clock)
{
    /// <summary>The agent's state, what is wrong, and what the ports of this host have carried.</summary>
    /// <param name="number">The number of the pulse.</param>
    public async Task<JsonObject> RunAsync(long number)
    {
        var status = await AgentReport.StatusAsync(agent);
        var (topology, learned) = (agent.View.Topology, agent.View.Learned);
        var counters = await agent.OnEachThreadAsync(shard =>
        {
            var ports = new List<PortCounters>();
            shard.Datapath.GetPortCounters(ports);
            return ports
                .Select(port => (Name: shard.Parts.Ports.TryGetVirtual(port.Port, out var id) ? id : default, Counters: port))
                .ToArray();
        });
        var ports = new JsonObject();
        foreach (var (id, counter) in counters.SelectMany(thread => thread))
        {
            if (topology.Ports.TryGetValue(id, out var port))
                ports[$"{port.Name}"] = new JsonArray(
                    counter.ReceivedPackets,
                    counter.ReceivedBytes,
                    counter.SentPackets,
                    counter.SentBytes,
                    counter.Dropped + counter.Missed
                );
        }
        var wrong = AlarmView.Of(status, topology, learned);
        alarms.Take(wrong);
        return new JsonObject
        {
            ["number"] = number,
            ["time"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["status"] = status,
            ["alarms"] = wrong,
            ["ports"] = ports,
        };
    }
}
