using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Errors;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Reads packets in the notation of ofproto/trace against a network, which fills in what the text does not tell.</summary>
/// <remarks>
/// Not told, and known from the description: the source's addresses are those of the station at the port; the Ethernet destination is
/// what that station would send to, the destination itself or a router.
/// </remarks>
internal sealed class PacketLine(TopologySnapshot topology)
{
    private readonly ImmutableArray<Port> _ports = [.. topology.Ports.Values.OrderBy(port => port.Name)];

    private readonly Dictionary<PortId, uint> _numbers = topology
        .Ports.Values.OrderBy(port => port.Name)
        .Select((port, index) => (port.Id, Number: (uint)index + 1))
        .ToDictionary(pair => pair.Id, pair => pair.Number);

    private readonly ILookup<string, Port> _byOwnName = topology.Ports.Values.ToLookup(port => port.Name.Name, StringComparer.Ordinal);

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="at">The line's place; the column is set to that of a mistake.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public TrialInput? Read(string text, SourcePosition at, out Problem? problem)
    {
        problem = null;
        if (!PacketNotation.TryParse(text, out var packet, out var error))
        {
            problem = new Problem(PacketErrors.Notation, error.Message) { At = at with { Column = error.Column } };
            return null;
        }
        var column = Math.Max(0, text.IndexOf("in_port", StringComparison.Ordinal)) + 1;
        problem = WhyNot(packet.InPort, out var port) is { } found ? found with { At = at with { Column = column } } : null;
        if (port is null || problem is not null)
            return null;
        var key = packet.Key;
        Complete(port, ref key, packet.Told);
        // A number that stands for the port in keys and masks: its place among all ports by name.
        key.InPort = _numbers[port.Id];
        return new TrialInput(port, key, packet.ToFrame(key), packet.At);
    }

    private Problem? WhyNot(string name, out Port? port)
    {
        port = null;
        if (name.Length == 0)
            return new Problem(PacketErrors.NoPort, "the packet has no in_port");
        var found = Find(name);
        if (found.Length > 1)
            return new Problem(PacketErrors.UnknownPort, $"several tenants have a port '{name}'")
            {
                Why = $"it could be {string.Join(", ", found.Select(known => known.Name))}",
            };
        if (found is not [var only])
        {
            return new Problem(PacketErrors.UnknownPort, $"there is no port '{name}'")
            {
                Remedy = NameHint.Of(name, _ports.Where(known => known.IsExterior).Select(known => $"{known.Name}")),
            };
        }
        port = only;
        return only.IsInterior ? new Problem(PacketErrors.InteriorPort, $"port '{only.Name}' is linked to another port") : null;
    }

    private Port[] Find(string name)
    {
        if (!name.Contains('/', StringComparison.Ordinal))
            return [.. _byOwnName[name].OrderBy(port => port.Name)];
        return DeviceName.TryParse(name, out var whole) && topology.Find(DeviceKind.Port, whole) is Port port ? [port] : [];
    }

    private void Complete(Port port, ref FlowKey key, in FlowMask told)
    {
        if (port.IsBridgePort && port.Mac is { } mac && told.IsWildcard(FlowField.EthSrc))
        {
            key.EthSrc = mac;
            if (key.EthType == EtherType.Arp && told.IsWildcard(FlowField.ArpSha))
                key.Set(FlowField.ArpSha, mac.Bits);
        }
        var isIp = key.EthType is EtherType.Ipv4 or EtherType.Ipv6;
        if (!isIp && key.EthType != EtherType.Arp)
            return;
        if (port.IsBridgePort && told.IsWildcard(FlowField.NwSrc) && AddressOf(port, key.Family) is { } source)
            key.NwSrc = source;
        var isResolved = isIp && told.IsWildcard(FlowField.EthDst) && !told.IsWildcard(FlowField.NwDst) && !key.NwDst.IsMulticast;
        if (isResolved && Probe.NextHop(topology, port, key.NwSrc, key.NwDst) is { } nextHop)
            key.EthDst = nextHop;
    }

    private static IpAddress? AddressOf(Port port, IpFamily family)
    {
        foreach (var address in port.Addresses)
        {
            if (address.Address.Family == family)
                return address.Address;
        }
        return null;
    }
}
