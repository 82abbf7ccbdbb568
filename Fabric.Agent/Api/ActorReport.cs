using System.Text.Json.Nodes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of the actors of the hive, as JSON.</summary>
internal static class ActorReport
{
    /// <summary>Where the actors live.</summary>
    /// <param name="view">The actors.</param>
    /// <param name="topology">The description, for the names of their devices.</param>
    public static JsonObject Of(ActorsView view, TopologySnapshot topology) =>
        new()
        {
            ["writer"] = view.Writer,
            ["silent"] = new JsonArray([.. view.Silent.Select(node => (JsonNode)node)]),
            ["items"] = new JsonArray([.. view.Devices.Select(actor => (JsonNode)Of(actor, topology))]),
        };

    private static JsonObject Of(DeviceActorView actor, TopologySnapshot topology) =>
        new()
        {
            ["kind"] = actor.Device.Kind.ToString().ToLowerInvariant(),
            // One that was deleted a moment ago, or is not there yet, has no name.
            ["device"] = topology.Find(actor.Device)?.Name.ToString() ?? $"id {actor.Device.Id:x}",
            ["node"] = actor.Node,
            ["shard"] = actor.Shard,
            ["waiting"] = actor.Waiting,
        };
}
