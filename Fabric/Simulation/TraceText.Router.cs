using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

public static partial class TraceText
{
    /// <summary>A router chose a route, or found none.</summary>
    internal static string Route(TopologySnapshot topology, IpAddress destination, Route? route)
    {
        if (route is null)
            return $"no route to {destination}";
        var name = route.Name.StartsWith(RoutingTable.ConnectedPrefix, StringComparison.Ordinal)
            ? "the connected subnet"
            : $"route `{route.Name}`";
        var way = route.Kind switch
        {
            RouteKind.Forward => ByPort(topology, route),
            RouteKind.Blackhole => "a blackhole",
            RouteKind.Reject => "rejecting",
        };
        var source = route.Source.Length == 0 ? "" : $" from {route.Source}";
        return $"to {destination}: {name} {route.Destination}{source}, {way}";
    }

    /// <summary>A router knows the station of a next hop.</summary>
    internal static string Neighbor(Port outPort, IpAddress hop, MacAddress mac) =>
        $"next hop {hop} at port `{outPort.Name.Name}` is {mac}";

    /// <summary>A router does not know the station of a next hop and asks.</summary>
    internal static string AsksFor(Port outPort, IpAddress hop) =>
        $"next hop {hop} at port `{outPort.Name.Name}` is unknown: asks by {(hop.Family == IpFamily.V4 ? "ARP" : "neighbor discovery")} and waits";

    /// <summary>A router rewrote what a router rewrites.</summary>
    internal static string Readdresses(Port outPort, MacAddress mac) =>
        string.Create(CultureInfo.InvariantCulture, $"from {outPort.Mac} to {mac}, time to live one less");

    /// <summary>A device told the source what is wrong.</summary>
    internal static string Answers(IcmpError error) =>
        "answers its source: "
        + error switch
        {
            IcmpError.NoRoute => "ICMP network unreachable",
            IcmpError.HostUnreachable => "ICMP host unreachable",
            IcmpError.Prohibited => "ICMP administratively prohibited",
            IcmpError.RouteRejects => "ICMP prohibited by route",
            IcmpError.TtlExceeded => "ICMP time exceeded",
            IcmpError.ProtocolUnreachable => "ICMP unknown protocol",
            IcmpError.PortUnreachable => "ICMP port unreachable",
            IcmpError.BeyondScope => "ICMP beyond scope of source address",
            IcmpError.SourceRoute => "ICMP source route failed",
        };

    /// <summary>A device ended a TCP connection.</summary>
    internal static string Resets() => "answers its source: TCP reset";

    /// <summary>A router answered a ping.</summary>
    internal static string AnswersEcho(IpAddress speaker) => $"answers the echo request as {speaker}";

    /// <summary>A device told a station's address.</summary>
    internal static string TellsStation(IpAddress address, MacAddress mac) => $"answers that {address} is at {mac}";

    private static string ByPort(TopologySnapshot topology, Route route)
    {
        var port = route.Port is { } id ? topology.Ports.GetValueOrDefault(id) : null;
        var gateway = route.Gateway is { } hop ? $"via {hop} " : "";
        return $"{gateway}by port `{port?.Name.Name}`";
    }
}
