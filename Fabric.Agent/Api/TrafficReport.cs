using System.Text.Json.Nodes;
using Fabric.Agent.FlowTable;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Api;

/// <summary>What rules, ports and devices have carried on this host, as JSON. docs/cli.md lists every key.</summary>
internal static class TrafficReport
{
    /// <summary>All that has carried something, the busiest first.</summary>
    public static async Task<JsonObject> OfAsync(AgentHost agent)
    {
        var topology = agent.View.Topology;
        var threads = await agent.OnEachThreadAsync(shard =>
            (Rules: shard.Parts.Keeper.Traffic.Rules.ToArray(), Devices: shard.Parts.Keeper.Traffic.Devices.ToArray())
        );
        var rules = Sum(threads.SelectMany(thread => thread.Rules));
        var devices = Sum(threads.SelectMany(thread => thread.Devices));
        return new JsonObject
        {
            ["rules"] = new JsonArray([
                .. rules.Select(rule => (JsonNode)Entry(rule.Value, ("chain", ChainName(rule.Key.Chain)), ("rule", rule.Key.Rule))),
            ]),
            ["devices"] = new JsonArray([
                .. devices.Select(device =>
                    (JsonNode)Entry(device.Value, ("kind", device.Key.Kind.ToString().ToLowerInvariant()), ("name", DeviceName(device.Key)))
                ),
            ]),
        };

        string ChainName(ChainId id) => topology.Chains.GetValueOrDefault(id)?.Name.ToString() ?? id.ToString();

        string DeviceName(FlowTag tag) =>
            tag.Kind switch
            {
                FlowTagKind.Port => topology.Ports.GetValueOrDefault(new PortId(tag.Device))?.Name.ToString(),
                FlowTagKind.Bridge => topology.Bridges.GetValueOrDefault(new BridgeId(tag.Device))?.Name.ToString(),
                FlowTagKind.Router => topology.Routers.GetValueOrDefault(new RouterId(tag.Device))?.Name.ToString(),
                _ => null,
            } ?? $"#{tag.Device}";
    }

    private static IEnumerable<KeyValuePair<T, Traffic>> Sum<T>(IEnumerable<KeyValuePair<T, Traffic>> parts)
        where T : notnull =>
        parts
            .GroupBy(part => part.Key, part => part.Value)
            .Select(group =>
                KeyValuePair.Create(group.Key, new Traffic(group.Sum(traffic => traffic.Packets), group.Sum(traffic => traffic.Bytes)))
            )
            .OrderByDescending(sum => sum.Value.Packets);

    private static JsonObject Entry(Traffic traffic, (string Key, string Value) first, (string Key, string Value) second) =>
        new()
        {
            [first.Key] = first.Value,
            [second.Key] = second.Value,
            ["packets"] = traffic.Packets,
            ["bytes"] = traffic.Bytes,
        };
}
