using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Description;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Reads the facts of a recorded trace, as <see cref="FactsJson"/> writes them, against a network.</summary>
/// <remarks>What is about a device by a name that the network does not have is passed over: nothing there can ask for it.</remarks>
internal sealed class FactsReader(TopologySnapshot topology)
{
    /// <summary>Facts of a kind at most; a trace reads some dozens. What a fact of ports takes is 8 KiB.</summary>
    public const int MaxItems = 4096;

    /// <summary>What was learned.</summary>
    public LearnedSnapshot Learned { get; private set; } = LearnedSnapshot.Empty;

    /// <summary>What was known of connections.</summary>
    public ConnectionFacts Connections { get; } = new();

    /// <summary>Reads them.</summary>
    /// <param name="facts">The facts; null for none, as in records of programs that kept none.</param>
    /// <exception cref="FormatException">Something in it is not what it must be.</exception>
    public void Read(JsonObject? facts)
    {
        foreach (var item in Items(facts, "stations"))
        {
            if (Bridge(Text(item, "bridge")) is { } bridge && Port(Text(item, "port")) is { } port)
                Learned = Learned with
                {
                    Macs = Learned.Macs.SetItem(new MacKey(bridge, (ushort)Number(item, "vlan"), Mac(Text(item, "mac"))), port),
                };
        }
        foreach (var item in Items(facts, "neighbors"))
            ReadNeighbor(item);
        foreach (var name in Names(facts, "down"))
        {
            if (Port(name) is { } port)
                Learned = Learned with { DownPorts = Learned.DownPorts.Add(port) };
        }
        foreach (var name in Names(facts, "unreached"))
        {
            if (Find(DeviceKind.Host, name) is { } host)
                Learned = Learned with { UnreachedHosts = Learned.UnreachedHosts.Add(new HostId(host.Id)) };
        }
        foreach (var item in Items(facts, "members"))
            ReadMember(item);
        ReadConnections(facts);
        if (facts?["share"] is JsonObject share)
            ReadShare(share);
    }

    private void ReadNeighbor(JsonObject item)
    {
        if (Port(Text(item, "port")) is not { } port)
            return;
        var key = new NeighborKey(port, Address(Text(item, "address")));
        Learned = item["mac"] is null
            ? Learned with
            {
                FailedNeighbors = Learned.FailedNeighbors.Add(key),
            }
            : Learned with
            {
                Neighbors = Learned.Neighbors.SetItem(key, Mac(Text(item, "mac"))),
            };
    }

    private void ReadMember(JsonObject item)
    {
        if (Find(DeviceKind.Router, Text(item, "router")) is not { } router)
            return;
        var key = PoolKey.Of(new RouterId(router.Id), Text(item, "pool"));
        var member = new MemberKey(key, Address(Text(item, "address")), (ushort)Number(item, "port"));
        var how = new MemberHealth(
            (byte)Number(item, "percent", MemberHealth.Whole),
            Word<CheckResult>(item, "last"),
            (ushort)Number(item, "status")
        );
        var known = Learned.Health.TryGetValue(key, out var before) ? before : PoolHealth.Unknown;
        Learned = Learned with { Health = Learned.Health.SetItem(key, known.With(member, how)) };
    }

    private void ReadConnections(JsonObject? facts)
    {
        foreach (var item in Items(facts, "connections"))
        {
            var other = item["other"] is JsonObject direction ? Key(direction) : null;
            if (Key(item["key"]) is not { } key || item["other"] is not null && other is null)
                continue;
            var isAnswered = item["answered"] is JsonValue answered && answered.TryGetValue<bool>(out var value) && value;
            var found = new ConnectionFound(
                default,
                Word<FlowDirection>(item, "direction"),
                Word<ConnectionPhase>(item, "phase"),
                isAnswered
            );
            Connections.Found[key] = (found, other);
        }
        foreach (var item in Items(facts, "known"))
        {
            if (Key(item["forward"]) is { } forward && Key(item["return"]) is { } back)
                Connections.Known.Add((forward, back));
        }
        foreach (var item in Items(facts, "mapped"))
        {
            if (Key(item["key"]) is { } key)
                Connections.Mapped[key] = BitsOf(Ranges(item["ports"]));
        }
        foreach (var item in Items(facts, "led"))
        {
            if (Key(item["key"]) is { } key)
                Connections.Led[key] = Number(item, "count", int.MaxValue);
        }
        foreach (var name in Names(facts, "full"))
        {
            if (Port(name) is { } port)
                Connections.Full.Add(port);
        }
    }

    private void ReadShare(JsonObject share)
    {
        if (Number(share, "parts") is var parts && parts < 1)
            throw Wrong("parts");
        var held = share["held"] is null
            ? null
            : HeldPorts.Of(
                Items(share, "held")
                    .Select(item => (Item: item, Router: Find(DeviceKind.Router, Text(item, "router"))))
                    .Where(lease => lease.Router is not null)
                    .Select(lease =>
                        (
                            lease.Router!.Value,
                            Address(Text(lease.Item, "address")),
                            Ranges(lease.Item["ports"]),
                            lease.Item["stations"] is null ? null : Ranges(lease.Item["stations"])
                        )
                    )
            );
        Connections.Ports = new PortShare(Number(share, "part", parts - 1), parts) { Held = held };
    }

    private ConnectionKey? Key(JsonNode? node)
    {
        if (node is not JsonObject key || Nouns.Parse(Text(key, "kind")) is not { } kind)
            throw Wrong("key");
        return Find(kind, Text(key, "device")) is { } device
            ? new ConnectionKey(
                device,
                (byte)Number(key, "proto", byte.MaxValue),
                Address(Text(key, "src")),
                Address(Text(key, "dst")),
                (ushort)Number(key, "sport"),
                (ushort)Number(key, "dport"),
                key["translated"] is JsonValue translated && translated.TryGetValue<bool>(out var value) && value
            )
            : null;
    }

    private DeviceRef? Find(DeviceKind kind, string name)
    {
        if (name.StartsWith(FactsJson.Nameless))
            return ulong.TryParse(name.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
                ? new DeviceRef(kind, id)
                : throw Wrong(name);
        return DeviceName.TryParse(name, out var whole) ? topology.Find(kind, whole)?.Ref : null;
    }

    private PortId? Port(string name) => Find(DeviceKind.Port, name) is { } port ? new PortId(port.Id) : null;

    private BridgeId? Bridge(string name) => Find(DeviceKind.Bridge, name) is { } bridge ? new BridgeId(bridge.Id) : null;

    private static IEnumerable<JsonObject> Items(JsonObject? facts, string name) =>
        List(facts, name).Select(item => item as JsonObject ?? throw Wrong(name));

    private static IEnumerable<string> Names(JsonObject? facts, string name) => List(facts, name).Select(item => Text(item, name));

    private static JsonArray List(JsonObject? facts, string name)
    {
        var list = facts?[name] is not { } items ? [] : items as JsonArray ?? throw Wrong(name);
        return list.Count <= MaxItems
            ? list
            : throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"it has {list.Count} of '{name}', more than the {MaxItems} that are read")
            );
    }

    private static string Text(JsonObject item, string name) => Text(item[name], name);

    private static string Text(JsonNode? node, string name) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(name);

    private static int Number(JsonObject item, string name, int most = ushort.MaxValue) =>
        item[name] is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0 && number <= most
            ? number
            : throw Wrong(name);

    private static T Word<T>(JsonObject item, string name)
        where T : struct, Enum => Enum.TryParse<T>(Text(item, name), out var word) && Enum.IsDefined(word) ? word : throw Wrong(name);

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw Wrong(text);

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw Wrong(text);

    private static PortRange[] Ranges(JsonNode? list) =>
        [.. (list as JsonArray ?? throw Wrong("ports")).Select(item => Range(Text(item, "ports")))];

    private static PortRange Range(string text)
    {
        var ends = text.Split('-');
        var isRange = ends.Length == 2;
        ushort first = 0;
        ushort last = 0;
        isRange &= isRange && ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out first);
        isRange &= isRange && ushort.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out last);
        return isRange && first <= last ? new PortRange(first, last) : throw Wrong(text);
    }

    private static ulong[] BitsOf(PortRange[] ranges)
    {
        var words = new ulong[(ushort.MaxValue + 1) / 64];
        foreach (var range in ranges)
        {
            for (int port = range.First; port <= range.Last; port++)
                words[port / 64] |= 1UL << (port % 64);
        }
        return words;
    }

    private static FormatException Wrong(string what) => new($"'{what}' is not what it must be");
}
