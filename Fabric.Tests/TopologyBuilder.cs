using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests;

/// <summary>Tells a network as a story: every step is a command that is decided and applied as any other.</summary>
/// <remarks>
/// <code>
/// var net = new TopologyBuilder()
///     .Bridge("left").Port("vm1", "left", mac: "02:00:00:00:00:01", addresses: "10.0.0.1/24")
///     .Router("edge").Connect("left", "edge", "02:00:00:00:01:01", "10.0.0.254/24")
///     .Chain("web-in", TopologyBuilder.Rule("no-telnet", RuleAction.Drop, new RuleMatch { ... }));
/// TopologySnapshot topology = net.Topology;
/// PortId vm1 = net.PortId("vm1");
/// </code>
/// Ids count from 1 per kind in the order of creation. A refused step throws with the rejection's message.
/// Steps that change a device that exists keep everything that they do not name.
/// </remarks>
public sealed class TopologyBuilder
{
    /// <summary>The host that exterior ports are bound to unless another is named; made when first needed.</summary>
    public const string DefaultHost = "host1";

    private readonly Dictionary<DeviceKind, ulong> _lastIds = [];
    private string _tenant = "acme";

    /// <summary>The network as told so far.</summary>
    public TopologySnapshot Topology { get; private set; } = TopologySnapshot.Empty;

    /// <summary>Every event so far, in order.</summary>
    public List<TopologyEvent> Events { get; } = [];

    /// <summary>Names of later steps are of this tenant; "acme" at first.</summary>
    public TopologyBuilder Tenant(string tenant)
    {
        _tenant = tenant;
        return this;
    }

    /// <summary>Decides and applies any command.</summary>
    public TopologyBuilder Do(TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(Topology, command);
        if (decision.Rejection is { } rejection)
            throw new InvalidOperationException($"{rejection.Reason}: {rejection.Message}");
        foreach (var happened in decision.Events)
        {
            Topology = TopologyEvolution.Apply(Topology, happened);
            Events.Add(happened);
        }
        Topology = Topology with { Position = Topology.Position + 1 };
        return this;
    }

    public TopologyBuilder Host(string name, params string[] underlay) =>
        Put(
            new Host
            {
                Id = new HostId(IdFor(DeviceKind.Host, name)),
                Name = new DeviceName("", name),
                Underlay = [.. underlay.Select(text => IpAddress.Parse(text))],
            }
        );

    public TopologyBuilder Bridge(string name, bool up = true, string? inbound = null, string? outbound = null) =>
        Put(
            new Bridge
            {
                Id = new BridgeId(IdFor(DeviceKind.Bridge, name)),
                Name = Name(name),
                IsAdminUp = up,
                InboundChain = ChainOrNone(inbound),
                OutboundChain = ChainOrNone(outbound),
            }
        );

    /// <summary>Creates a router, or changes all of it but its routes.</summary>
    public TopologyBuilder Router(string name, bool up = true, string? inbound = null, string? outbound = null)
    {
        var id = new RouterId(IdFor(DeviceKind.Router, name));
        var router = Topology.Routers.GetValueOrDefault(id) ?? new Router { Id = id, Name = Name(name) };
        return Put(router with { IsAdminUp = up, InboundChain = ChainOrNone(inbound), OutboundChain = ChainOrNone(outbound) });
    }

    /// <summary>A port bound to an interface of its own name: where a station is attached.</summary>
    /// <param name="name">The port's name, also of its interface (its first 15 characters).</param>
    /// <param name="device">The bridge or router.</param>
    /// <param name="mac">Station's address at a bridge port, own address at a router port.</param>
    /// <param name="addresses">Addresses with or without length, separated by spaces.</param>
    /// <param name="inbound">Chain, or none.</param>
    /// <param name="outbound">Chain, or none.</param>
    /// <param name="groups">Port groups separated by spaces.</param>
    /// <param name="up">Administrative state.</param>
    /// <param name="host">The host.</param>
    public TopologyBuilder Port(
        string name,
        string device,
        string? mac = null,
        string addresses = "",
        string? inbound = null,
        string? outbound = null,
        string groups = "",
        bool up = true,
        string host = DefaultHost
    )
    {
        if (Topology.Find(DeviceKind.Host, new DeviceName("", host)) is null)
            Host(host);
        var binding = new HostBinding(HostId(host), name.Length > 15 ? name[..15] : name);
        return Put(NewPort(name, device, mac, addresses, inbound, outbound, groups, up) with { Binding = binding });
    }

    /// <summary>A port without binding: to be linked to another.</summary>
    public TopologyBuilder InteriorPort(
        string name,
        string device,
        string? mac = null,
        string addresses = "",
        string? inbound = null,
        string? outbound = null,
        string groups = "",
        bool up = true
    ) => Put(NewPort(name, device, mac, addresses, inbound, outbound, groups, up));

    /// <summary>Links two ports.</summary>
    public TopologyBuilder Link(string first, string second) => Do(new TopologyCommand.LinkPorts(PortId(first), PortId(second)));

    /// <summary>Joins a bridge to a router by two new ports, named BRIDGE-ROUTER at the bridge and ROUTER-BRIDGE at the router.</summary>
    public TopologyBuilder Connect(string bridge, string router, string mac, string addresses) =>
        InteriorPort($"{bridge}-{router}", bridge)
            .InteriorPort($"{router}-{bridge}", router, mac, addresses)
            .Link($"{bridge}-{router}", $"{router}-{bridge}");

    /// <summary>Changes a port by a function; its peer is changed by links only.</summary>
    public TopologyBuilder ChangePort(string name, Func<Port, Port> change) => Put(change(Topology.Ports[PortId(name)]));

    /// <summary>Creates a chain or replaces its rules.</summary>
    public TopologyBuilder Chain(string name, params Rule[] rules) =>
        Put(
            new Chain
            {
                Id = new ChainId(IdFor(DeviceKind.Chain, name)),
                Name = Name(name),
                Rules = [.. rules],
            }
        );

    /// <summary>Adds a rule at the end of a chain.</summary>
    public TopologyBuilder AddRule(string chain, Rule rule) =>
        Do(new TopologyCommand.InsertRule(ChainId(chain), Topology.Chains[ChainId(chain)].Rules.Length, rule));

    /// <summary>A rule; everything matches by default.</summary>
    public static Rule Rule(string name, RuleAction action, RuleMatch? match = null, ChainId? jumpTo = null, VlanTag? vlan = null) =>
        new()
        {
            Name = name,
            Action = action,
            Match = match ?? RuleMatch.Everything,
            JumpTo = jumpTo,
            Vlan = vlan,
        };

    /// <summary>A route by a port, to a gateway or to the link.</summary>
    public TopologyBuilder Route(
        string router,
        string name,
        string destination,
        string port,
        string? gateway = null,
        string? source = null,
        int metric = Fabric.Devices.Route.DefaultMetric,
        int weight = 1
    ) =>
        Route(
            router,
            NewRoute(name, destination, source) with
            {
                Port = PortId(port),
                Gateway = gateway is null ? null : IpAddress.Parse(gateway),
                Metric = metric,
                Weight = weight,
            }
        );

    /// <summary>A route that ends traffic: blackhole or reject.</summary>
    public TopologyBuilder Route(string router, string name, string destination, RouteKind kind, string? source = null) =>
        Route(router, NewRoute(name, destination, source) with { Kind = kind });

    public TopologyBuilder Route(string router, Route route) => Do(new TopologyCommand.PutRoute(RouterId(router), route));

    /// <summary>Gives a router a pool and balancers for it.</summary>
    public TopologyBuilder Balance(string router, Pool pool, params Balancer[] balancers)
    {
        var known = Topology.Routers[RouterId(router)];
        return Put(
            known with
            {
                Pools = known.Pools.SetItem(pool.Name, pool),
                Balancers = known.Balancers.SetItems(balancers.Select(balancer => KeyValuePair.Create(balancer.Name, balancer))),
            }
        );
    }

    /// <summary>Rules of a router's address translation, with those that it has.</summary>
    public TopologyBuilder Nat(string router, params NatRule[] rules)
    {
        var known = Topology.Routers[RouterId(router)];
        return Put(known with { Nat = known.Nat.SetItems(rules.Select(rule => KeyValuePair.Create(rule.Name, rule))) });
    }

    /// <summary>An address set of prefixes.</summary>
    public TopologyBuilder Set(string name, params string[] members) =>
        Put(
            new AddressSet
            {
                Id = new AddressSetId(IdFor(DeviceKind.AddressSet, name)),
                Name = Name(name),
                Members = [.. members.Select(text => IpPrefix.Parse(text))],
            }
        );

    /// <summary>A port group.</summary>
    public TopologyBuilder Group(string name, bool stateful = false) =>
        Put(
            new PortGroup
            {
                Id = new PortGroupId(IdFor(DeviceKind.PortGroup, name)),
                Name = Name(name),
                IsStateful = stateful,
            }
        );

    /// <summary>Creates a device or makes it look like this.</summary>
    public TopologyBuilder Put(Device device) => Do(new TopologyCommand.PutDevice(device));

    /// <summary>Deletes a device.</summary>
    public TopologyBuilder Delete(DeviceRef device) => Do(new TopologyCommand.DeleteDevice(device));

    public PortId PortId(string name) => new(IdOf(DeviceKind.Port, name));

    public BridgeId BridgeId(string name) => new(IdOf(DeviceKind.Bridge, name));

    public RouterId RouterId(string name) => new(IdOf(DeviceKind.Router, name));

    public ChainId ChainId(string name) => new(IdOf(DeviceKind.Chain, name));

    public AddressSetId SetId(string name) => new(IdOf(DeviceKind.AddressSet, name));

    public PortGroupId GroupId(string name) => new(IdOf(DeviceKind.PortGroup, name));

    public HostId HostId(string name) => new(IdOf(DeviceKind.Host, name));

    private Port NewPort(
        string name,
        string device,
        string? mac,
        string addresses,
        string? inbound,
        string? outbound,
        string groups,
        bool up
    ) =>
        new()
        {
            Id = new PortId(IdFor(DeviceKind.Port, name)),
            Name = Name(name),
            Owner = (Topology.Find(DeviceKind.Bridge, Name(device)) ?? Find(DeviceKind.Router, device)).Ref,
            IsAdminUp = up,
            Mac = mac is null ? null : MacAddress.Parse(mac),
            Addresses = [.. Words(addresses).Select(ParseAddress)],
            InboundChain = ChainOrNone(inbound),
            OutboundChain = ChainOrNone(outbound),
            Groups = [.. Words(groups).Select(GroupId).OrderBy(id => id.Value)],
        };

    private static Route NewRoute(string name, string destination, string? source)
    {
        var prefix = IpPrefix.Parse(destination);
        return new Route
        {
            Name = name,
            Destination = prefix,
            Source = source is null ? IpPrefix.All(prefix.Family) : IpPrefix.Parse(source),
        };
    }

    private static InterfaceAddress ParseAddress(string text) =>
        IpPrefix.TryParseInterface(text, out var address, out var length)
            ? new InterfaceAddress(address, length)
            : throw new FormatException($"'{text}' is not an address with or without length");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private DeviceName Name(string name) => new(_tenant, name);

    private ChainId? ChainOrNone(string? name) => name is null ? null : ChainId(name);

    private Device Find(DeviceKind kind, string name) =>
        Topology.Find(kind, kind == DeviceKind.Host ? new DeviceName("", name) : Name(name))
        ?? throw new InvalidOperationException($"the story has no {kind} '{name}'");

    private ulong IdOf(DeviceKind kind, string name) => Find(kind, name).Ref.Id;

    /// <summary>The id of a device that exists, or the next one.</summary>
    private ulong IdFor(DeviceKind kind, string name)
    {
        if (Topology.Find(kind, kind == DeviceKind.Host ? new DeviceName("", name) : Name(name)) is { } known)
            return known.Ref.Id;
        return _lastIds[kind] = _lastIds.GetValueOrDefault(kind) + 1;
    }
}
