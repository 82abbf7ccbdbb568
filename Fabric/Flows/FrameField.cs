using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Sets bits of the fields of a frame that a key names.</summary>
/// <remarks>A frame that does not have the field stays as it is. Fields that no frame can be given (protocols, fragments, flags) are not settable.</remarks>
internal static class FrameField
{
    /// <summary>The fields that <see cref="SetLink"/> and <see cref="SetNetwork"/> know.</summary>
    public static ReadOnlySpan<FlowField> Settable =>
        [
            FlowField.EthSrc,
            FlowField.EthDst,
            FlowField.VlanTci,
            FlowField.IpTos,
            FlowField.IpTtl,
            FlowField.Ipv6Label,
            FlowField.NwSrc,
            FlowField.NwDst,
            FlowField.TpSrc,
            FlowField.TpDst,
            FlowField.ArpOp,
            FlowField.ArpSha,
            FlowField.ArpTha,
            FlowField.NdTarget,
        ];

    /// <summary>The outer VLAN tag of a frame.</summary>
    public static bool TryVlan(ReadOnlySpan<byte> frame, out VlanView tag) =>
        VlanView.TryParse(frame[Ethernet.TypeAt..], out tag) && EtherType.IsVlan(tag.Tpid);

    /// <summary>Sets bits of an Ethernet address or of the outer VLAN tag.</summary>
    public static void SetLink(Span<byte> frame, FlowField field, UInt128 value, UInt128 mask)
    {
        EthernetView.TryParse(frame, out var ethernet);
        if (field == FlowField.EthSrc)
            Ethernet.SetSource(frame, Mac(ethernet.Source, value, mask));
        else if (field == FlowField.EthDst)
            Ethernet.SetDestination(frame, Mac(ethernet.Destination, value, mask));
        else if (TryVlan(frame, out var tag))
            Vlan.SetTci(frame, (ushort)Merge(tag.Tci, value, mask));
    }

    /// <summary>Sets bits of a field of the network or transport header.</summary>
    /// <param name="frame">The frame that the layout is of; what precedes its network header does not matter.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">The new bits.</param>
    /// <param name="mask">Which bits to set.</param>
    public static void SetNetwork(Span<byte> frame, in PacketLayout layout, FlowField field, UInt128 value, UInt128 mask)
    {
        if (field is FlowField.TpSrc or FlowField.TpDst)
            SetPort(frame, layout, field, value, mask);
        else if (layout.Network == NetworkKind.Ipv4)
            SetIpv4(frame, layout, field, value, mask);
        else if (layout.Network == NetworkKind.Ipv6)
            SetIpv6(frame, layout, field, value, mask);
        else if (layout.Network == NetworkKind.Arp)
            SetArp(frame, layout, field, value, mask);
    }

    private static void SetIpv4(Span<byte> frame, in PacketLayout layout, FlowField field, UInt128 value, UInt128 mask)
    {
        Ipv4View.TryParse(frame[layout.NetworkOffset..], out var packet);
        if (field == FlowField.NwSrc)
            PacketEditor.SetSource(frame, layout, V4(packet.Source, value, mask));
        else if (field == FlowField.NwDst)
            PacketEditor.SetDestination(frame, layout, V4(packet.Destination, value, mask));
        else if (field == FlowField.IpTtl)
            PacketEditor.SetTtl(frame, layout, (byte)Merge(packet.Ttl, value, mask));
        else if (field == FlowField.IpTos)
            PacketEditor.SetTos(frame, layout, (byte)Merge(packet.Tos, value, mask));
    }

    private static void SetIpv6(Span<byte> frame, in PacketLayout layout, FlowField field, UInt128 value, UInt128 mask)
    {
        Ipv6View.TryParse(frame[layout.NetworkOffset..], out var packet);
        if (field == FlowField.NwSrc)
            PacketEditor.SetSource(frame, layout, new Ipv6Address(Merge(packet.Source.Bits, value, mask)));
        else if (field == FlowField.NwDst)
            PacketEditor.SetDestination(frame, layout, new Ipv6Address(Merge(packet.Destination.Bits, value, mask)));
        else if (field == FlowField.IpTtl)
            PacketEditor.SetTtl(frame, layout, (byte)Merge(packet.HopLimit, value, mask));
        else if (field == FlowField.IpTos)
            PacketEditor.SetTos(frame, layout, (byte)Merge(packet.TrafficClass, value, mask));
        else if (field == FlowField.Ipv6Label)
            PacketEditor.SetFlowLabel(frame, layout, (uint)Merge(packet.FlowLabel, value, mask));
        else if (NeighborFields.TryRead(frame, layout, out var neighbor))
            SetNeighbor(frame, layout, neighbor, field, value, mask);
    }

    private static void SetNeighbor(
        Span<byte> frame,
        in PacketLayout layout,
        in NeighborFields neighbor,
        FlowField field,
        UInt128 value,
        UInt128 mask
    )
    {
        if (field == FlowField.NdTarget)
            PacketEditor.SetNdTarget(frame, layout, new Ipv6Address(Merge(neighbor.Target.Bits, value, mask)));
        else if (field == FlowField.ArpSha)
            PacketEditor.SetNdSource(frame, layout, Mac(neighbor.SourceMac, value, mask));
        else if (field == FlowField.ArpTha)
            PacketEditor.SetNdTarget(frame, layout, Mac(neighbor.TargetMac, value, mask));
    }

    private static void SetArp(Span<byte> frame, in PacketLayout layout, FlowField field, UInt128 value, UInt128 mask)
    {
        ArpView.TryParse(frame[layout.NetworkOffset..], out var view);
        ArpHeader.TryParse(view, out var packet, out _);
        if (field == FlowField.NwSrc)
            PacketEditor.SetSource(frame, layout, V4(packet.SenderIp, value, mask));
        else if (field == FlowField.NwDst)
            PacketEditor.SetDestination(frame, layout, V4(packet.TargetIp, value, mask));
        else if (field == FlowField.ArpOp)
            PacketEditor.SetArpOperation(frame, layout, (ushort)Merge(packet.Operation, value, mask));
        else if (field == FlowField.ArpSha)
            PacketEditor.SetArpSender(frame, layout, Mac(packet.SenderMac, value, mask));
        else if (field == FlowField.ArpTha)
            PacketEditor.SetArpTarget(frame, layout, Mac(packet.TargetMac, value, mask));
    }

    private static void SetPort(Span<byte> frame, in PacketLayout layout, FlowField field, UInt128 value, UInt128 mask)
    {
        if (layout.Transport is not (TransportKind.Tcp or TransportKind.Udp))
            return;
        // Both protocols begin with the two ports (RFC 9293, section 3.1; RFC 768, Format).
        UdpView.TryParse(frame[layout.TransportOffset..], out var transport);
        if (field == FlowField.TpSrc)
            PacketEditor.SetSourcePort(frame, layout, (ushort)Merge(transport.SourcePort, value, mask));
        else
            PacketEditor.SetDestinationPort(frame, layout, (ushort)Merge(transport.DestinationPort, value, mask));
    }

    private static UInt128 Merge(UInt128 old, UInt128 value, UInt128 mask) => old & ~mask | value & mask;

    private static MacAddress Mac(MacAddress old, UInt128 value, UInt128 mask) => new((ulong)Merge(old.Bits, value, mask));

    private static Ipv4Address V4(Ipv4Address old, UInt128 value, UInt128 mask) => new((uint)Merge(old.Bits, value, mask));
}
