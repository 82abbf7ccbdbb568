using System.Text.Json.Nodes;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Api;

/// <summary>What rules, ports and devices have carried on this host, and what was dropped, as JSON. docs/cli.md lists every key.</summary>
internal static class TrafficReport
{
    /// <summary>All that has carried something, the busiest first.</summary>
    /// <param name="agent">Whose.</param>
    /// <param name="words">
    /// What is wanted, with spaces between: names of chains for their rules, KIND:NAME for a device, `link:` for the ports by which devices are linked;
    /// empty for all.
    /// </param>
    /// <param name="limit">How many rules and devices at most; 0 for all.</param>
    public static async Task<JsonObject> OfAsync(AgentHost agent, string words = "", int limit = 0)
    {
        var topology = agent.View.Topology;
        var threads = await agent.OnEachThreadAsync(shard =>
            (
                Rules: shard.Parts.Keeper.Traffic.Rules.ToArray(),
                Devices: shard.Parts.Keeper.Traffic.Devices.ToArray(),
                shard.Parts.Path.Counters,
                shard.Parts.Keeper.Traffic
            )
        );
        var wanted = words.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var most = limit == 0 ? int.MaxValue : limit;
        var rules = Sum(threads.SelectMany(thread => thread.Rules))
            .Where(rule => wanted.Count == 0 || wanted.Contains(ChainName(rule.Key.Chain)))
            .Take(most);
        var devices = Sum(threads.SelectMany(thread => thread.Devices)).Where(device => IsWanted(device.Key)).Take(most);
        return new JsonObject
        {
            ["rules"] = new JsonArray([
                .. rules.Select(rule => (JsonNode)Entry(rule.Value, ("chain", ChainName(rule.Key.Chain)), ("rule", rule.Key.Rule))),
            ]),
            ["devices"] = new JsonArray([
                .. devices.Select(device => (JsonNode)Entry(device.Value, ("kind", KindOf(device.Key)), ("name", DeviceName(device.Key)))),
            ]),
            ["drops"] = Drops(threads.Select(thread => (thread.Counters, thread.Traffic)).ToArray()),
        };

        bool IsWanted(FlowTag tag) =>
            wanted.Count == 0
            || wanted.Contains($"{KindOf(tag)}:{DeviceName(tag)}")
            || wanted.Contains(CarriedView.LinkPorts)
                && tag.Kind == FlowTagKind.Port
                && topology.Ports.GetValueOrDefault(new PortId(tag.Device))?.Peer is not null;

        static string KindOf(FlowTag tag) => tag.Kind.ToString().ToLowerInvariant();

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

    /// <summary>Packets that were dropped, by reason: those that were decided on, and those of flows.</summary>
    public static JsonObject Drops(IReadOnlyCollection<(PathCounters Path, TrafficCounters Flows)> threads)
    {
        var drops = new JsonObject();
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            if (threads.Sum(thread => thread.Path.DropsOf(reason) + thread.Flows.DropsOf(reason)) is > 0 and var count)
                drops[reason.ToString()] = count;
        }
        return drops;
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
