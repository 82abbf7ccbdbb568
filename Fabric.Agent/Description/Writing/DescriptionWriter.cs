using System.Globalization;
using System.Text;
using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes a description as fabric.yaml.</summary>
/// <remarks>
/// The same description always gives the same bytes: names in ordinal order, defaults left out, ids and versions not written.
/// Reading the text gives an equal description, ids aside.
/// </remarks>
public sealed class DescriptionWriter
{
    private readonly TopologySnapshot _topology;
    private readonly StringBuilder _text = new("fabric: v1\n");
    private readonly ILookup<DeviceRef, Port> _portsByOwner;

    private DescriptionWriter(TopologySnapshot topology, IEnumerable<Port> ports)
    {
        _topology = topology;
        _portsByOwner = ports.ToLookup(port => port.Owner);
    }

    /// <summary>Writes a description.</summary>
    /// <exception cref="FabricException">A device's name cannot be written: only hosts have no tenant.</exception>
    public static string Write(TopologySnapshot topology)
    {
        var writer = new DescriptionWriter(topology, topology.Ports.Values);
        writer.WriteHosts();
        writer.WriteTenants();
        return writer._text.ToString();
    }

    /// <summary>What the description says of one device, a router's ports aside; costs the device, not the network.</summary>
    /// <param name="topology">The network that it is in.</param>
    /// <param name="device">The device.</param>
    /// <returns>Its lines, the first not indented.</returns>
    public static string[] Lines(TopologySnapshot topology, Device device)
    {
        var writer = new DescriptionWriter(topology, []);
        writer._text.Clear();
        writer.WriteDevice(device, new NameWriter(topology, device.Name.Tenant));
        var lines = writer._text.ToString().TrimEnd('\n').Split('\n');
        var indent = lines[0].Length - lines[0].TrimStart(' ').Length;
        return [.. lines.Select(line => line[indent..])];
    }

    /// <summary>A description of one chain and nothing else, which `fabric apply` takes.</summary>
    /// <param name="topology">The network that it is in.</param>
    /// <param name="chain">The chain.</param>
    public static string Piece(TopologySnapshot topology, Chain chain)
    {
        var writer = new DescriptionWriter(topology, []);
        writer.Line(0, $"{RootShape.Tenants.Name}:");
        writer.Line(1, $"{YamlText.Name(chain.Name.Tenant)}:");
        writer.Line(2, $"{TenantShape.Chains.Name}:");
        writer.WriteChain(chain, new NameWriter(topology, chain.Name.Tenant));
        return writer._text.ToString();
    }

    private void WriteDevice(Device device, NameWriter names)
    {
        switch (device)
        {
            case Devices.Host host:
                WriteHost(host);
                break;
            case Bridge bridge:
                WriteBridge(bridge, names);
                break;
            case Router router:
                WriteRouter(router, names);
                break;
            case Port port:
                WritePort(port, names);
                break;
            case Chain chain:
                WriteChain(chain, names);
                break;
            case AddressSet set:
                WriteSet(set);
                break;
            case PortGroup group:
                WriteGroup(group);
                break;
        }
    }

    private void WriteHosts()
    {
        if (_topology.Hosts.IsEmpty)
            return;
        Line(0, $"{RootShape.Hosts.Name}:");
        foreach (var host in _topology.Hosts.Values.OrderBy(host => host.Name))
            WriteHost(host);
    }

    private void WriteHost(Devices.Host host)
    {
        var addresses = YamlText.Sequence(host.Underlay.Select(address => YamlText.Scalar(address.ToString())));
        Entry(1, host, host.Underlay.IsEmpty ? [] : [(HostShape.Underlay.Name, addresses)]);
    }

    private void WriteTenants()
    {
        var tenants = _topology.Names.Keys.Where(key => key.Kind != DeviceKind.Host).Select(key => key.Name.Tenant).Distinct();
        var ordered = tenants.Order(StringComparer.Ordinal).ToArray();
        if (ordered is ["", ..])
            throw new FabricException(DescriptionErrors.NotExpressible, "a device that is no host has no tenant");
        if (ordered.Length > 0)
            Line(0, $"{RootShape.Tenants.Name}:");
        foreach (var tenant in ordered)
        {
            Line(1, $"{YamlText.Name(tenant)}:");
            WriteTenant(new NameWriter(_topology, tenant));
        }
    }

    private void WriteTenant(NameWriter names)
    {
        Section(names, TenantShape.Bridges, _topology.Bridges.Values, bridge => WriteBridge(bridge, names));
        Section(names, TenantShape.Routers, _topology.Routers.Values, router => WriteRouter(router, names));
        Section(
            names,
            TenantShape.Ports,
            _topology.Ports.Values.Where(port => port.IsBridgePort && !PortWriter.IsImplied(_topology, port)),
            port => WritePort(port, names)
        );
        Section(names, TenantShape.Chains, _topology.Chains.Values, chain => WriteChain(chain, names));
        Section(names, TenantShape.Sets, _topology.AddressSets.Values, WriteSet);
        Section(names, TenantShape.Groups, _topology.PortGroups.Values, WriteGroup);
    }

    private void Section<T>(NameWriter names, Key key, IEnumerable<T> devices, Action<T> write)
        where T : Device
    {
        var ordered = devices.Where(device => device.Name.Tenant == names.Tenant).OrderBy(device => device.Name).ToArray();
        if (ordered.Length > 0)
            Line(2, $"{key.Name}:");
        foreach (var device in ordered)
            write(device);
    }

    private void WriteBridge(Bridge bridge, NameWriter names) =>
        Entry(3, bridge, Device(bridge.IsAdminUp, bridge.InboundChain, bridge.OutboundChain, names));

    private void WritePort(Port port, NameWriter names) =>
        Line(
            3,
            $"{YamlText.Name(port.Name.Name)}: {(port.IsBridgePort ? PortWriter.WriteBridgePort(port, names) : PortWriter.WriteRouterPort(port, names))}"
        );

    private void WriteGroup(PortGroup group) => Entry(3, group, group.IsStateful ? [(GroupShape.Stateful.Name, "true")] : []);

    private void WriteRouter(Router router, NameWriter names)
    {
        var ports = _portsByOwner[router.Ref].OrderBy(port => port.Name).ToArray();
        List<(string, string)> entries = [.. Device(router.IsAdminUp, router.InboundChain, router.OutboundChain, names)];
        if (router.Timers != RouterTimers.Usual)
            entries.Add((RouterShape.Timers.Name, YamlText.Map([.. TimersWriter.Write(router.Timers)])));
        if (ports.Length == 0 && router.Routes.IsEmpty && router.Pools.IsEmpty && !router.Translates)
        {
            Entry(3, router, entries);
            return;
        }
        Line(3, $"{YamlText.Name(router.Name.Name)}:");
        foreach (var (key, value) in entries)
            Line(4, $"{key}: {value}");
        if (ports.Length > 0)
            Line(4, $"{RouterShape.Ports.Name}:");
        foreach (var port in ports)
            Line(5, $"{YamlText.Name(port.Name.Name)}: {PortWriter.WriteRouterPort(port, names)}");
        if (!router.Routes.IsEmpty)
            Line(4, $"{RouterShape.Routes.Name}:");
        foreach (var route in router.Routes.Values)
            Line(5, $"{YamlText.Name(route.Name)}: {YamlText.Map(Route(route, names))}");
        if (!router.Nat.IsEmpty)
            Line(4, $"{RouterShape.Nat.Name}:");
        foreach (var rule in router.Nat.Values)
            Line(5, $"{YamlText.Name(rule.Name)}: {YamlText.Map([.. NatWriter.Write(rule, names)])}");
        WritePools(router);
    }

    private void WritePools(Router router)
    {
        if (!router.Pools.IsEmpty)
            Line(4, $"{RouterShape.Pools.Name}:");
        foreach (var pool in router.Pools.Values)
        {
            Line(5, pool == new Pool { Name = pool.Name } ? $"{YamlText.Name(pool.Name)}: {{}}" : $"{YamlText.Name(pool.Name)}:");
            if (pool.Method != BalancingMethod.Maglev)
                Line(6, $"{PoolShape.Method.Name}: {PoolShape.Method.Form.WordOf(pool.Method)}");
            if (pool.Check is { } check)
                Line(6, $"{PoolShape.Check.Name}: {YamlText.Map([.. CheckWriter.Write(check)])}");
            if (pool.SlowStartSeconds > 0)
                Line(6, $"{PoolShape.SlowStart.Name}: {CheckForms.Write(pool.SlowStartSeconds * 1000)}");
            if (!pool.Members.IsEmpty)
                Line(6, $"{PoolShape.Members.Name}:");
            foreach (var member in pool.Members.Values)
                Line(7, $"{YamlText.Name(member.Name)}: {YamlText.Map([.. BalancerWriter.Write(member)])}");
        }
        if (!router.Balancers.IsEmpty)
            Line(4, $"{RouterShape.Balancers.Name}:");
        foreach (var balancer in router.Balancers.Values)
            Line(5, $"{YamlText.Name(balancer.Name)}: {YamlText.Map([.. BalancerWriter.Write(balancer)])}");
    }

    private static List<(string, string)> Route(Route route, NameWriter names)
    {
        var entries = new List<(string, string)> { (RouteShape.To.Name, YamlText.Scalar(route.Destination.ToString())) };
        if (route.Source != IpPrefix.All(route.Destination.Family))
            entries.Add((RouteShape.From.Name, YamlText.Scalar(route.Source.ToString())));
        if (route.Gateway is { } gateway)
            entries.Add((RouteShape.Via.Name, YamlText.Scalar(gateway.ToString())));
        if (route.Port is { } port)
            entries.Add((RouteShape.Port.Name, names.Of(port)));
        if (route.Kind != RouteKind.Forward)
            entries.Add((RouteShape.Kind.Name, RouteShape.Kind.Form.WordOf(route.Kind)));
        if (route.Metric != Devices.Route.DefaultMetric)
            entries.Add((RouteShape.Metric.Name, route.Metric.ToString(CultureInfo.InvariantCulture)));
        if (route.Weight != 1)
            entries.Add((RouteShape.Weight.Name, route.Weight.ToString(CultureInfo.InvariantCulture)));
        return entries;
    }

    private void WriteChain(Chain chain, NameWriter names)
    {
        Line(3, chain.Rules.IsEmpty ? $"{YamlText.Name(chain.Name.Name)}: []" : $"{YamlText.Name(chain.Name.Name)}:");
        foreach (var rule in chain.Rules)
            Line(4, $"- {RuleWriter.Write(rule, names)}");
    }

    private void WriteSet(AddressSet set)
    {
        var members = set.Members.Select(member => YamlText.Scalar(member.ToString()));
        Line(3, $"{YamlText.Name(set.Name.Name)}: {YamlText.Sequence(members)}");
    }

    private static List<(string, string)> Device(bool isAdminUp, ChainId? inbound, ChainId? outbound, NameWriter names)
    {
        // The keys of a bridge; those of a router have the same names.
        var entries = new List<(string, string)>();
        if (!isAdminUp)
            entries.Add((BridgeShape.Admin.Name, "down"));
        if (inbound is { } enters)
            entries.Add((BridgeShape.Inbound.Name, names.Of(enters)));
        if (outbound is { } leaves)
            entries.Add((BridgeShape.Outbound.Name, names.Of(leaves)));
        return entries;
    }

    private void Entry(int depth, Device device, List<(string, string)> entries) =>
        Line(depth, $"{YamlText.Name(device.Name.Name)}: {YamlText.Map(entries)}");

    private void Line(int depth, string line) => _text.Append(' ', depth * 2).Append(line).Append('\n');
}
