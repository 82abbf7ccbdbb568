using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>The network as a picture: what is where, what is linked, and how it is.</summary>
internal static class MapView
{
    /// <summary>The picture as data.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What is known of it.</param>
    public static JsonObject Of(TopologySnapshot topology, LearnedSnapshot learned)
    {
        var layout = new NetworkLayout(topology);
        return new JsonObject
        {
            ["position"] = topology.Position,
            ["left"] = layout.Left,
            ["width"] = layout.Width,
            ["height"] = layout.Height,
            ["tenants"] = new JsonArray([.. layout.Tenants.Select(tenant => (JsonNode)Tenant(topology, tenant.Tenant, tenant.Box))]),
            ["nodes"] = new JsonArray([
                .. layout
                    .Boxes.Select(pair => (Device: topology.Find(pair.Key)!, pair.Value))
                    .OrderBy(pair => (pair.Device.Ref.Kind, pair.Device.Name))
                    .Select(pair => (JsonNode)Node(topology, learned, pair.Device, pair.Value)),
            ]),
            ["links"] = new JsonArray([.. Links(topology)]),
        };
    }

    private static JsonObject Tenant(TopologySnapshot topology, string tenant, MapBox box)
    {
        var data = new JsonObject { ["name"] = tenant };
        Place(data, box);
        data["routers"] = topology.Routers.Values.Count(router => router.Name.Tenant == tenant);
        data["bridges"] = topology.Bridges.Values.Count(bridge => bridge.Name.Tenant == tenant);
        data["ports"] = topology.Ports.Values.Count(port => port.IsExterior && port.Name.Tenant == tenant);
        return data;
    }

    private static JsonObject Node(TopologySnapshot topology, LearnedSnapshot learned, Device device, MapBox box)
    {
        var state = DeviceState.Of(topology, learned, device);
        var data = new JsonObject
        {
            ["id"] = DeviceState.PageOf(device),
            ["kind"] = Nouns.One(device.Ref.Kind),
            ["name"] = device.Name.Name,
            ["tenant"] = device.Name.Tenant,
        };
        Place(data, box);
        if (!state.IsGood)
            data["state"] = state.Word;
        if (device is Port port)
        {
            data["owner"] = topology.Find(port.Owner) is { } owner ? DeviceState.PageOf(owner) : null;
            if (port.Binding is { } binding && topology.Hosts.TryGetValue(binding.Host, out var host))
            {
                data["host"] = DeviceState.PageOf(host);
                data["interface"] = binding.Interface;
            }
            if (port.InboundChain is not null || port.OutboundChain is not null)
                data["filtered"] = true;
            Chains(data, topology, port.InboundChain, port.OutboundChain);
        }
        else
        {
            if (device is Bridge bridge)
                Chains(data, topology, bridge.InboundChain, bridge.OutboundChain);
            else if (device is Router router)
                Chains(data, topology, router.InboundChain, router.OutboundChain);
            data["ports"] = topology.ReferrersOf(device.Ref).Count(reference => reference.Kind == DeviceKind.Port);
        }
        return data;
    }

    /// <summary>The chains that are attached, by whole name: a change of one is seen where it is.</summary>
    private static void Chains(JsonObject data, TopologySnapshot topology, ChainId? inbound, ChainId? outbound)
    {
        var names = new[] { inbound, outbound }
            .OfType<ChainId>()
            .Distinct()
            .Select(id => topology.Chains.GetValueOrDefault(id))
            .OfType<Chain>();
        if (names.Select(chain => (JsonNode)$"{chain.Name}").ToArray() is { Length: > 0 } chains)
            data["chains"] = new JsonArray(chains);
    }

    private static void Place(JsonObject data, MapBox box)
    {
        data["x"] = box.X;
        data["y"] = box.Y;
        data["w"] = box.Width;
        data["h"] = box.Height;
    }

    private static IEnumerable<JsonNode> Links(TopologySnapshot topology) =>
        MapLink
            .Of(topology)
            .Select(link =>
                (JsonNode)
                    new JsonObject
                    {
                        ["from"] = DeviceState.PageOf(link.From),
                        ["to"] = DeviceState.PageOf(link.To),
                        ["ports"] = new JsonArray($"{link.Port.Name}", $"{link.Peer.Name}"),
                    }
            );
}
