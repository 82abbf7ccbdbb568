using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Description;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Trials;

/// <summary>The facts that a trace read, as data: devices by name, so that people can read them; what there is none of is left out.</summary>
/// <remarks>docs/simulate.md lists the fields. <see cref="FactsReader"/> is the other way.</remarks>
internal static class FactsJson
{
    /// <summary>Begins what stands for a device that the network has no more, and that is remembered still; its id follows.</summary>
    public const char Nameless = '#';

    /// <summary>The facts.</summary>
    /// <param name="topology">Names the devices.</param>
    /// <param name="learned">The learned facts, <see cref="LearnedRead"/>.</param>
    /// <param name="connections">Those about connections.</param>
    /// <param name="lookups">What was looked up: of routers that were not, nothing that is held is told.</param>
    public static JsonObject Of(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        ConnectionFacts connections,
        IReadOnlySet<FlowTag> lookups
    )
    {
        string Name(DeviceRef device) =>
            topology.Find(device) is { } found ? $"{found.Name}" : string.Create(CultureInfo.InvariantCulture, $"{Nameless}{device.Id:x}");
        var facts = new JsonObject();
        Add(facts, "stations", learned.Macs.Select(fact => Station(fact.Key, fact.Value, Name)));
        var neighbors = learned.Neighbors.Select(fact => Neighbor(fact.Key, $"{fact.Value}", Name));
        Add(facts, "neighbors", neighbors.Concat(learned.FailedNeighbors.Select(key => Neighbor(key, null, Name))));
        Add(facts, "down", learned.DownPorts.Select(port => (JsonNode)Name(port)));
        Add(facts, "unreached", learned.UnreachedHosts.Select(host => (JsonNode)Name(host)));
        Add(facts, "members", learned.Health.SelectMany(pool => Members(topology, pool.Key, pool.Value)));
        Add(facts, "connections", connections.Found.Select(fact => Connection(fact.Key, fact.Value.Found, fact.Value.Other, Name)));
        Add(
            facts,
            "known",
            connections.Known.Select(both => new JsonObject { ["forward"] = Key(both.Forward, Name), ["return"] = Key(both.Return, Name) })
        );
        Add(
            facts,
            "mapped",
            connections.Mapped.Select(fact => new JsonObject { ["key"] = Key(fact.Key, Name), ["ports"] = Ranges(RangesOf(fact.Value)) })
        );
        Add(facts, "led", connections.Led.Select(fact => new JsonObject { ["key"] = Key(fact.Key, Name), ["count"] = fact.Value }));
        Add(facts, "full", connections.Full.Select(port => (JsonNode)Name(port)));
        if (connections.Ports != PortShare.All)
            facts["share"] = Share(connections.Ports, lookups, Name);
        return facts;
    }

    /// <summary>In an order of their own, so that the same facts are the same text.</summary>
    private static void Add(JsonObject facts, string name, IEnumerable<JsonNode> items)
    {
        var list = items.OrderBy(item => item.ToJsonString(), StringComparer.Ordinal).ToArray();
        if (list.Length > 0)
            facts[name] = new JsonArray(list);
    }

    private static JsonObject Station(MacKey key, PortId port, Func<DeviceRef, string> name) =>
        new()
        {
            ["bridge"] = name(key.Bridge),
            ["vlan"] = (int)key.Vlan,
            ["mac"] = $"{key.Mac}",
            ["port"] = name(port),
        };

    private static JsonObject Neighbor(NeighborKey key, string? mac, Func<DeviceRef, string> name) =>
        new()
        {
            ["port"] = name(key.Port),
            ["address"] = $"{key.Address}",
            ["mac"] = mac,
        };

    private static IEnumerable<JsonNode> Members(TopologySnapshot topology, PoolKey key, PoolHealth health)
    {
        if (!topology.Routers.TryGetValue(key.Router, out var router))
            yield break;
        foreach (var pool in router.Pools.Keys.Where(name => PoolKey.Of(router.Id, name) == key))
        {
            foreach (var (member, how) in health.Members)
                yield return new JsonObject
                {
                    ["router"] = $"{router.Name}",
                    ["pool"] = pool,
                    ["address"] = $"{member.Address}",
                    ["port"] = (int)member.Port,
                    ["percent"] = (int)how.Percent,
                    ["last"] = $"{how.Last}",
                    ["status"] = (int)how.Status,
                };
        }
    }

    private static JsonObject Connection(ConnectionKey key, ConnectionFound found, ConnectionKey? other, Func<DeviceRef, string> name) =>
        new()
        {
            ["key"] = Key(key, name),
            ["direction"] = $"{found.Direction}",
            ["phase"] = $"{found.Phase}",
            ["answered"] = found.IsAnswered,
            ["other"] = other is { } direction ? Key(direction, name) : null,
        };

    private static JsonObject Key(ConnectionKey key, Func<DeviceRef, string> name) =>
        new()
        {
            ["kind"] = Nouns.One(key.Device.Kind),
            ["device"] = name(key.Device),
            ["translated"] = key.IsTranslated,
            ["proto"] = (int)key.Protocol,
            ["src"] = $"{key.Source}",
            ["sport"] = (int)key.SourcePort,
            ["dst"] = $"{key.Destination}",
            ["dport"] = (int)key.DestinationPort,
        };

    private static JsonObject Share(PortShare share, IReadOnlySet<FlowTag> lookups, Func<DeviceRef, string> name) =>
        new()
        {
            ["part"] = share.Part,
            ["parts"] = share.Parts,
            ["held"] = share.Held is { } held
                ? new JsonArray([
                    .. HeldAt(held, lookups)
                        .Select(lease => new JsonObject
                        {
                            ["router"] = name(lease.Router),
                            ["address"] = $"{lease.Address}",
                            ["ports"] = Ranges(lease.Ports),
                            ["stations"] = lease.UnlessOthers is { } ranges ? Ranges(ranges) : null,
                        }),
                ])
                : null,
        };

    private static IEnumerable<(DeviceRef Router, IpAddress Address, PortRange[] Ports, PortRange[]? UnlessOthers)> HeldAt(
        HeldPorts held,
        IReadOnlySet<FlowTag> lookups
    ) =>
        held
            .All.Where(lease => lookups.Contains(FlowTag.Of(FlowTagKind.Router, lease.Router.Id)))
            .OrderBy(lease => (lease.Router.Id, lease.Address));

    private static JsonArray Ranges(IEnumerable<PortRange> ranges) =>
        [.. ranges.Select(range => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}"))];

    private static IEnumerable<PortRange> RangesOf(ulong[] words)
    {
        for (var port = 0; port < words.Length * 64; port++)
        {
            var first = port;
            while (port < words.Length * 64 && (words[port / 64] >> (port % 64) & 1) != 0)
                port++;
            if (port > first)
                yield return new PortRange((ushort)first, (ushort)(port - 1));
        }
    }
}
