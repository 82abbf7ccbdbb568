using System.Collections.Immutable;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent.Description.Keys;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Agent.Description.Rules;

/// <summary>Every condition of rules, in the order in which they are told and written.</summary>
internal static class RuleConditions
{
    private const string Ports = "the ports that a packet entered or leaves the device by";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Condition> All { get; } =
    [
        new StatesCondition(
            new(
                "state",
                new(RuleForms.State),
                "What the packet is to its connection is one of these: new begins one; established belongs to one that both sides have spoken in; related is an ICMP error about one, or made by the network; invalid is of no known connection and begins none."
            )
        ),
        new PlainCondition<FlowDirection>(
            new("direction", RuleForms.Direction, "forward for packets from the side that began the connection, return for those to it."),
            match => match.Direction,
            (match, value) => match with { Direction = value }
        ),
        .. PortConditions(),
        new TraversedCondition(
            new("traversed", RuleForms.Traversed, "The packet has passed this bridge, router or port before, or is passing now.")
        ),
        .. LinkConditions(),
        .. NetworkConditions(),
        .. TransportConditions(),
        new PlainCondition<bool>(
            new("dst-rewritten", Forms.Bool, "The packet's destination was rewritten in this device."),
            match => match.IsDestinationRewritten,
            (match, value) => match with { IsDestinationRewritten = value }
        ),
        new PlainCondition<FragmentPolicy>(
            new(
                "fragments",
                RuleForms.Fragments,
                "Which fragments it is for: any; header for whole packets and first fragments; non-header for later fragments; unfragmented for whole packets."
            )
            {
                Default = "header if ports are asked for, else any",
            },
            match => match.Fragments,
            (match, value) => match with { Fragments = value }
        ),
    ];

    /// <summary>Those that may stand under `not`.</summary>
    public static ImmutableArray<Condition> Negatable { get; } = [.. All.Where(condition => condition.IsNegatable)];

    private static ImmutableArray<Condition> PortConditions() =>
        [
            new PortsCondition(
                new("in-port", new(Forms.Reference(DeviceKind.Port)), $"One of {Ports}: the first."),
                match => match.InPorts,
                (match, test) => match with { InPorts = test }
            ),
            new PortsCondition(
                new("out-port", new(Forms.Reference(DeviceKind.Port)), $"One of {Ports}: the last; never met before it is known."),
                match => match.OutPorts,
                (match, test) => match with { OutPorts = test }
            ),
            Group(
                "in-group",
                "The port by which the packet entered the device is in the group.",
                match => match.InPortGroup,
                (match, test) => match with { InPortGroup = test }
            ),
            Group(
                "out-group",
                "The port by which the packet leaves the device is in the group.",
                match => match.OutPortGroup,
                (match, test) => match with { OutPortGroup = test }
            ),
            Group(
                "ingress-group",
                "The port by which the packet entered the network is in the group.",
                match => match.IngressPortGroup,
                (match, test) => match with { IngressPortGroup = test }
            ),
        ];

    private static ImmutableArray<Condition> LinkConditions() =>
        [
            new ValueCondition<ushort>(
                new("eth-type", RuleForms.EthType, "The ethertype behind all VLAN tags."),
                match => match.EthType,
                (match, test) => match with { EthType = test },
                NumberNames.EthType.Write
            ),
            new ValueCondition<MacMatch>(
                new("eth-src", RuleForms.Mac, "Ethernet source; after a slash the bits that count."),
                match => match.EthSrc,
                (match, test) => match with { EthSrc = test },
                RuleForms.Write
            ),
            new ValueCondition<MacMatch>(
                new("eth-dst", RuleForms.Mac, "Ethernet destination; after a slash the bits that count."),
                match => match.EthDst,
                (match, test) => match with { EthDst = test },
                RuleForms.Write
            ),
            new ValueCondition<ushort?>(
                new("vlan", RuleForms.Vlan, "Identifier of the outer VLAN tag; none for packets without a tag."),
                match => match.Vlan,
                (match, test) => match with { Vlan = test },
                vlan => vlan is { } id ? id.ToString(CultureInfo.InvariantCulture) : "none"
            ),
        ];

    private static ImmutableArray<Condition> NetworkConditions() =>
        [
            new ValueCondition<byte>(
                new("proto", RuleForms.Protocol, "IP protocol."),
                match => match.Protocol,
                (match, test) => match with { Protocol = test },
                protocol => NumberNames.Protocol.Write(protocol)
            ),
            new ValueCondition<TosMatch>(
                new("dscp", RuleForms.Dscp, "Differentiated services code point; the same place as `tos`."),
                match => match.Tos,
                (match, test) => match with { Tos = test },
                tos => (tos.Value >> 2).ToString(CultureInfo.InvariantCulture)
            )
            {
                IsWritten = IsDscp,
            },
            new ValueCondition<TosMatch>(
                new("tos", RuleForms.Tos, "Type of service or traffic class, 8 bits; after a slash the bits that count."),
                match => match.Tos,
                (match, test) => match with { Tos = test },
                RuleForms.Write
            )
            {
                IsWritten = match => !IsDscp(match),
            },
            Prefix("src", "Source prefix.", match => match.Source, (match, test) => match with { Source = test }),
            Prefix("dst", "Destination prefix.", match => match.Destination, (match, test) => match with { Destination = test }),
            Set("src-set", "The source is in the set.", match => match.SourceSet, (match, test) => match with { SourceSet = test }),
            Set(
                "dst-set",
                "The destination is in the set.",
                match => match.DestinationSet,
                (match, test) => match with { DestinationSet = test }
            ),
        ];

    private static ImmutableArray<Condition> TransportConditions() =>
        [
            Range(
                "sport",
                RuleForms.PortRange,
                "Source port.",
                isIcmp: false,
                match => match.SourcePort,
                (match, test) => match with { SourcePort = test }
            ),
            Range(
                "dport",
                RuleForms.PortRange,
                "Destination port.",
                isIcmp: false,
                match => match.DestinationPort,
                (match, test) => match with { DestinationPort = test }
            ),
            Range(
                "icmp-type",
                RuleForms.IcmpRange,
                "ICMP or ICMPv6 type; the same place as `sport`.",
                isIcmp: true,
                match => match.SourcePort,
                (match, test) => match with { SourcePort = test }
            ),
            Range(
                "icmp-code",
                RuleForms.IcmpRange,
                "ICMP or ICMPv6 code; the same place as `dport`.",
                isIcmp: true,
                match => match.DestinationPort,
                (match, test) => match with { DestinationPort = test }
            ),
            new ValueCondition<TcpFlagsMatch>(
                new("tcp-flags", RuleForms.TcpFlags, "TCP flags that are set (+) and not set (-): fin syn rst psh ack urg ece cwr ns."),
                match => match.TcpFlags,
                (match, test) => match with { TcpFlags = test },
                TcpFlagsNotation.Write
            ),
            Prefix(
                "icmp-inner-src",
                "Source inside the packet that an ICMP or ICMPv6 error carries.",
                match => match.IcmpInnerSource,
                (match, test) => match with { IcmpInnerSource = test }
            ),
            Prefix(
                "icmp-inner-dst",
                "Destination inside the packet that an ICMP or ICMPv6 error carries.",
                match => match.IcmpInnerDestination,
                (match, test) => match with { IcmpInnerDestination = test }
            ),
        ];

    private static ReferenceCondition Group(
        string key,
        string text,
        Func<RuleMatch, Test<PortGroupId>?> get,
        Func<RuleMatch, Test<PortGroupId>, RuleMatch> set
    ) =>
        new(
            new(key, Forms.Reference(DeviceKind.PortGroup), text),
            DeviceKind.PortGroup,
            match => get(match) is { } test ? new Test<ulong>(test.Value.Value, test.IsNegated) : null,
            (match, test) => set(match, new(new(test.Value), test.IsNegated))
        );

    private static ReferenceCondition Set(
        string key,
        string text,
        Func<RuleMatch, Test<AddressSetId>?> get,
        Func<RuleMatch, Test<AddressSetId>, RuleMatch> set
    ) =>
        new(
            new(key, Forms.Reference(DeviceKind.AddressSet), text),
            DeviceKind.AddressSet,
            match => get(match) is { } test ? new Test<ulong>(test.Value.Value, test.IsNegated) : null,
            (match, test) => set(match, new(new(test.Value), test.IsNegated))
        );

    private static ValueCondition<IpPrefix> Prefix(
        string key,
        string text,
        Func<RuleMatch, Test<IpPrefix>?> get,
        Func<RuleMatch, Test<IpPrefix>, RuleMatch> set
    ) => new(new(key, Forms.Prefix, text), get, set, prefix => prefix.ToString());

    private static ValueCondition<PortRange> Range(
        string key,
        ScalarForm<PortRange> form,
        string text,
        bool isIcmp,
        Func<RuleMatch, Test<PortRange>?> get,
        Func<RuleMatch, Test<PortRange>, RuleMatch> set
    ) => new(new(key, form, text), get, set, RuleForms.Write) { IsWritten = match => IsIcmp(match, get(match)) == isIcmp };

    /// <summary>The place of ports holds an ICMP type or code.</summary>
    private static bool IsIcmp(RuleMatch match, Test<PortRange>? range) =>
        match.Protocol is { Value: IpProtocol.Icmp or IpProtocol.Icmpv6, IsNegated: false } && range is { Value.Last: <= byte.MaxValue };

    private static bool IsDscp(RuleMatch match) =>
        match.Tos is { } tos && tos.Value.Mask == RuleForms.DscpBits && (tos.Value.Value & ~RuleForms.DscpBits) == 0;
}
