using Fabric.Addresses;
using Fabric.Balancing.Checks;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Takes what members of pools answer to the checks of a router: whoever checks them is told, here or at another host.</summary>
internal static class CheckStep
{
    /// <summary>Takes a whole packet for an address of the router; false if it is no answer to a check.</summary>
    public static bool Takes(ref Walk walk, Router router, Port inPort, IpFamily family, byte protocol)
    {
        if (!router.Translates || NatProgram.Of(router).Checked is not { } members || !IsToChecks(ref walk, family, protocol))
            return false;
        var isMember = members.Contains(IpAddress.Of(family, walk.Key.Current.GetWide(FlowField.NwSrc)), out var decisive);
        walk.Key.ObserveWide(FlowField.NwSrc, IpPrefix.MaskOf(family, decisive));
        if (!isMember)
            return false;
        walk.Consume();
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Reply, router.Ref, TraceText.HearsCheck());
        if (ReceivedFrame.TryTake(ref walk, inPort, out var received))
            ReceivedFrame.Heard(ref walk, received, router.Id);
        return true;
    }

    /// <summary>An error is about a check: no connection that is translated, and the router's own.</summary>
    public static bool IsAbout(Router router, ReadOnlySpan<byte> quote, IpFamily family) =>
        InnerPacket.TryParse(quote, family, out var inner)
        && CheckPorts.Contains(inner.SourcePort)
        && NatProgram.Of(router).Checked is { } members
        && members.Contains(inner.Destination, out _);

    /// <summary>It is for a port that checks ask from, or it is an error, which says inside what it is about.</summary>
    private static bool IsToChecks(ref Walk walk, IpFamily family, byte protocol) =>
        protocol switch
        {
            IpProtocol.Tcp or IpProtocol.Udp => walk.Key.Matches(FlowField.TpDst, CheckPorts.First, CheckPorts.Mask),
            IpProtocol.Icmp when family == IpFamily.V4 => walk.Key.Matches(FlowField.TpSrc, IcmpType.DestinationUnreachable, 0xffff),
            IpProtocol.Icmpv6 when family == IpFamily.V6 => walk.Key.Matches(FlowField.TpSrc, Icmpv6Type.DestinationUnreachable, 0xffff),
            _ => false,
        };
}
