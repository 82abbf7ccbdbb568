using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of one rule of a chain: its name, its action, and conditions that can hold at all.</summary>
internal static class RuleRules
{
    private const ConnectionStates AllStates =
        ConnectionStates.New | ConnectionStates.Established | ConnectionStates.Related | ConnectionStates.Invalid;

    private const ushort MaxVlan = 4094;
    private const ushort TcpFlagBits = 0x0fff;
    private const byte ProtocolIcmp = 1;
    private const byte ProtocolIcmpv6 = 58;
    private const ushort EtherTypeIpv4 = 0x0800;
    private const ushort EtherTypeIpv6 = 0x86dd;

    public static Rejection? Check(Chain chain, Rule rule)
    {
        if (!DeviceName.IsLegalPart(rule.Name))
            return Refusal.Invalid(
                $"'{rule.Name}' cannot be the name of a rule of {Refusal.Of(chain)}: use letters, digits, '-', '_' and '.'",
                chain.Ref
            );
        return (FaultOfAction(rule) ?? FaultOf(rule.Match)) is { } fault
            ? Refusal.Invalid($"rule '{rule.Name}' of {Refusal.Of(chain)} {fault}", chain.Ref, rule.JumpTo is { } target ? target : null)
            : null;
    }

    /// <summary>What is wrong and what to do, as the end of a sentence that begins with the rule; or null.</summary>
    private static string? FaultOfAction(Rule rule)
    {
        if (!Enum.IsDefined(rule.Action))
            return "has no action: choose one";
        if (rule.Action == RuleAction.Jump != rule.JumpTo is not null)
            return rule.JumpTo is null ? "jumps nowhere: name a chain" : "names a chain without jumping: make its action jump";
        if (rule.Action == RuleAction.PushVlan != rule.Vlan is not null)
            return rule.Vlan is null ? "adds no VLAN tag: give one" : "has a VLAN tag without adding it: make its action push-vlan";
        if (rule.Vlan is { } vlan && (vlan.Tpid is not (0x8100 or 0x88a8) || vlan.Id > MaxVlan || vlan.Priority > 7))
            return $"adds a VLAN tag that cannot be: use protocol 0x8100 or 0x88a8, identifier 0 to {MaxVlan}, priority 0 to 7";
        if (rule.Meter is { } meter && !DeviceName.IsLegalPart(meter))
            return $"has meter '{meter}': use letters, digits, '-', '_' and '.'";
        return null;
    }

    private static string? FaultOf(RuleMatch match) =>
        FaultOfDevices(match) ?? FaultOfEthernet(match) ?? FaultOfFamilies(match) ?? FaultOfTransport(match) ?? FaultOfFragments(match);

    private static string? FaultOfDevices(RuleMatch match)
    {
        if (match.InPorts is { Value.Count: 0 } || match.OutPorts is { Value.Count: 0 })
            return "asks for one of no ports: name a port, or leave the condition out";
        if (match.Traversed is { Value.Kind: not (DeviceKind.Port or DeviceKind.Bridge or DeviceKind.Router) } traversed)
            return $"asks whether a {Refusal.NounOf(traversed.Value.Kind)} was traversed: name a port, bridge or router";
        if (match.States is { } states && (states.Value == ConnectionStates.None || (states.Value & ~AllStates) != 0))
            return "asks for no connection state, or for one that is unknown: use new, established, related or invalid";
        return match.Direction is { } direction && !Enum.IsDefined(direction)
            ? "asks for an unknown direction: use forward or return"
            : null;
    }

    private static string? FaultOfEthernet(RuleMatch match)
    {
        if (match.Vlan is { Value: > MaxVlan })
            return $"asks for VLAN {match.Vlan.Value.Value}: use 0 to {MaxVlan}";
        if (HasUnmaskedBits(match.EthSrc) || HasUnmaskedBits(match.EthDst))
            return "asks for bits of an Ethernet address that its mask leaves out: clear them";
        return null;
    }

    private static bool HasUnmaskedBits(Test<MacMatch>? test) =>
        test is { } asked && (asked.Value.Address.Bits & ~asked.Value.Mask.Bits) != 0;

    /// <summary>A packet has one IP version: two conditions that ask for different ones can never both hold.</summary>
    private static string? FaultOfFamilies(RuleMatch match)
    {
        IpFamily? family = match.EthType switch
        {
            { IsNegated: false, Value: EtherTypeIpv4 } => IpFamily.V4,
            { IsNegated: false, Value: EtherTypeIpv6 } => IpFamily.V6,
            _ => null,
        };
        foreach (var test in new[] { match.Source, match.Destination, match.IcmpInnerSource, match.IcmpInnerDestination })
        {
            if (test is not { IsNegated: false } asked)
                continue;
            if (family is { } other && other != asked.Value.Family)
                return $"asks for {asked.Value} and for the other IP version: use one version";
            family = asked.Value.Family;
        }
        return null;
    }

    private static string? FaultOfTransport(RuleMatch match)
    {
        if (match.Tos is { } tos && (tos.Value.Value & ~tos.Value.Mask) != 0)
            return "asks for bits of the type of service that its mask leaves out: clear them";
        if (match.TcpFlags is { } flags && ((flags.Value.Value & ~flags.Value.Mask) != 0 || flags.Value.Mask > TcpFlagBits))
            return "asks for TCP flags that its mask leaves out or that do not exist: clear them";
        var isIcmp = match.Protocol is { IsNegated: false, Value: ProtocolIcmp or ProtocolIcmpv6 };
        foreach (var test in new[] { match.SourcePort, match.DestinationPort })
        {
            if (test is not { } asked)
                continue;
            if (asked.Value.First > asked.Value.Last)
                return $"asks for ports {asked.Value.First} to {asked.Value.Last}: give the lower first";
            if (isIcmp && asked.Value.First > byte.MaxValue)
                return $"asks for ICMP type or code {asked.Value.First}: use 0 to {byte.MaxValue}";
        }
        return null;
    }

    /// <summary>Only a packet with its transport header has ports (RFC 791, section 3.2; RFC 8200, section 4.5).</summary>
    private static string? FaultOfFragments(RuleMatch match)
    {
        if (match.Fragments is not { } policy)
            return null;
        if (!Enum.IsDefined(policy))
            return "has an unknown fragment policy: use any, header, nonheader or unfragmented";
        var asksPorts = match.SourcePort is not null || match.DestinationPort is not null;
        if (asksPorts && policy is (FragmentPolicy.Any or FragmentPolicy.NonHeader))
            return "asks for ports of fragments that have none: use fragment policy header or unfragmented";
        if (
            policy == FragmentPolicy.NonHeader
            && (match.TcpFlags ?? (object?)match.IcmpInnerSource ?? match.IcmpInnerDestination) is not null
        )
            return "asks for headers of fragments that have none: use fragment policy header or unfragmented";
        return null;
    }
}
