using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>What becomes of packets for ports of hosts that the underlay does not lead to at the moment.</summary>
/// <remarks>
/// Each verdict leaves the tag of the way, which is touched when the way goes down or comes up. A packet whose source is told makes no flow,
/// since the answer quotes it.
/// </remarks>
internal static class TunnelStep
{
    /// <summary>The host is reached, or it is this one.</summary>
    public static bool IsReached(ref Walk walk, HostId host)
    {
        walk.Tag(FlowTag.Of(FlowTagKind.Tunnel, host.Value));
        return !walk.Learned.UnreachedHosts.Contains(host);
    }

    /// <summary>A packet that would leave by a port of a host that is not reached; the last router on its way tells its source.</summary>
    /// <remarks>A bridge has no address to tell it from.</remarks>
    public static void CutOff(ref Walk walk, Port port)
    {
        if (FindLastRouterPort(ref walk) is { } inPort)
            Refuse(ref walk, inPort, port.Ref);
        else
            walk.Drop(DropReason.PeerUnreachable, Decider.At(port.Ref));
    }

    /// <summary>A router has no other way for a packet (RFC 1812, section 5.2.7.1; RFC 4443, section 3.1, code 3).</summary>
    public static void Refuse(ref Walk walk, Port inPort, DeviceRef decider)
    {
        if (!walk.IsFlooded)
            IcmpErrors.Send(ref walk, inPort, IcmpError.HostUnreachable);
        walk.Drop(DropReason.PeerUnreachable, Decider.At(decider));
    }

    /// <summary>The port by which this copy entered the last router on its way; null if there was none, or the router made it.</summary>
    private static Port? FindLastRouterPort(ref Walk walk)
    {
        var passed = walk.Scratch.Traversed.Span;
        for (var i = passed.Length - 1; i > 0; i--)
        {
            if (passed[i].Kind == DeviceKind.Router)
                return walk.Topology.Ports.GetValueOrDefault(new PortId(passed[i - 1].Id));
        }
        return null;
    }
}
