using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>The conditions of a rule; a packet matches when it meets every condition that is given.</summary>
/// <remarks>
/// <para>
/// Each condition is null when not asked for, and carries its own negation where <see cref="Test{T}"/> is used. <see cref="IsInverted"/>
/// negates all of them together, but not the fragment policy: an inverted rule without conditions matches nothing.
/// </para>
/// <para>
/// A condition on a header that the packet lacks is not met, hence its negation is. Conditions on IP headers are about IPv4 and IPv6
/// packets only, so never about ARP; a prefix is about packets of its version. Ports are those of TCP, UDP and SCTP, or type
/// and code of ICMP (over IPv4) and ICMPv6 (over IPv6), and a later fragment has none.
/// </para>
/// <para>
/// Conditions are tried in this order, whatever the order they are given in, and no further than the first that decides: ports and
/// groups, devices passed; VLAN, ethertype, Ethernet addresses; protocol, fragments, type of service, prefixes, sets; ports and TCP
/// flags; connection; inner packet of an ICMP error. So flows are as wide as the cheapest condition that failed allows. With
/// <see cref="IsInverted"/>, fragments come first.
/// </para>
/// </remarks>
public sealed record RuleMatch
{
    /// <summary>Matches every packet.</summary>
    public static RuleMatch Everything { get; } = new();

    /// <summary>Negates all conditions together, except the fragment policy.</summary>
    public bool IsInverted { get; init; }

    /// <summary>The exterior port by which the packet entered the network is in the group; never met by a packet that the network made.</summary>
    public Test<PortGroupId>? IngressPortGroup { get; init; }

    /// <summary>The port by which the packet entered the current bridge or router is one of these; never met by a packet that the device made.</summary>
    public Test<PortList>? InPorts { get; init; }

    /// <summary>The port by which the packet entered the current bridge or router is in the group.</summary>
    public Test<PortGroupId>? InPortGroup { get; init; }

    /// <summary>The port by which the packet leaves the current bridge or router is one of these; never met before that port is known.</summary>
    public Test<PortList>? OutPorts { get; init; }

    /// <summary>The port by which the packet leaves the current bridge or router is in the group; never met before that port is known.</summary>
    public Test<PortGroupId>? OutPortGroup { get; init; }

    /// <summary>The packet has passed through this bridge, router or port before, or is passing now.</summary>
    public Test<DeviceRef>? Traversed { get; init; }

    /// <summary>The packet's destination was rewritten (by NAT) before it came here.</summary>
    public bool? IsDestinationRewritten { get; init; }

    /// <summary>Identifier of the outer VLAN tag, 0..4094; null inside the test asks for a packet without a tag.</summary>
    public Test<ushort?>? Vlan { get; init; }

    /// <summary>The ethertype behind all VLAN tags.</summary>
    public Test<ushort>? EthType { get; init; }

    /// <summary>Source and mask of 48 bits.</summary>
    public Test<MacMatch>? EthSrc { get; init; }

    /// <summary>Destination and mask of 48 bits.</summary>
    public Test<MacMatch>? EthDst { get; init; }

    /// <summary>IP protocol, or the last next header of IPv6.</summary>
    public Test<byte>? Protocol { get; init; }

    /// <summary>Which fragments the rule is for; null takes the default, see <see cref="EffectiveFragments"/>.</summary>
    public FragmentPolicy? Fragments { get; init; }

    /// <summary>Type of service or traffic class, with the bits that count.</summary>
    public Test<TosMatch>? Tos { get; init; }

    /// <summary>Source prefix.</summary>
    public Test<IpPrefix>? Source { get; init; }

    /// <summary>Destination prefix.</summary>
    public Test<IpPrefix>? Destination { get; init; }

    /// <summary>The source is in the set; a set that does not exist is empty.</summary>
    public Test<AddressSetId>? SourceSet { get; init; }

    /// <summary>The destination is in the set; a set that does not exist is empty.</summary>
    public Test<AddressSetId>? DestinationSet { get; init; }

    /// <summary>Source port, or ICMP type.</summary>
    public Test<PortRange>? SourcePort { get; init; }

    /// <summary>Destination port, or ICMP code.</summary>
    public Test<PortRange>? DestinationPort { get; init; }

    /// <summary>TCP flags: these bits have these values. Not met by later fragments.</summary>
    public Test<TcpFlagsMatch>? TcpFlags { get; init; }

    /// <summary>What the packet is to its connection is one of these.</summary>
    /// <remarks>
    /// Decided where the packet entered the network and by its headers there, so it is the same all along its way. A packet that begins a
    /// connection and leaves the network is remembered, so that its answers are known as such, if a rule asked on its way, or if a chain at
    /// a port or device on its way has a rule that may ask of the answers.
    /// </remarks>
    public Test<ConnectionStates>? States { get; init; }

    /// <summary>The direction of the connection that the packet belongs to; decided and remembered as <see cref="States"/> is.</summary>
    /// <remarks>
    /// A packet that the network made is <see cref="FlowDirection.Return"/>. Other than with states, a TCP segment in the middle of an unknown
    /// connection is taken for its first.
    /// </remarks>
    public FlowDirection? Direction { get; init; }

    /// <summary>What is asked for depends on the connection of a packet.</summary>
    public bool AsksConnections => Direction is not null || States is not null;

    /// <summary>The source inside the packet that an ICMP or ICMPv6 error carries. A verdict that rests on it is not cached.</summary>
    public Test<IpPrefix>? IcmpInnerSource { get; init; }

    /// <summary>The destination inside the packet that an ICMP or ICMPv6 error carries. A verdict that rests on it is not cached.</summary>
    public Test<IpPrefix>? IcmpInnerDestination { get; init; }

    /// <summary>
    /// The fragment policy that holds: <see cref="Fragments"/> if given, else <see cref="FragmentPolicy.Header"/> when ports or TCP flags
    /// are matched, else <see cref="FragmentPolicy.Any"/>.
    /// </summary>
    public FragmentPolicy EffectiveFragments =>
        Fragments ?? (SourcePort is null && DestinationPort is null && TcpFlags is null ? FragmentPolicy.Any : FragmentPolicy.Header);

    /// <summary>The devices that the conditions name.</summary>
    public IEnumerable<DeviceRef> References
    {
        get
        {
            if (IngressPortGroup is { } ingressGroup)
                yield return ingressGroup.Value;
            foreach (var port in InPorts?.Value ?? [])
                yield return port;
            if (InPortGroup is { } inGroup)
                yield return inGroup.Value;
            foreach (var port in OutPorts?.Value ?? [])
                yield return port;
            if (OutPortGroup is { } outGroup)
                yield return outGroup.Value;
            if (Traversed is { } traversed)
                yield return traversed.Value;
            if (SourceSet is { } sourceSet)
                yield return sourceSet.Value;
            if (DestinationSet is { } destinationSet)
                yield return destinationSet.Value;
        }
    }
}
