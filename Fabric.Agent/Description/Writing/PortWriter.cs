using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes ports, each in one line.</summary>
internal static class PortWriter
{
    /// <summary>Writes a port of a bridge as a map.</summary>
    public static string WriteBridgePort(Port port, NameWriter names)
    {
        var entries = new List<(string, string)> { (PortShape.On.Name, names.Of(port.Owner)) };
        AddBinding(entries, port, names);
        var derived = NameHash.MacOf(port.Name);
        if (port.Mac is null && !port.Addresses.IsEmpty)
            entries.Add((PortShape.Mac.Name, "learn"));
        else if (port.Mac == derived && port.Addresses.IsEmpty)
            entries.Add((PortShape.Mac.Name, "auto"));
        else if (port.Mac is { } mac && mac != derived)
            entries.Add((PortShape.Mac.Name, YamlText.Scalar(mac.ToString())));
        AddAddresses(entries, PortShape.Ip.Name, port);
        AddPeer(entries, port, names);
        AddCommon(entries, port, names);
        return YamlText.Map(entries);
    }

    /// <summary>Writes a port of a router as a map.</summary>
    public static string WriteRouterPort(Port port, NameWriter names)
    {
        var entries = new List<(string, string)>();
        if (port.Mac is { } mac && mac != NameHash.MacOf(port.Name))
            entries.Add((RouterPortShape.Mac.Name, YamlText.Scalar(mac.ToString())));
        AddAddresses(entries, RouterPortShape.Addresses.Name, port, isWhole: true);
        if (LinkedBridge(names.Topology, port) is { } bridge)
            entries.Add((RouterPortShape.Link.Name, names.Of(bridge)));
        else
            AddPeer(entries, port, names);
        AddBinding(entries, port, names);
        AddCommon(entries, port, names);
        return YamlText.Map(entries);
    }

    /// <summary>The port is the end at a bridge of a link that `link` writes: it needs no line of its own.</summary>
    public static bool IsImplied(TopologySnapshot topology, Port port) =>
        port.Peer is { } peer && topology.Ports[peer] is { IsRouterPort: true } other && LinkedBridge(topology, other) == port.Owner;

    /// <summary>The bridge that a router's port is linked to, if the bridge's end is as `link` makes it.</summary>
    private static DeviceRef? LinkedBridge(TopologySnapshot topology, Port port)
    {
        if (port.Peer is not { } peer || topology.Ports[peer] is not { IsBridgePort: true } other)
            return null;
        var bridge = topology.Bridges[other.Owner.AsBridge];
        var router = topology.Routers[port.Owner.AsRouter];
        var plain = new Port
        {
            Id = other.Id,
            Name = LinkedPort.NameOf(bridge.Name, router.Name.Name),
            Version = other.Version,
            Owner = other.Owner,
            Peer = port.Id,
        };
        return other == plain ? bridge.Ref : null;
    }

    private static void AddBinding(List<(string, string)> entries, Port port, NameWriter names)
    {
        if (port.Binding is not { } binding)
            return;
        entries.Add((PortKeys.Host.Name, names.Of(binding.Host)));
        if (binding.Interface != port.Name.Name)
            entries.Add((PortKeys.Interface.Name, YamlText.Name(binding.Interface)));
    }

    private static void AddAddresses(List<(string, string)> entries, string key, Port port, bool isWhole = false)
    {
        if (port.Addresses.IsEmpty)
            return;
        var addresses = port.Addresses.Select(address => isWhole ? $"{address.Address}/{address.PrefixLength}" : address.ToString());
        entries.Add((key, YamlText.Sequence(addresses.Select(YamlText.Scalar))));
    }

    /// <summary>A link is written at one end: at the router's where there is one, else at the end that comes first by name.</summary>
    private static void AddPeer(List<(string, string)> entries, Port port, NameWriter names)
    {
        if (port.Peer is not { } peer || names.Topology.Ports[peer] is not { } other)
            return;
        var isHere = port.IsRouterPort != other.IsRouterPort ? port.IsRouterPort : port.Name.CompareTo(other.Name) < 0;
        if (isHere)
            entries.Add((PortKeys.Peer.Name, names.Of(other.Ref)));
    }

    private static void AddCommon(List<(string, string)> entries, Port port, NameWriter names)
    {
        if (!port.IsAdminUp)
            entries.Add((PortKeys.Admin.Name, "down"));
        if (port.InboundChain is { } inbound)
            entries.Add((PortKeys.Inbound.Name, names.Of(inbound)));
        if (port.OutboundChain is { } outbound)
            entries.Add((PortKeys.Outbound.Name, names.Of(outbound)));
        if (!port.Groups.IsEmpty)
        {
            var groups = port.Groups.Select(group => names.Of(group)).Order(StringComparer.Ordinal);
            entries.Add((PortKeys.Groups.Name, YamlText.Sequence(groups)));
        }
    }
}
