using System.Collections;
using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>The conditions of a rule; a packet matches when it meets every condition that is given.</summary>
/// <remarks>
/// Each condition is null, or empty, when not asked for, and carries its own negation where <see cref="Test{T}"/> is used.
/// <see cref="IsInverted"/> negates the whole, except <see cref="Fragments"/>. A condition on a header that the packet lacks is not met,
/// hence its negation is.
/// </remarks>
public sealed record RuleMatch
{
    /// <summary>Matches every packet.</summary>
    public static RuleMatch Everything { get; } = new();

    /// <summary>Negates all conditions together, except the fragment policy.</summary>
    public bool IsInverted { get; init; }

    /// <summary>The direction of the connection the packet belongs to.</summary>
    public FlowDirection? Direction { get; init; }

    /// <summary>The port by which the packet entered the device is one of these.</summary>
    public Test<ImmutableArray<PortId>>? InPorts { get; init; }

    /// <summary>The port by which the packet leaves the device is one of these; never met before that port is known.</summary>
    public Test<ImmutableArray<PortId>>? OutPorts { get; init; }

    /// <summary>The port by which the packet entered the device is in the group.</summary>
    public Test<PortGroupId>? InPortGroup { get; init; }

    /// <summary>The port by which the packet leaves the device is in the group.</summary>
    public Test<PortGroupId>? OutPortGroup { get; init; }

    /// <summary>The exterior port by which the packet entered the network is in the group.</summary>
    public Test<PortGroupId>? IngressPortGroup { get; init; }

    /// <summary>The packet has passed through this bridge, router or port before, or is passing now.</summary>
    public Test<DeviceRef>? Traversed { get; init; }

    /// <summary>The ethertype behind all VLAN tags.</summary>
    public Test<ushort>? EthType { get; init; }

    /// <summary>Source and mask of 48 bits.</summary>
    public Test<MacMatch>? EthSrc { get; init; }

    /// <summary>Destination and mask of 48 bits.</summary>
    public Test<MacMatch>? EthDst { get; init; }

    /// <summary>Identifier of the outer VLAN tag; null inside the test asks for a packet without a tag.</summary>
    public Test<ushort?>? Vlan { get; init; }

    /// <summary>IP protocol.</summary>
    public Test<byte>? Protocol { get; init; }

    /// <summary>Type of service or traffic class, with the bits that count.</summary>
    public Test<TosMatch>? Tos { get; init; }

    /// <summary>Source prefix.</summary>
    public Test<IpPrefix>? Source { get; init; }

    /// <summary>Destination prefix.</summary>
    public Test<IpPrefix>? Destination { get; init; }

    /// <summary>The source is in the set.</summary>
    public Test<AddressSetId>? SourceSet { get; init; }

    /// <summary>The destination is in the set.</summary>
    public Test<AddressSetId>? DestinationSet { get; init; }

    /// <summary>TCP or UDP source port, or ICMP type.</summary>
    public Test<PortRange>? SourcePort { get; init; }

    /// <summary>TCP or UDP destination port, or ICMP code.</summary>
    public Test<PortRange>? DestinationPort { get; init; }

    /// <summary>TCP flags: these bits have these values.</summary>
    public Test<TcpFlagsMatch>? TcpFlags { get; init; }

    /// <summary>The source inside the packet that an ICMP or ICMPv6 error carries.</summary>
    public Test<IpPrefix>? IcmpInnerSource { get; init; }

    /// <summary>The destination inside the packet that an ICMP or ICMPv6 error carries.</summary>
    public Test<IpPrefix>? IcmpInnerDestination { get; init; }

    /// <summary>The packet's destination was rewritten (by NAT) in this device.</summary>
    public bool? IsDestinationRewritten { get; init; }

    /// <summary>Which fragments the rule is for; null takes <see cref="FragmentPolicy.Header"/> if ports are matched, else <see cref="FragmentPolicy.Any"/>.</summary>
    public FragmentPolicy? Fragments { get; init; }

    /// <summary>The devices that the conditions name.</summary>
    public IEnumerable<DeviceRef> References
    {
        get
        {
            foreach (var port in InPorts?.Value ?? [])
                yield return port;
            foreach (var port in OutPorts?.Value ?? [])
                yield return port;
            if (InPortGroup is { } inGroup)
                yield return inGroup.Value;
            if (OutPortGroup is { } outGroup)
                yield return outGroup.Value;
            if (IngressPortGroup is { } ingressGroup)
                yield return ingressGroup.Value;
            if (Traversed is { } traversed)
                yield return traversed.Value;
            if (SourceSet is { } sourceSet)
                yield return sourceSet.Value;
            if (DestinationSet is { } destinationSet)
                yield return destinationSet.Value;
        }
    }
}

/// <summary>One condition and whether it is negated.</summary>
/// <typeparam name="T">What is compared with.</typeparam>
/// <param name="Value">What is compared with.</param>
/// <param name="IsNegated">The condition is met when the comparison fails.</param>
public readonly record struct Test<T>(T Value, bool IsNegated = false)
{
    // An array compares by its members, not by its place in memory: equal rules are equal values.

    /// <inheritdoc/>
    public bool Equals(Test<T> other) =>
        IsNegated == other.IsNegated && StructuralComparisons.StructuralEqualityComparer.Equals(Value, other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(IsNegated, Value is null ? 0 : StructuralComparisons.StructuralEqualityComparer.GetHashCode(Value));
}

/// <summary>The direction of a packet within its connection.</summary>
public enum FlowDirection : byte
{
    /// <summary>From the side that began.</summary>
    Forward,

    /// <summary>From the side that was asked, or a packet that the network made itself.</summary>
    Return,
}

/// <summary>An Ethernet address and the bits of it that count.</summary>
public readonly record struct MacMatch(MacAddress Address, MacAddress Mask)
{
    /// <summary>One address exactly.</summary>
    public static MacMatch Exactly(MacAddress address) => new(address, MacAddress.Broadcast);
}

/// <summary>A type of service and the bits of it that count: 0xfc for the DSCP alone.</summary>
public readonly record struct TosMatch(byte Value, byte Mask);

/// <summary>TCP flags and which of them count, as in RFC 9293, section 3.1: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.</summary>
public readonly record struct TcpFlagsMatch(ushort Value, ushort Mask);

/// <summary>A range of ports, ICMP types or codes, both ends within, 0..65535.</summary>
public readonly record struct PortRange(ushort First, ushort Last);

/// <summary>Which packets a rule is for, by fragmentation.</summary>
public enum FragmentPolicy : byte
{
    /// <summary>All packets.</summary>
    Any,

    /// <summary>Packets that hold the transport header: unfragmented ones and first fragments.</summary>
    Header,

    /// <summary>Packets without transport header: later fragments.</summary>
    NonHeader,

    /// <summary>Packets that are not fragmented.</summary>
    Unfragmented,
}
