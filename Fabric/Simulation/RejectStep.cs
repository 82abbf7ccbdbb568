using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells the source of a refused packet, if the standards allow an answer; dropping is left to the caller.</summary>
/// <remarks>
/// A bridge has no address, so there the answer comes from the packet's destination; at a router an ICMP error comes from the port
/// where the packet came in. A TCP reset always comes from the destination, or its receiver would not know the connection.
/// </remarks>
internal static class RejectStep
{
    /// <summary>A rule rejected: TCP reset, or ICMP administratively prohibited.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">The port by which the packet entered the device where the rule is attached; the answer leaves by it.</param>
    public static void Answer(ref Walk walk, Port inPort)
    {
        if (IcmpErrors.IsToGroup(ref walk))
            return;
        walk.IsUncacheable = true;
        if (!ReceivedFrame.TryTake(ref walk, inPort, out var received))
            return;
        var mac = inPort.IsRouterPort ? inPort.Mac ?? received.Destination : received.Destination;
        if (received.Layout.Protocol == IpProtocol.Tcp)
            Reset(ref walk, inPort, received, mac);
        else
            IcmpErrors.Send(ref walk, inPort, received, IcmpError.Prohibited, mac, inPort.IsRouterPort ? null : DestinationOf(ref walk));
    }

    /// <summary>A router or its port is administratively down: ICMP prohibited (RFC 1812, section 5.2.7.1; RFC 4443, section 3.1).</summary>
    public static void Prohibited(ref Walk walk, Port inPort)
    {
        // Frames that a bridge floods to the router are not its business to answer.
        if (inPort.Mac is { } mac && walk.Key.Matches(FlowField.EthDst, mac.Bits, FlowFieldLayout.OnesOf(FlowField.EthDst)))
            IcmpErrors.Send(ref walk, inPort, IcmpError.Prohibited);
    }

    /// <summary>Resets the connection of a TCP segment that was received (RFC 9293, section 3.5.2).</summary>
    public static void Reset(ref Walk walk, Port inPort, scoped ReceivedFrame received, MacAddress mac)
    {
        var length = PacketBuilder.TcpReset(received.Answer, received.Frame, received.Layout, mac, received.Source);
        if (ReceivedFrame.Answered(ref walk, received, inPort, length) && walk.IsTraced)
            walk.Note(TraceStepKind.Reply, inPort.Owner, TraceText.Resets());
    }

    private static IpAddress DestinationOf(ref Walk walk)
    {
        var family = walk.Key.Read(FlowField.EthType) == EtherType.Ipv6 ? IpFamily.V6 : IpFamily.V4;
        return IpAddress.Of(family, walk.Key.ReadWide(FlowField.NwDst));
    }
}
