using System.Text;
using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketText
{
    private static void AppendTransport(StringBuilder text, Envelope packet, ReadOnlySpan<byte> payload, int depth)
    {
        var isV4 = packet.Source.Family == IpFamily.V4;
        if (packet.IsLater)
            text.Append($"protocol {packet.Protocol}, length {payload.Length}");
        else if (packet.Protocol == IpProtocol.Tcp && TcpView.TryParse(payload, out var tcp))
            AppendTcp(text, packet, tcp);
        else if (packet.Protocol == IpProtocol.Udp && UdpView.TryParse(payload, out var udp))
            AppendUdp(text, packet, udp, depth);
        else if (packet.Protocol == IpProtocol.Icmp && isV4 && IcmpView.TryParse(payload, out var icmp))
            AppendIcmp(text, packet, icmp, depth);
        else if (packet.Protocol == IpProtocol.Icmpv6 && !isV4 && Icmpv6View.TryParse(payload, out var icmpv6))
            AppendIcmpv6(text, packet, icmpv6, depth);
        else
            text.Append($"protocol {packet.Protocol}, length {payload.Length}");
    }

    private static void AppendTcp(StringBuilder text, Envelope packet, TcpView view)
    {
        text.Append($"tcp {view.SourcePort} > {view.DestinationPort} {view.Flags} seq {view.Sequence}");
        if ((view.Flags & TcpFlags.Ack) != 0)
            text.Append($" ack {view.Acknowledgment}");
        text.Append($" window {view.Window}");
        if (Tcp.TryFindMaxSegmentSize(view.Segment, out var at))
            text.Append($" mss {NetworkOrder.U16(view.Segment, at)}");
        var isRight = TcpHeader.TryParse(view, packet.Source, packet.Destination, out _, out var fault);
        if (!isRight && !(packet.IsUnchecked && fault == HeaderFault.Checksum))
            text.Append($" [{fault}]");
        text.Append($", length {view.Payload.Length}");
    }

    private static void AppendUdp(StringBuilder text, Envelope packet, UdpView view, int depth)
    {
        text.Append($"udp {view.SourcePort} > {view.DestinationPort}");
        var isRight = UdpHeader.TryParse(view, packet.Source, packet.Destination, out _, out var fault);
        if (!isRight && !packet.IsUnchecked)
            text.Append($" [{fault}]");
        text.Append($", length {view.Payload.Length}");
        if (depth >= MaxDepth || view.DestinationPort != Vxlan.Port || !VxlanView.TryParse(view.Payload, out var vxlan))
            return;
        text.Append($", vxlan {vxlan.Vni}");
        if (!VxlanHeader.TryParse(vxlan, out _, out var vxlanFault))
            text.Append($" [{vxlanFault}]");
        text.Append(": ");
        AppendFrame(text, vxlan.Payload, depth + 1);
    }

    private static void AppendIcmp(StringBuilder text, Envelope packet, IcmpView view, int depth)
    {
        text.Append("icmp ");
        if (view.Type is IcmpType.EchoRequest or IcmpType.EchoReply)
            text.Append(view.Type == IcmpType.EchoRequest ? "echo request" : "echo reply")
                .Append($" id {view.Identifier} seq {view.Sequence}");
        else
            text.Append($"type {view.Type} code {view.Code} rest 0x{view.Rest:x8}");
        if (!IcmpHeader.TryParse(view, out _, out var fault) && !packet.IsUnchecked)
            text.Append($" [{fault}]");
        text.Append($", length {view.Payload.Length}");
        if (depth >= MaxDepth || !IcmpType.IsError(view.Type))
            return;
        text.Append(", about ");
        AppendIpv4(text, view.Payload, depth + 1);
    }

    private static void AppendIcmpv6(StringBuilder text, Envelope packet, Icmpv6View view, int depth)
    {
        text.Append("icmpv6 ");
        var (source, destination) = (packet.Source.AsV6, packet.Destination.AsV6);
        if (view.Type is Icmpv6Type.EchoRequest or Icmpv6Type.EchoReply)
            text.Append(view.Type == Icmpv6Type.EchoRequest ? "echo request" : "echo reply")
                .Append($" id {view.Identifier} seq {view.Sequence}");
        else if (!TryAppendDiscovery(text, packet, view.Message))
            text.Append($"type {view.Type} code {view.Code} rest 0x{view.Rest:x8}");
        if (!Icmpv6Header.TryParse(view, source, destination, out _, out var fault) && !packet.IsUnchecked)
            text.Append($" [{fault}]");
        text.Append($", length {view.Payload.Length}");
        if (depth >= MaxDepth || !Icmpv6Type.IsError(view.Type))
            return;
        text.Append(", about ");
        AppendIpv6(text, view.Payload, depth + 1);
    }
}
