using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells the direction of a packet within its connection, and what to remember of a forward one.</summary>
internal static class RuleConnection
{
    /// <summary>The direction, by the packet's headers as it entered the network and the device that it entered.</summary>
    public static FlowDirection DirectionOf(ref Walk walk)
    {
        if (walk.IsEmitted)
            return FlowDirection.Return;
        if (PortStep.Find(ref walk, walk.Ingress) is not { } ingress || !TryReadEntered(ref walk, ingress.Owner, out var key))
            return FlowDirection.Forward;
        walk.Tag(key.Tag);
        if (walk.Learned.ReturnFlows.Contains(key))
            return FlowDirection.Return;
        walk.IsConnectionAsked = true;
        return FlowDirection.Forward;
    }

    /// <summary>Wishes that the answers to a packet which leaves the network be known as such, if a rule asked.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="egress">The device that it leaves, which the answers will enter.</param>
    public static void Track(ref Walk walk, DeviceRef egress)
    {
        // What the key is made of was observed when the rule asked, or written since.
        if (walk.IsConnectionAsked && TryMake(ref walk, walk.Key.Current, egress, out var key))
            walk.Scratch.Effects.Add(Effect.TrackConnection(key.ReverseAt(egress)));
    }

    private static bool TryReadEntered(ref Walk walk, DeviceRef device, out ConnectionKey key)
    {
        key = default;
        var observed = walk.Key;
        observed.ObserveOriginal(FlowField.EthType);
        if (observed.Original.EthType is not (EtherType.Ipv4 or EtherType.Ipv6))
            return false;
        observed.ObserveOriginal(FlowField.IpProto);
        if (observed.Original.IpProto is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6))
            return false;
        observed.ObserveOriginal(FlowField.IpFrag);
        if (observed.Original.IpFrag == FragmentKind.Later)
            return false;
        observed.ObserveOriginal(FlowField.TpSrc);
        if (!IsTracked(observed.Original))
            return false;
        observed.ObserveOriginal(FlowField.TpDst);
        observed.ObserveOriginal(FlowField.NwSrc);
        observed.ObserveOriginal(FlowField.NwDst);
        return TryMake(ref walk, observed.Original, device, out key);
    }

    private static bool TryMake(ref Walk walk, in FlowKey packet, DeviceRef device, out ConnectionKey key)
    {
        var (sourcePort, destinationPort) = (packet.TpSrc, packet.TpDst);
        var isEcho = packet.IpProto is IpProtocol.Icmp or IpProtocol.Icmpv6;
        var isWhole = true;
        if (isEcho)
        {
            isWhole = RuleInnerPacket.TryReadEchoIdentifier(ref walk, out sourcePort);
            destinationPort = sourcePort;
        }
        key = new ConnectionKey(device, packet.IpProto, packet.NwSrc, packet.NwDst, sourcePort, destinationPort);
        return isWhole;
    }

    /// <summary>TCP, UDP, or an echo of the packet's own version.</summary>
    private static bool IsTracked(in FlowKey packet) =>
        packet.IpProto switch
        {
            IpProtocol.Tcp or IpProtocol.Udp => true,
            IpProtocol.Icmp => packet.Family == IpFamily.V4 && packet.TpSrc is IcmpType.EchoRequest or IcmpType.EchoReply,
            _ => packet.Family == IpFamily.V6 && packet.TpSrc is Icmpv6Type.EchoRequest or Icmpv6Type.EchoReply,
        };
}
