using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

public static partial class TraceText
{
    /// <summary>A rule gives a new connection an address and port outside.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="back">The direction of the answers.</param>
    /// <param name="own">The ports that are the station's own; null if none are.</param>
    internal static string Chooses(NatRule rule, in ConnectionKey back, PortRange? own = null)
    {
        var among = own is { } ports ? $", of the station's own ports {ports.First} to {ports.Last}" : "";
        return $"NAT rule `{rule.Name}` begins a translation: answers come to {Ends(back.Destination, back.DestinationPort)}{among}";
    }

    /// <summary>A deterministic rule gives a station no other's ports.</summary>
    internal static string HasNoneLeft(AddressRange addresses, PortRange own) =>
        $"of the station's own ports {own.First} to {own.Last} of {addresses} none is left";

    /// <summary>Another host may have them all, or this one waits for the first.</summary>
    internal static string HoldsNoPorts(AddressRange addresses) => $"no block of ports of {addresses} is leased to this host yet";

    /// <summary>A rule translates a destination.</summary>
    internal static string Redirects(NatRule rule) => $"NAT rule `{rule.Name}` is for this destination";

    /// <summary>A balancer has chosen a member for a new connection.</summary>
    internal static string ChoosesMember(Balancer balancer, Pool pool, PoolMember member)
    {
        var why = pool.Method switch
        {
            BalancingMethod.Maglev => "by the hash of the connection",
            BalancingMethod.Source => "by the hash of the client's address",
            BalancingMethod.LeastConnections => "it has the fewest connections for its weight",
        };
        return $"balancer `{balancer.Name}` chooses member `{member.Name}` of pool `{pool.Name}`: {why}";
    }

    /// <summary>A balancer has a client stay at its member.</summary>
    internal static string KeepsMember(Balancer balancer, Pool pool, PoolMember member) =>
        $"balancer `{balancer.Name}` keeps the client at member `{member.Name}` of pool `{pool.Name}`, which it was at";

    /// <summary>A TCP segment is in the middle of a connection that nobody knows; who asks about a packet mostly leaves its flags out.</summary>
    internal static string BeginsNothing() =>
        "knows no connection of this TCP segment, and only one with SYN alone begins one (tcp_flags=+syn)";

    /// <summary>A member answered a check.</summary>
    internal static string HearsCheck() => "takes it as an answer to a health check";

    /// <summary>A source or destination was translated.</summary>
    internal static string Translates(string what, IpAddress address, ushort port) => $"the {what} becomes {Ends(address, port)}";

    /// <summary>The packet is one of the other IP version.</summary>
    /// <param name="packet">What it is now.</param>
    /// <param name="ends">Its ends.</param>
    internal static string Crosses(in FlowKey packet, in TranslatedEnds ends) =>
        $"becomes a packet of {(packet.Family == IpFamily.V4 ? "IPv4" : "IPv6")}: {Ends(ends.Source, ends.SourcePort)} -> {Ends(ends.Destination, ends.DestinationPort)}";

    /// <summary>An ICMP error was translated.</summary>
    internal static string TranslatesError(in ConnectionKey inside) => $"an error about {inside}: translated, inside and out";

    /// <summary>The packet inside an ICMP error was given other ends.</summary>
    internal static string TranslatesInner(IpAddress source, IpAddress destination) =>
        $"an error about a packet from {source} to {destination}: translated inside too";

    /// <summary>A later fragment came first.</summary>
    internal static string AwaitsFragment() => "a later fragment: it waits for the first of its packet, which tells the ports";

    private static string Ends(IpAddress address, ushort port)
    {
        var text = address.Family == IpFamily.V4 ? address.ToString() : $"[{address}]";
        return port == 0 ? address.ToString() : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{text}:{port}");
    }
}
