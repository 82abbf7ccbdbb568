using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Reads the key of a frame as the Open vSwitch kernel module would (net/openvswitch/flow.c, key_extract).</summary>
/// <remarks>
/// Total: any bytes give a key. What is malformed leaves its fields zero, and so does what the frame does not have: the addresses of a
/// broken IP header, the ports of a later fragment or of a truncated TCP header. Allocates nothing.
/// </remarks>
public static class FlowKeyReader
{
    /// <summary>Operations of ARP above this are zero in a key.</summary>
    private const ushort MaxArpOperation = 0xff;

    /// <summary>Reads the key of a frame.</summary>
    /// <param name="frame">The whole frame, without its checksum.</param>
    /// <param name="inPort">The datapath port it came in by.</param>
    /// <param name="key">The key.</param>
    /// <returns>
    /// False if the kernel's key of this frame tells less than this one, so that no flow of the kernel may stand for what was decided by it:
    /// the frame is shorter than an Ethernet header, or a VLAN tag is drop eligible.
    /// </returns>
    public static bool Read(ReadOnlySpan<byte> frame, uint inPort, out FlowKey key)
    {
        if (PacketLayout.TryParse(frame, out var layout))
            return Read(frame, layout, inPort, out key);
        key = default;
        key.InPort = inPort;
        return false;
    }

    /// <summary>Reads the key of a frame whose headers were found before.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="inPort">The datapath port it came in by.</param>
    /// <param name="key">The key.</param>
    /// <returns>As the other overload.</returns>
    public static bool Read(ReadOnlySpan<byte> frame, in PacketLayout layout, uint inPort, out FlowKey key)
    {
        key = default;
        key.Set(FlowField.InPort, inPort);
        EthernetView.TryParse(frame, out var ethernet);
        key.Set(FlowField.EthDst, ethernet.Destination.Bits);
        key.Set(FlowField.EthSrc, ethernet.Source.Bits);
        key.Set(FlowField.EthType, layout.EtherType);
        var isFaithful = layout.VlanCount == 0 || ReadVlans(frame, layout.VlanCount, ref key);
        switch (layout.Network)
        {
            case NetworkKind.Ipv4:
                ReadIpv4(frame[layout.NetworkOffset..], ref key);
                ReadIp(frame, layout, ref key);
                break;
            case NetworkKind.Ipv6:
                ReadIpv6(frame[layout.NetworkOffset..], ref key);
                ReadIp(frame, layout, ref key);
                break;
            case NetworkKind.Arp:
                ReadArp(frame[layout.NetworkOffset..], ref key);
                break;
            case NetworkKind.None:
                break;
        }
        return isFaithful;
    }

    /// <summary>Reads the tags; false if one is drop eligible, in whose place the kernel's key has that there is a tag.</summary>
    private static bool ReadVlans(ReadOnlySpan<byte> frame, int count, ref FlowKey key)
    {
        VlanView.TryParse(frame[Ethernet.TypeAt..], out var outer);
        key.Set(FlowField.VlanTpid, outer.Tpid);
        key.Set(FlowField.VlanTci, outer.Tci);
        if (count == 1)
            return (outer.Tci & TciParts.DropEligible) == 0;
        VlanView.TryParse(frame[(Ethernet.TypeAt + Vlan.TagLength)..], out var inner);
        key.Set(FlowField.CvlanTpid, inner.Tpid);
        key.Set(FlowField.CvlanTci, inner.Tci);
        return ((outer.Tci | inner.Tci) & TciParts.DropEligible) == 0;
    }

    private static void ReadIpv4(ReadOnlySpan<byte> packet, ref FlowKey key)
    {
        Ipv4View.TryParse(packet, out var view);
        key.SetWide(FlowField.NwSrc, view.Source.Bits);
        key.SetWide(FlowField.NwDst, view.Destination.Bits);
        key.Set(FlowField.IpTos, view.Tos);
        key.Set(FlowField.IpTtl, view.Ttl);
    }

    private static void ReadIpv6(ReadOnlySpan<byte> packet, ref FlowKey key)
    {
        Ipv6View.TryParse(packet, out var view);
        key.SetWide(FlowField.NwSrc, view.Source.Bits);
        key.SetWide(FlowField.NwDst, view.Destination.Bits);
        key.Set(FlowField.IpTos, view.TrafficClass);
        key.Set(FlowField.IpTtl, view.HopLimit);
        key.Set(FlowField.Ipv6Label, view.FlowLabel);
    }

    private static void ReadArp(ReadOnlySpan<byte> packet, ref FlowKey key)
    {
        ArpView.TryParse(packet, out var view);
        ArpHeader.TryParse(view, out var header, out _);
        key.Set(FlowField.ArpOp, header.Operation <= MaxArpOperation ? header.Operation : 0u);
        key.SetWide(FlowField.NwSrc, header.SenderIp.Bits);
        key.SetWide(FlowField.NwDst, header.TargetIp.Bits);
        key.Set(FlowField.ArpSha, header.SenderMac.Bits);
        key.Set(FlowField.ArpTha, header.TargetMac.Bits);
    }

    private static void ReadIp(ReadOnlySpan<byte> frame, in PacketLayout layout, ref FlowKey key)
    {
        key.Set(FlowField.IpProto, layout.Protocol);
        key.Set(FlowField.IpFrag, (ulong)layout.Fragment);
        var transport = frame[layout.TransportOffset..];
        switch (layout.Transport)
        {
            case TransportKind.Tcp:
                TcpView.TryParse(transport, out var tcp);
                key.Set(FlowField.TpSrc, tcp.SourcePort);
                key.Set(FlowField.TpDst, tcp.DestinationPort);
                key.Set(FlowField.TcpFlags, (ulong)tcp.Flags);
                break;
            case TransportKind.Udp:
                UdpView.TryParse(transport, out var udp);
                key.Set(FlowField.TpSrc, udp.SourcePort);
                key.Set(FlowField.TpDst, udp.DestinationPort);
                break;
            case TransportKind.Icmp:
                IcmpView.TryParse(transport, out var icmp);
                key.Set(FlowField.TpSrc, icmp.Type);
                key.Set(FlowField.TpDst, icmp.Code);
                break;
            case TransportKind.Icmpv6:
                ReadIcmpv6(frame, transport, layout, ref key);
                break;
            case TransportKind.None:
                break;
        }
    }

    private static void ReadIcmpv6(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> transport, in PacketLayout layout, ref FlowKey key)
    {
        Icmpv6View.TryParse(transport, out var icmp);
        key.Set(FlowField.TpSrc, icmp.Type);
        key.Set(FlowField.TpDst, icmp.Code);
        if (!NeighborFields.TryRead(frame, layout, out var neighbor))
            return;
        key.SetWide(FlowField.NdTarget, neighbor.Target.Bits);
        key.Set(FlowField.ArpSha, neighbor.SourceMac.Bits);
        key.Set(FlowField.ArpTha, neighbor.TargetMac.Bits);
    }
}
