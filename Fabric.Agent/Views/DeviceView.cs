using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>The page of a device as data: how it is, facts, and tables; the tables are those of `fabric show`.</summary>
/// <remarks>One instance a page.</remarks>
internal sealed partial class DeviceView(TopologySnapshot topology, LearnedSnapshot learned, RuleTraffic traffic)
{
    private readonly JsonArray _facts = [];
    private readonly JsonArray _tables = [];

    /// <summary>The page.</summary>
    public JsonObject Of(Device device)
    {
        var state = DeviceState.Of(topology, learned, device);
        Describe(device);
        return new JsonObject
        {
            ["kind"] = Nouns.One(device.Ref.Kind),
            ["name"] = $"{device.Name}",
            ["position"] = topology.Position,
            ["state"] = state.Word,
            ["good"] = state.IsGood,
            ["why"] = state.Why,
            ["facts"] = _facts,
            ["tables"] = _tables,
            // What the page of a change begins with.
            ["description"] = device is Chain chain ? DescriptionWriter.Piece(topology, chain) : null,
            ["command"] = $"fabric show {Nouns.One(device.Ref.Kind)} {device.Name}",
        };
    }

    private void Describe(Device device)
    {
        switch (device)
        {
            case Port port:
                DescribePort(port);
                break;
            case Bridge bridge:
                DescribeChains(bridge.InboundChain, bridge.OutboundChain);
                AddPorts(bridge.Ref, "It has no ports.");
                AddStations(bridge);
                AddRules(bridge.InboundChain, "Rules inbound");
                AddRules(bridge.OutboundChain, "Rules outbound");
                break;
            case Router router:
                DescribeChains(router.InboundChain, router.OutboundChain);
                AddPorts(router.Ref, "It has no ports, and routes nothing.");
                AddOwn("Routes", RouteListing.Of(topology), router, "Only the subnets of its ports.");
                AddNeighbors(router);
                if (!router.Nat.IsEmpty)
                    AddOwn("Address translation", TranslationListings.Nat(topology), router, "");
                if (!router.Pools.IsEmpty)
                    AddOwn("Pools", TranslationListings.Pools(topology), router, "");
                if (!router.Balancers.IsEmpty)
                    AddOwn("Balancers", TranslationListings.Balancers(topology), router, "");
                AddRules(router.InboundChain, "Rules inbound");
                AddRules(router.OutboundChain, "Rules outbound");
                break;
            case Chain chain:
                AddRules(chain.Id, "Rules");
                AddUsers(chain);
                break;
            case Fabric.Devices.Host host:
                AddFact("underlay", string.Join(", ", host.Underlay.Select(address => $"{address}")), "none: it reaches no other host");
                AddPorts(host.Ref, "No port is bound to it.");
                break;
            case AddressSet set:
                AddTable(
                    "Members",
                    Rows("member", ["name"], set.Members.Select(member => new JsonNode?[] { $"{member}" })),
                    "It is empty."
                );
                AddUsers(set);
                break;
            case PortGroup group:
                AddFact("stateful", group.IsStateful ? "yes" : "no");
                AddPortTable(topology.Ports.Values.Where(port => port.Groups.Contains(group.Id)), "It has no members.");
                AddUsers(group);
                break;
        }
        AddFact("id", device.Ref.Id.ToString("x16", CultureInfo.InvariantCulture));
        AddFact("version", device.Version.ToString(CultureInfo.InvariantCulture));
    }

    private void DescribePort(Port port)
    {
        AddFact(Nouns.One(port.Owner.Kind), port.Owner);
        AddFact("peer", port.Peer);
        if (port.Binding is { } binding)
        {
            AddFact("host", binding.Host);
            AddFact("interface", binding.Interface);
        }
        AddFact("mac", port.Mac?.ToString(), port.IsExterior ? "learned from traffic" : "none");
        AddFact("addresses", string.Join(", ", port.Addresses.Select(address => $"{address}")), "none");
        DescribeChains(port.InboundChain, port.OutboundChain);
        if (topology.TunnelKeys.Of(port.Ref) is not 0 and var key)
            AddFact("tunnel key", key.ToString(CultureInfo.InvariantCulture));
        AddRules(port.InboundChain, "Rules inbound: what enters the device by this port");
        AddRules(port.OutboundChain, "Rules outbound: what leaves the device by this port");
    }

    private void DescribeChains(ChainId? inbound, ChainId? outbound)
    {
        AddFact("inbound", inbound is { } first ? first : null, "no rules");
        AddFact("outbound", outbound is { } second ? second : null, "no rules");
    }

    private void AddFact(string label, DeviceRef? reference, string otherwise = "none")
    {
        var device = reference is { } known ? topology.Find(known) : null;
        AddFact(label, device?.Name.Name, otherwise, device is null ? null : DeviceState.PageOf(device));
    }

    private void AddFact(string label, string? value, string otherwise = "none", string? to = null) =>
        _facts.Add(
            (JsonNode)
                new JsonObject
                {
                    ["label"] = label,
                    ["value"] = string.IsNullOrEmpty(value) ? otherwise : value,
                    ["to"] = to,
                }
        );

    private void AddPorts(DeviceRef device, string empty) =>
        AddPortTable(
            topology.ReferrersOf(device).Where(reference => reference.Kind == DeviceKind.Port).Select(topology.Find).OfType<Port>(),
            empty
        );

    private void AddPortTable(IEnumerable<Port> ports, string empty) => AddTable("Ports", PortListing.Of(topology, ports), empty);

    private void AddUsers(Device device) =>
        AddTable(
            "Used by",
            Rows(
                "device",
                ["kind", "name"],
                topology
                    .ReferrersOf(device.Ref)
                    .Select(topology.Find)
                    .OfType<Device>()
                    .OrderBy(user => (user.Ref.Kind, user.Name))
                    .Select(user => new JsonNode?[] { Nouns.One(user.Ref.Kind), $"{user.Name}" })
            ),
            "Nothing uses it."
        );

    private void AddTable(string title, Listing listing, string empty) =>
        _tables.Add(
            (JsonNode)
                new JsonObject
                {
                    ["title"] = title,
                    ["empty"] = empty,
                    ["columns"] = new JsonArray([
                        .. listing.Columns.Where(column => !column.IsWide).Select(column => (JsonNode)column.Name),
                    ]),
                    ["listing"] = ListingData.Of(listing),
                }
        );

    private static Listing Rows(string kind, string[] columns, IEnumerable<JsonNode?[]> rows) =>
        new(
            kind,
            [.. columns.Select(column => new Column(column))],
            [.. rows.Select(row => System.Collections.Immutable.ImmutableArray.Create(row))]
        );
}
