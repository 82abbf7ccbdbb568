using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells whether a packet has the headers that conditions are about.</summary>
internal static class RulePrerequisites
{
    private const ulong LaterFragment = (ulong)FragmentKind.Later;

    /// <summary>The packet is IPv4 or IPv6.</summary>
    public static bool IsIp(ObservedKey key) => FamilyOf(key) is not null;

    /// <summary>The packet's version of IP, or null.</summary>
    public static IpFamily? FamilyOf(ObservedKey key)
    {
        if (Is(key, FlowField.EthType, EtherType.Ipv4))
            return IpFamily.V4;
        return Is(key, FlowField.EthType, EtherType.Ipv6) ? IpFamily.V6 : null;
    }

    /// <summary>The packet tells ports (TCP, UDP, SCTP) or type and code (ICMP of its version), so it is no later fragment.</summary>
    public static bool HasPorts(ObservedKey key)
    {
        if (FamilyOf(key) is not { } family)
            return false;
        var hasProtocol =
            Is(key, FlowField.IpProto, IpProtocol.Tcp)
            || Is(key, FlowField.IpProto, IpProtocol.Udp)
            || Is(key, FlowField.IpProto, family == IpFamily.V4 ? IpProtocol.Icmp : IpProtocol.Icmpv6)
            || Is(key, FlowField.IpProto, IpProtocol.Sctp);
        return hasProtocol && !key.Matches(FlowField.IpFrag, LaterFragment, LaterFragment);
    }

    private static bool Is(ObservedKey key, FlowField field, ulong value) => key.Matches(field, value, FlowFieldLayout.OnesOf(field));
}
