using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Takes packets for a router's own addresses: answers echoes, and tells that nothing else is there (RFC 1122, section 3.2.2).</summary>
/// <remarks>
/// Any own address is answered for, whichever port it belongs to and whether that port is up; the answer goes back to the station
/// that the packet came from. Fragments are not put together, so a fragmented echo is not answered.
/// </remarks>
internal static class LocalReplyStep
{
    /// <summary>Takes a packet.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="router">The router.</param>
    /// <param name="inPort">Where it came in.</param>
    /// <param name="speaker">The own address that answers.</param>
    public static void Take(ref Walk walk, Router router, Port inPort, IpAddress speaker)
    {
        var protocol = (byte)walk.Key.Read(FlowField.IpProto);
        var isWhole = walk.Key.Read(FlowField.IpFrag) == (ulong)FragmentKind.None;
        if (isWhole && IsEchoRequest(ref walk, speaker.Family, protocol))
        {
            Echo(ref walk, router, inPort, TellerOf(walk, speaker));
            return;
        }
        if (isWhole && CheckStep.Takes(ref walk, router, inPort, speaker.Family, protocol))
            return;
        if (isWhole)
            Refuse(ref walk, inPort, speaker, protocol);
        walk.Drop(DropReason.NoLocalService, Decider.At(router.Ref));
    }

    /// <summary>The packet is an echo request.</summary>
    public static bool IsEchoRequest(ref Walk walk, IpFamily family, byte protocol) =>
        family == IpFamily.V4
            ? protocol == IpProtocol.Icmp && walk.Key.Matches(FlowField.TpSrc, IcmpType.EchoRequest, 0xffff)
            : protocol == IpProtocol.Icmpv6 && walk.Key.Matches(FlowField.TpSrc, Icmpv6Type.EchoRequest, 0xffff);

    /// <summary>Who answers, to whom the packet was for another address before it was taken to the other IP version here: that one.</summary>
    private static IpAddress TellerOf(in Walk walk, IpAddress speaker) => walk.IsCrossed ? walk.Scratch.BeforeReceived.NwDst : speaker;

    private static void Echo(ref Walk walk, Router router, Port inPort, IpAddress speaker)
    {
        walk.IsUncacheable = true;
        var length = 0;
        if (inPort.Mac is { } mac && ReceivedFrame.TryTake(ref walk, inPort, out var received))
        {
            length = PacketBuilder.EchoReply(received.Answer, received.Frame, received.Layout, mac, received.Source, speaker);
            ReceivedFrame.Answered(ref walk, received, inPort, length);
        }
        if (length == 0 && !walk.Packet.IsEmpty)
        {
            walk.Drop(DropReason.Malformed, Decider.At(router.Ref));
            return;
        }
        walk.Consume();
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Reply, router.Ref, TraceText.AnswersEcho(speaker));
    }

    /// <summary>Tells the source that nothing listens there, as the standards allow for its protocol; dropping is left to the caller.</summary>
    public static void Refuse(ref Walk walk, Port inPort, IpAddress speaker, byte protocol)
    {
        switch (protocol)
        {
            case IpProtocol.Icmp when speaker.Family == IpFamily.V4:
            case IpProtocol.Icmpv6 when speaker.Family == IpFamily.V6:
            case IpProtocol.None:
                // Answers and errors end here in silence.
                break;
            case IpProtocol.Tcp:
                walk.IsUncacheable = true;
                if (inPort.Mac is { } mac && ReceivedFrame.TryTake(ref walk, inPort, out var received))
                    RejectStep.Reset(ref walk, inPort, received, mac);
                break;
            case IpProtocol.Udp:
                IcmpErrors.Send(ref walk, inPort, IcmpError.PortUnreachable, TellerOf(walk, speaker));
                break;
            default:
                IcmpErrors.Send(ref walk, inPort, IcmpError.ProtocolUnreachable, TellerOf(walk, speaker));
                break;
        }
    }
}
