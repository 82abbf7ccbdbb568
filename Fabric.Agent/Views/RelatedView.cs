using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>
/// What has to do with a thing of the map: a port with its device, host, interface and tunnels; a host, an interface or a tunnel with its ports.
/// </summary>
/// <remarks>
/// One instance a question. Interfaces and tunnels are no devices, and are named by where they are: interface/HOST/NAME, and tunnel/HOST/HOST with the
/// hosts in the order of their names. A tunnel is between two hosts that have underlay addresses and ports of one network, by whatever bridges and
/// routers these are linked.
/// </remarks>
internal sealed class RelatedView(TopologySnapshot topology)
{
    /// <summary>Things that are named at most; the others are counted.</summary>
    public const int MaxItems = 5000;

    private readonly Dictionary<DeviceRef, HashSet<HostId>> _networks = [];
    private readonly SortedDictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>The thing itself and all that it has to do with, by id; null if there is no such thing.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="id">What it is: port/shop/web1, host/a, interface/a/eth1, tunnel/a/b.</param>
    public static JsonObject? Of(TopologySnapshot topology, string id)
    {
        var view = new RelatedView(topology);
        if (!view.TryAdd(id))
            return null;
        var items = view._found.Take(MaxItems).Select(pair => (JsonNode)new JsonObject { ["id"] = pair.Key, ["kind"] = pair.Value });
        return new JsonObject
        {
            ["id"] = id,
            ["position"] = topology.Position,
            ["items"] = new JsonArray([.. items]),
            ["more"] = Math.Max(0, view._found.Count - MaxItems),
        };
    }

    private bool TryAdd(string id)
    {
        if (id.Split('/', 2) is not [var kind, var name])
            return false;
        if (kind is "interface" or "tunnel")
            return name.Split('/', 2) is [var first, var second] && Host(first) is { } host && TryAdd(kind, host, second);
        if (Nouns.Parse(kind) is not { } noun || !DeviceName.TryParse(name, out var device) || topology.Find(noun, device) is not { } found)
            return false;
        switch (found)
        {
            case Port port:
                AddPort(port);
                AddDevice(port.Owner);
                if (port.Peer is { } peer && topology.Ports.TryGetValue(peer, out var other))
                    AddDevice(other.Owner);
                AddLinked(port.Owner);
                AddPlace(port);
                break;
            case Fabric.Devices.Host host:
                AddDevice(host.Ref);
                foreach (var port in PortsOf(host))
                    AddPlace(port);
                break;
            default:
                AddDevice(found.Ref);
                AddLinked(found.Ref);
                foreach (var port in Referring(found.Ref).Where(port => port.IsExterior))
                    AddPort(port);
                break;
        }
        return true;
    }

    private bool TryAdd(string kind, Fabric.Devices.Host host, string name)
    {
        if (kind == "interface")
        {
            if (PortsOf(host).FirstOrDefault(port => port.Binding?.Interface == name) is not { } port)
                return false;
            AddPlace(port);
            AddDevice(port.Owner);
            return true;
        }
        if (Host(name) is not { } other || string.CompareOrdinal(host.Name.Name, name) >= 0)
            return false;
        Port[] users =
        [
            .. PortsOf(host).Where(port => NetworkOf(port.Owner).Contains(other.Id)),
            .. PortsOf(other).Where(port => NetworkOf(port.Owner).Contains(host.Id)),
        ];
        if (!IsBetween(host, other) || users.Length == 0)
            return false;
        _found[IdOf(host, other)] = "tunnel";
        foreach (var port in users)
            AddPort(port, isWhole: true);
        AddDevice(host.Ref);
        AddDevice(other.Ref);
        return true;
    }

    /// <summary>A port with where it is: its host, its interface there, and the tunnels that its packets may take.</summary>
    private void AddPlace(Port port)
    {
        AddPort(port, isWhole: true);
        if (port.Binding is not { } binding || !topology.Hosts.TryGetValue(binding.Host, out var host))
            return;
        AddDevice(host.Ref);
        foreach (var id in NetworkOf(port.Owner))
        {
            if (topology.Hosts.TryGetValue(id, out var other) && IsBetween(host, other))
                _found[IdOf(host, other)] = "tunnel";
        }
    }

    private void AddPort(Port port, bool isWhole = false)
    {
        _found[DeviceState.PageOf(port)] = "port";
        if (isWhole && port.Binding is { } binding && topology.Hosts.TryGetValue(binding.Host, out var host))
            _found[$"interface/{host.Name.Name}/{binding.Interface}"] = "interface";
    }

    private void AddDevice(DeviceRef reference)
    {
        if (topology.Find(reference) is { } device)
            _found[DeviceState.PageOf(device)] = Nouns.One(reference.Kind);
    }

    private void AddLinked(DeviceRef device)
    {
        foreach (var linked in Linked(device))
            AddDevice(linked);
    }

    /// <summary>The hosts that have ports at a device or at what it is linked with, however far; the same set for all of these.</summary>
    private HashSet<HostId> NetworkOf(DeviceRef device)
    {
        if (_networks.TryGetValue(device, out var known))
            return known;
        var hosts = new HashSet<HostId>();
        var waiting = new Stack<DeviceRef>([device]);
        _networks[device] = hosts;
        while (waiting.TryPop(out var next))
        {
            hosts.UnionWith(Referring(next).Where(port => port.Binding is not null).Select(port => port.Binding!.Value.Host));
            foreach (var linked in Linked(next))
            {
                if (_networks.TryAdd(linked, hosts))
                    waiting.Push(linked);
            }
        }
        return hosts;
    }

    private IEnumerable<DeviceRef> Linked(DeviceRef device) =>
        Referring(device)
            .Select(port => port.Peer is { } peer ? topology.Ports.GetValueOrDefault(peer) : null)
            .OfType<Port>()
            .Select(peer => peer.Owner);

    private IEnumerable<Port> PortsOf(Fabric.Devices.Host host) => Referring(host.Ref).Where(port => port.Binding?.Host == host.Id);

    private IEnumerable<Port> Referring(DeviceRef device) =>
        topology.ReferrersOf(device).Where(reference => reference.Kind == DeviceKind.Port).Select(topology.Find).OfType<Port>();

    private Fabric.Devices.Host? Host(string name) =>
        DeviceName.TryParse(name, out var parsed) ? topology.Find(DeviceKind.Host, parsed) as Fabric.Devices.Host : null;

    private static bool IsBetween(Fabric.Devices.Host one, Fabric.Devices.Host other) =>
        one.Id != other.Id && one.Underlay.Any() && other.Underlay.Any();

    private static string IdOf(Fabric.Devices.Host one, Fabric.Devices.Host other) =>
        string.CompareOrdinal(one.Name.Name, other.Name.Name) < 0
            ? $"tunnel/{one.Name.Name}/{other.Name.Name}"
            : $"tunnel/{other.Name.Name}/{one.Name.Name}";
}
