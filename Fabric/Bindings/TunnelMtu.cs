using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Bindings;

/// <summary>What a tunnel takes over a link of some MTU.</summary>
/// <remarks>Around a guest's frame come VXLAN and UDP headers of eight bytes each, and an IP header without options (RFC 7348, section 5).</remarks>
public static class TunnelMtu
{
    private const int UdpAndVxlanBytes = Udp.HeaderLength + VxlanHeader.Length;

    /// <summary>The longest frame, Ethernet header and tags included.</summary>
    /// <param name="linkMtu">The longest IP packet that the link takes, in bytes.</param>
    /// <param name="underlay">The version of IP between the hosts.</param>
    /// <returns>1 or more: a link that takes nothing is no link of unknown MTU.</returns>
    public static ushort MaxFrameBytes(int linkMtu, IpFamily underlay) =>
        (ushort)Math.Clamp(linkMtu - UdpAndVxlanBytes - IpHeaderBytes(underlay), 1, ushort.MaxValue);

    /// <summary>The longest IP packet in a frame without tags: 50 bytes less than the link's over IPv4, 70 over IPv6.</summary>
    /// <inheritdoc cref="MaxFrameBytes"/>
    /// <returns>0 or more.</returns>
    public static int Of(int linkMtu, IpFamily underlay) => Math.Max(0, MaxFrameBytes(linkMtu, underlay) - EthernetHeader.Length);

    private static int IpHeaderBytes(IpFamily underlay) => underlay == IpFamily.V4 ? Ipv4.MinHeaderLength : Ipv6Header.Length;
}
