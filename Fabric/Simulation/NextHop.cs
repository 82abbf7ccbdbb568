using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Finds the Ethernet address of the next hop (RFC 1812, section 5.2.4.2; RFC 4861, section 5.2).</summary>
internal static class NextHop
{
    /// <summary>Finds the address; if there is none yet, the packet's way has ended for now.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">Where the packet came in, and an error goes out.</param>
    /// <param name="outPort">The port of the route.</param>
    /// <param name="hop">The route's gateway or the packet's destination.</param>
    /// <param name="mac">The address.</param>
    public static bool TryFind(ref Walk walk, Port inPort, Port outPort, IpAddress hop, out MacAddress mac)
    {
        mac = default;
        if (!PortAddressing.IsOnLink(outPort, hop))
            return Fail(ref walk, inPort, DropReason.GatewayOffLink);
        var known = KnownAt(ref walk, outPort, hop, out var isOnlyPeer) ?? (isOnlyPeer ? null : LearnedAt(ref walk, outPort, hop));
        if (known is { } found)
        {
            mac = found;
            if (walk.IsTraced)
                walk.Note(TraceStepKind.Lookup, outPort.Owner, TraceText.Neighbor(outPort, hop, found));
            return true;
        }
        if (isOnlyPeer || walk.Learned.FailedNeighbors.Contains(new NeighborKey(outPort.Id, hop)))
            return Fail(ref walk, inPort, DropReason.NeighborUnreachable);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, outPort.Owner, TraceText.AsksFor(outPort, hop));
        walk.Scratch.Effects.Add(Effect.ResolveNeighbor(outPort.Id, hop));
        walk.Await();
        return false;
    }

    /// <summary>What the description tells of an interior port's link, without asking anyone.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="outPort">The port.</param>
    /// <param name="hop">Whose address is wanted.</param>
    /// <param name="isOnlyPeer">The link has one other end, a router port, so that nobody else can have the address.</param>
    private static MacAddress? KnownAt(ref Walk walk, Port outPort, IpAddress hop, out bool isOnlyPeer)
    {
        isOnlyPeer = false;
        if (outPort.Peer is not { } peerId || PortStep.Find(ref walk, peerId) is not { } peer)
            return null;
        if (peer.IsRouterPort)
        {
            isOnlyPeer = true;
            return PortAddressing.Owns(peer, hop) ? peer.Mac : null;
        }
        var bridge = peer.Owner.AsBridge;
        walk.Tag(FlowTag.Address(FlowTagKind.BridgeAddress, bridge.Value, hop));
        var index = walk.Topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        return index.Addresses.TryGetValue(hop, out var mac) ? mac : null;
    }

    /// <summary>What a neighbor said itself.</summary>
    private static MacAddress? LearnedAt(ref Walk walk, Port outPort, IpAddress hop)
    {
        walk.Tag(FlowTag.Address(FlowTagKind.Neighbor, outPort.Id.Value, hop));
        return walk.Learned.Neighbors.TryGetValue(new NeighborKey(outPort.Id, hop), out var mac) ? mac : null;
    }

    private static bool Fail(ref Walk walk, Port inPort, DropReason reason)
    {
        IcmpErrors.Send(ref walk, inPort, IcmpError.HostUnreachable);
        walk.Drop(reason, Decider.At(inPort.Owner));
        return false;
    }
}
