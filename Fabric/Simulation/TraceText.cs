using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>The words of traces: devices by their names, drops as one sentence.</summary>
public static partial class TraceText
{
    /// <summary>Why a packet goes nowhere, in one sentence that names what decided.</summary>
    public static string DropSentence(TopologySnapshot topology, DropReason reason, Decider decider)
    {
        var place = Place(topology, decider.Device);
        return reason switch
        {
            DropReason.None => "not dropped",
            DropReason.Rule => $"dropped by {Rule(topology, decider)}",
            DropReason.RuleReject => $"rejected by {Rule(topology, decider)}",
            DropReason.UnknownIngress => "dropped: no virtual port is attached where it came in",
            DropReason.PortAdminDown => $"dropped: {place} is administratively down",
            DropReason.PortDown => $"dropped: the interface of {place} is down or missing",
            DropReason.DeviceAdminDown => $"dropped: {place} is administratively down",
            DropReason.PortUnlinked => $"dropped: {place} has neither a peer nor a binding",
            DropReason.MulticastSource => $"dropped at {place}: its source is a group address",
            DropReason.SamePort => $"dropped at {place}: the destination is behind the port that it came in by",
            DropReason.NoOtherPort => $"dropped at {place}: there is no other port to flood to",
            DropReason.NotForRouter => $"dropped at {place}: its Ethernet destination is not the router's",
            DropReason.NotRoutable => $"dropped at {place}: neither ARP, IPv4 nor IPv6",
            DropReason.TaggedAtRouter => $"dropped at {place}: a router takes no VLAN-tagged frames",
            DropReason.Malformed => $"dropped at {place}: its IP header is malformed",
            DropReason.TtlExceeded => $"dropped at {place}: its time to live ran out",
            DropReason.NoRoute => $"dropped at {place}: no route to the destination",
            DropReason.Blackhole => $"dropped at {place}: the route is a blackhole",
            DropReason.RouteReject => $"dropped at {place}: the route rejects",
            DropReason.GatewayOffLink => $"dropped at {place}: the next hop is in no subnet of the route's port",
            DropReason.NeighborUnreachable => $"dropped at {place}: the next hop does not answer",
            DropReason.NotForwardable => $"dropped at {place}: routers do not forward such addresses",
            DropReason.NoLocalService => $"dropped at {place}: it is for the router itself, and nothing there listens",
            DropReason.BridgeLoop => $"dropped at {place}: it has been there before; bridges are linked in a circle",
            DropReason.HopLimit => $"dropped at {place}: it went through {SimulationLimits.MaxHops} devices; the topology has a loop",
            DropReason.StepLimit =>
                $"dropped at {place}: its copies took {SimulationLimits.MaxSteps} steps; the topology has a loop of floods",
            DropReason.ChainDepth =>
                $"dropped by {Rule(topology, decider)}: chains jump deeper than {SimulationLimits.MaxChainDepth} or more often than {SimulationLimits.MaxJumps}",
            DropReason.VlanDepth => $"dropped by {Rule(topology, decider)}: the packet has two VLAN tags already",
            DropReason.BadNeighborMessage => $"dropped at {place}: the ARP or neighbor discovery message is not acceptable",
            DropReason.PeerUnreachable => $"dropped at {place}: the destination's host is not reachable",
            DropReason.UnknownPeer => $"dropped at {place}: it came through a tunnel from an address that is no host's",
            DropReason.UnknownTunnelKey => $"dropped at {place}: it came through a tunnel by a key that is no port's of this host",
            DropReason.ConnectionLimit => $"dropped at {place}: no more connections are remembered for the port that it came in by",
            DropReason.NatNoConnection => $"dropped at {place}: it is of no connection that is translated there, and begins none",
            DropReason.NatExhausted => $"dropped at {place}: every address and port that it could be translated to is taken",
            DropReason.NatNoAddress => $"dropped at {place}: no address of the other prefix stands for it",
            DropReason.NatNoCounterpart => $"dropped at {place}: it is nothing that the other IP version knows",
            DropReason.FragmentAlone => $"dropped at {place}: a later fragment, and the first of its packet did not come",
            DropReason.NoPoolMember => $"dropped at {place}: no member of the pool takes it",
            DropReason.PacketTooLong => $"dropped at {place}: it is longer than the tunnel to the destination's host takes",
        };
    }

    /// <summary>A packet enters a device by a port.</summary>
    public static string Enters(TopologySnapshot topology, Port port) => $"enters {Place(topology, port.Owner)} by port `{port.Name.Name}`";

    /// <summary>A copy leaves the network by an exterior port.</summary>
    public static string Leaves(TopologySnapshot topology, Port port)
    {
        var host = port.Binding is { } binding ? topology.Hosts.GetValueOrDefault(binding.Host) : null;
        return host is null
            ? $"leaves by port `{port.Name.Name}`"
            : $"leaves by port `{port.Name.Name}` ({port.Binding!.Value.Interface} at host `{host.Name}`)";
    }

    /// <summary>A bridge looked for a station.</summary>
    public static string Station(TopologySnapshot topology, MacAddress mac, PortId? port) =>
        port is { } id ? $"{mac} is behind {Place(topology, id)}" : $"{mac} is not known";

    /// <summary>A device by kind and name: port `web1`.</summary>
    public static string Place(TopologySnapshot topology, DeviceRef device) =>
        $"{Noun(device.Kind)} `{topology.Find(device)?.Name.Name ?? device.Id.ToString("x16", CultureInfo.InvariantCulture)}`";

    /// <summary>A rule by name, place and hook: rule `no-telnet` (2nd of chain `web-in`, inbound at port `web1`).</summary>
    public static string Rule(TopologySnapshot topology, Decider decider)
    {
        var chain = topology.Chains.GetValueOrDefault(decider.Chain);
        var name = chain is not null && decider.RuleIndex < chain.Rules.Length ? chain.Rules[decider.RuleIndex].Name : "?";
        var hook = decider.Hook is ChainHook.PortOutbound or ChainHook.DeviceOutbound ? "outbound" : "inbound";
        return $"rule `{name}` ({Ordinal(decider.RuleIndex + 1)} of {Place(topology, decider.Chain)}, {hook} at {Place(topology, decider.Device)})";
    }

    private static string Noun(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Port => "port",
            DeviceKind.Bridge => "bridge",
            DeviceKind.Router => "router",
            DeviceKind.Chain => "chain",
            DeviceKind.AddressSet => "address set",
            DeviceKind.PortGroup => "port group",
            DeviceKind.Host => "host",
        };

    private static string Ordinal(int number)
    {
        var suffix = (number % 100) is >= 11 and <= 13
            ? "th"
            : (number % 10) switch
            {
                1 => "st",
                2 => "nd",
                3 => "rd",
                _ => "th",
            };
        return number.ToString(CultureInfo.InvariantCulture) + suffix;
    }
}
