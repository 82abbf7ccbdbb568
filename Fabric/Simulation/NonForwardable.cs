using Fabric.Addresses;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Addresses that routers do not forward from or to (RFC 1812, sections 5.3.7 and 4.2.2.11; RFC 3927, section 2.7; RFC 4291, section 2.5).</summary>
/// <remarks>Class E (240.0.0.0/4) is forwarded but for the limited broadcast: some networks use it.</remarks>
internal static class NonForwardable
{
    private static readonly IpPrefix Zero = IpPrefix.Parse("0.0.0.0/8");
    private static readonly IpPrefix Loopback = IpPrefix.Parse("127.0.0.0/8");
    private static readonly IpPrefix Group = IpPrefix.Parse("224.0.0.0/4");
    private static readonly IpPrefix Broadcast = IpPrefix.Parse("255.255.255.255/32");
    private static readonly IpPrefix LinkLocal = IpPrefix.Parse("169.254.0.0/16");
    private static readonly IpPrefix UnspecifiedOrLoopbackV6 = IpPrefix.Parse("::/127");
    private static readonly IpPrefix GroupV6 = IpPrefix.Parse("ff00::/8");
    private static readonly IpPrefix LinkLocalV6 = IpPrefix.Parse("fe80::/10");

    /// <summary>The packet's source can be one host; else nobody could be answered.</summary>
    public static bool IsSourceOfOneHost(ref Walk walk, IpFamily family) =>
        family == IpFamily.V4
            ? !Is(ref walk, FlowField.NwSrc, Group)
                && !Is(ref walk, FlowField.NwSrc, Broadcast)
                && !Is(ref walk, FlowField.NwSrc, Loopback)
                && !Is(ref walk, FlowField.NwSrc, Zero)
            : !Is(ref walk, FlowField.NwSrc, GroupV6) && !Is(ref walk, FlowField.NwSrc, UnspecifiedOrLoopbackV6);

    /// <summary>The packet's source is valid on its link only.</summary>
    public static bool IsSourceOfLinkOnly(ref Walk walk, IpFamily family) =>
        Is(ref walk, FlowField.NwSrc, family == IpFamily.V4 ? LinkLocal : LinkLocalV6);

    /// <summary>The packet's destination is a group, everyone, this host or of one link.</summary>
    public static bool IsDestination(ref Walk walk, IpFamily family) =>
        family == IpFamily.V4
            ? Is(ref walk, FlowField.NwDst, Group)
                || Is(ref walk, FlowField.NwDst, Broadcast)
                || Is(ref walk, FlowField.NwDst, Loopback)
                || Is(ref walk, FlowField.NwDst, Zero)
                || Is(ref walk, FlowField.NwDst, LinkLocal)
            : Is(ref walk, FlowField.NwDst, GroupV6)
                || Is(ref walk, FlowField.NwDst, UnspecifiedOrLoopbackV6)
                || Is(ref walk, FlowField.NwDst, LinkLocalV6);

    private static bool Is(ref Walk walk, FlowField field, IpPrefix prefix) =>
        walk.Key.MatchesWide(field, prefix.Address.Bits, prefix.Mask);
}
