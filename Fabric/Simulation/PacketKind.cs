using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>What the checks on the way to some place of a program have told about the kind of packet that comes there; null for nothing.</summary>
/// <param name="IsIp">It is IPv4 or IPv6.</param>
/// <param name="EthType">Its ethertype.</param>
/// <param name="Protocol">Its IP protocol.</param>
/// <param name="HasPorts">It tells ports, or type and code.</param>
/// <param name="IsLater">It is a later fragment.</param>
/// <remarks>
/// That it is not of one ethertype or protocol is not kept: to ask again costs a comparison, and there are too many of them. A check is
/// answered only if it would observe no bit that was not observed already, so leaving it out changes neither verdict nor mask.
/// </remarks>
internal readonly record struct PacketKind(bool? IsIp, ushort? EthType, byte? Protocol, bool? HasPorts, bool? IsLater)
{
    private const ulong LaterFragment = (ulong)FragmentKind.Later;

    private static readonly RuleCheck AnEthType = RuleCheck.Exactly(FlowField.EthType, 0);
    private static readonly RuleCheck AProtocol = RuleCheck.Exactly(FlowField.IpProto, 0);
    private static readonly RuleCheck Later = RuleCheck.Masked(FlowField.IpFrag, LaterFragment, LaterFragment);

    /// <summary>How much is known, to compare kinds by.</summary>
    public int Count =>
        (IsIp is null ? 0 : 1)
        + (EthType is null ? 0 : 1)
        + (Protocol is null ? 0 : 1)
        + (HasPorts is null ? 0 : 1)
        + (IsLater is null ? 0 : 1);

    /// <summary>What is known once a check has been answered too.</summary>
    public PacketKind Learn(in RuleCheck check, bool isMet)
    {
        if (check.Kind == RuleCheckKind.Ip)
            return this with { IsIp = isMet };
        if (check.Kind == RuleCheckKind.Ports)
            // What tells ports was seen to be IP and no later fragment.
            return isMet ? this with { HasPorts = true, IsIp = true, IsLater = false } : this with { HasPorts = false };
        if (check == Later)
            return this with { IsLater = isMet };
        if (check.IsAlike(AProtocol))
            return isMet ? this with { Protocol = (byte)ValueOf(check, FlowField.IpProto) } : this;
        return check.IsAlike(AnEthType) ? LearnEthType((ushort)ValueOf(check, FlowField.EthType), isMet) : this;
    }

    /// <summary>The answer to a check, or null if it is not known.</summary>
    public bool? Answer(in RuleCheck check)
    {
        if (check.Kind == RuleCheckKind.Ip)
            return IsIp;
        if (check.Kind == RuleCheckKind.Ports)
            return HasPorts;
        if (check == Later)
            return IsLater;
        if (check.IsAlike(AProtocol))
            return Protocol is { } protocol ? protocol == ValueOf(check, FlowField.IpProto) : null;
        return check.IsAlike(AnEthType) ? AnswerEthType((ushort)ValueOf(check, FlowField.EthType)) : null;
    }

    /// <summary>What is known of a packet that is of this kind or of another.</summary>
    public PacketKind Or(in PacketKind other) =>
        new(
            IsIp == other.IsIp ? IsIp : null,
            EthType == other.EthType ? EthType : null,
            Protocol == other.Protocol ? Protocol : null,
            HasPorts == other.HasPorts ? HasPorts : null,
            IsLater == other.IsLater ? IsLater : null
        );

    private PacketKind LearnEthType(ushort type, bool isMet)
    {
        if (isMet)
            return this with { EthType = type, IsIp = IsIpType(type) };
        // Whoever knows that it is IP has seen the whole ethertype: so it is of the other version.
        return IsIp == true && IsIpType(type) ? this with { EthType = type == EtherType.Ipv4 ? EtherType.Ipv6 : EtherType.Ipv4 } : this;
    }

    private bool? AnswerEthType(ushort type)
    {
        if (EthType is { } known)
            return known == type;
        return IsIp == false && IsIpType(type) ? false : null;
    }

    private static bool IsIpType(ushort type) => type is EtherType.Ipv4 or EtherType.Ipv6;

    private static ulong ValueOf(in RuleCheck check, FlowField field) => check.Value >> FlowFieldLayout.ShiftOf(field);
}
