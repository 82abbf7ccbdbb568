using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

internal static partial class RouterStep
{
    /// <summary>Takes a packet for itself or finds its route.</summary>
    private static void Route(ref Walk walk, Router router, Port inPort, IpFamily family)
    {
        var table = walk.Topology.RouterIndexes.GetValueOrDefault(router.Id, RouterIndex.Empty).Table;
        var destination = RouteLookup.DestinationOf(ref walk, family);
        var match = RouteLookup.Find(ref walk, router.Id, table, destination);
        if (match.Own is not null || IsLinkLocalOf(ref walk, inPort, family))
            LocalReplyStep.Take(ref walk, router, inPort, destination);
        else if (MayForward(ref walk, router, inPort, family))
        {
            var route = RouteLookup.Choose(ref walk, table, destination, match, out var isCutOff);
            Forward(ref walk, router, inPort, destination, route, isCutOff);
        }
    }

    /// <summary>The destination is the link-local IPv6 address of the port where the packet came in, which no table knows.</summary>
    private static bool IsLinkLocalOf(ref Walk walk, Port inPort, IpFamily family) =>
        family == IpFamily.V6
        && PortAddressing.LinkLocalOf(inPort) is { } own
        && walk.Key.MatchesWide(FlowField.NwDst, own.Bits, UInt128.MaxValue);

    private static bool MayForward(ref Walk walk, Router router, Port inPort, IpFamily family)
    {
        if (NonForwardable.IsDestination(ref walk, family))
        {
            walk.Drop(DropReason.NotForwardable, Decider.At(router.Ref));
            return false;
        }
        if (NonForwardable.IsSourceOfLinkOnly(ref walk, family))
        {
            if (family == IpFamily.V6)
                IcmpErrors.Send(ref walk, inPort, IcmpError.BeyondScope);
            walk.Drop(DropReason.NotForwardable, Decider.At(router.Ref));
            return false;
        }
        // RFC 1812, section 5.3.1; RFC 8200, section 3: one that arrives with 1 or 0 goes no further.
        if (walk.Key.Read(FlowField.IpTtl) > 1)
            return true;
        IcmpErrors.Send(ref walk, inPort, IcmpError.TtlExceeded);
        walk.Drop(DropReason.TtlExceeded, Decider.At(router.Ref));
        return false;
    }

    private static void Forward(ref Walk walk, Router router, Port inPort, IpAddress destination, Route? route, bool isCutOff)
    {
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.Route(walk.Topology, destination, route));
        switch (route)
        {
            case null when isCutOff:
                TunnelStep.Refuse(ref walk, inPort, router.Ref);
                break;
            case null:
                IcmpErrors.Send(ref walk, inPort, IcmpError.NoRoute);
                walk.Drop(DropReason.NoRoute, Decider.At(router.Ref));
                break;
            case { Kind: RouteKind.Blackhole }:
                walk.Drop(DropReason.Blackhole, Decider.At(router.Ref));
                break;
            case { Kind: RouteKind.Reject }:
                IcmpErrors.Send(ref walk, inPort, IcmpError.RouteRejects);
                walk.Drop(DropReason.RouteReject, Decider.At(router.Ref));
                break;
            default:
                // The lookup has looked the port up.
                LeaveBy(ref walk, router, inPort, walk.Topology.Ports[route.Port!.Value], destination, route.Gateway);
                break;
        }
    }

    private static void LeaveBy(ref Walk walk, Router router, Port inPort, Port outPort, IpAddress destination, IpAddress? gateway)
    {
        if (gateway is null)
        {
            // The destination itself is the next hop, so all of it counts.
            walk.Key.ObserveWide(FlowField.NwDst, UInt128.MaxValue);
            // RFC 2644, section 3: a router does not forward directed broadcasts.
            if (PortAddressing.IsDirectedBroadcast(outPort, destination))
            {
                walk.Drop(DropReason.NotForwardable, Decider.At(router.Ref));
                return;
            }
        }
        if (!ChainStep.Passes(ref walk, router.OutboundChain, ChainHook.DeviceOutbound, router.Ref, inPort, outPort))
            return;
        if (!NextHop.TryFind(ref walk, inPort, outPort, gateway ?? destination, out var mac))
            return;
        if (!NatStep.Leave(ref walk, router, inPort, outPort, destination.Family))
            return;
        Debug.Assert(outPort.Mac is not null, "a router port without a station's address");
        var key = walk.Key;
        key.Write(FlowField.IpTtl, key.Read(FlowField.IpTtl) - 1);
        key.Write(FlowField.EthSrc, outPort.Mac?.Bits ?? 0);
        key.Write(FlowField.EthDst, mac.Bits);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Rewrite, router.Ref, TraceText.Readdresses(outPort, mac));
        PortStep.Leave(ref walk, inPort, outPort);
    }
}
