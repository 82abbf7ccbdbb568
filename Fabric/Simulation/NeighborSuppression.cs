using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>A bridge answers ARP and neighbor solicitations for the addresses that it knows, so that they need no flood.</summary>
/// <remarks>
/// <para>
/// It knows the stations of bindings and the linked router ports (<see cref="BridgeIndex.Addresses"/>). A question for a router port
/// goes to that port alone, so that the router hears who asks; for a station the bridge answers in its name.
/// </para>
/// <para>
/// Not answered but passed on as any frame: announcements, ARP probes (RFC 5227, section 1.1) and solicitations from the unspecified address
/// (RFC 4862, section 5.4.2), because whether an address is in use only its station can tell, and a description may be
/// behind; a station's question for an address of its own; malformed messages. Tagged frames do not come here.
/// </para>
/// </remarks>
internal static class NeighborSuppression
{
    /// <summary>Answers a request if the bridge knows the address; true means the packet has been dealt with.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="bridge">The bridge.</param>
    /// <param name="inPort">Where it came in, and an answer goes out.</param>
    /// <param name="destination">The frame's destination: a group or one station, it does not matter which.</param>
    public static bool Answers(ref Walk walk, Bridge bridge, Port inPort, MacAddress destination) =>
        walk.Key.Read(FlowField.EthType) switch
        {
            EtherType.Arp => AnswersArp(ref walk, bridge, inPort),
            EtherType.Ipv6 => AnswersSolicitation(ref walk, bridge, inPort),
            _ => false,
        };

    private static bool AnswersArp(ref Walk walk, Bridge bridge, Port inPort)
    {
        if (walk.Key.Read(FlowField.ArpOp) != Arp.Request)
            return false;
        var asker = IpAddress.V4((uint)walk.Key.ReadWide(FlowField.NwSrc));
        var target = IpAddress.V4((uint)walk.Key.ReadWide(FlowField.NwDst));
        var askerMac = new MacAddress(walk.Key.Read(FlowField.ArpSha));
        if (asker.IsUnspecified || asker == target)
            return false;
        if (StationOf(ref walk, bridge, target) is not { } mac || mac == askerMac)
            return false;
        if (GoesToRouter(ref walk, bridge, inPort, mac))
            return true;
        var frames = walk.Scratch.Frames;
        var start = frames.Count;
        var frame = frames.Reserve(PacketBuilder.MaxLength);
        var length = PacketBuilder.ArpReply(frame, mac, target.AsV4, askerMac, asker.AsV4);
        Send(ref walk, inPort, start, length, target, mac);
        return true;
    }

    private static bool AnswersSolicitation(ref Walk walk, Bridge bridge, Port inPort)
    {
        if (!IsSolicitation(ref walk))
            return false;
        var asker = IpAddress.V6(walk.Key.ReadWide(FlowField.NwSrc));
        var target = IpAddress.V6(walk.Key.ReadWide(FlowField.NdTarget));
        // The option may be left out in a question to one station.
        var option = walk.Key.Read(FlowField.ArpSha);
        var askerMac = new MacAddress(option != 0 ? option : walk.Key.Read(FlowField.EthSrc));
        if (asker.IsUnspecified || asker.IsMulticast || target.IsMulticast || askerMac.IsMulticast)
            return false;
        if (StationOf(ref walk, bridge, target) is not { } mac || mac == askerMac)
            return false;
        if (GoesToRouter(ref walk, bridge, inPort, mac))
            return true;
        var frames = walk.Scratch.Frames;
        var start = frames.Count;
        var frame = frames.Reserve(PacketBuilder.MaxLength);
        // Whether the station is a router the bridge does not know. Saying no would take one out of the asker's default routers;
        // saying yes puts none in, since only router advertisements do (RFC 4861, sections 7.2.5 and 6.3.4).
        var length = PacketBuilder.NeighborAdvertisement(frame, mac, target.AsV6, askerMac, asker.AsV6, isRouter: true);
        Send(ref walk, inPort, start, length, target, mac);
        return true;
    }

    /// <summary>A neighbor solicitation as its receivers would take it (RFC 4861, section 7.1.1), as far as the key tells.</summary>
    private static bool IsSolicitation(ref Walk walk)
    {
        var key = walk.Key;
        return key.Matches(FlowField.IpProto, IpProtocol.Icmpv6, 0xff)
            && key.Read(FlowField.IpFrag) == (ulong)FragmentKind.None
            && key.Matches(FlowField.TpSrc, Icmpv6Type.NeighborSolicitation, 0xffff)
            && key.Matches(FlowField.TpDst, 0, 0xffff)
            && key.Matches(FlowField.IpTtl, NeighborDiscovery.HopLimit, 0xff);
    }

    private static MacAddress? StationOf(ref Walk walk, Bridge bridge, IpAddress address)
    {
        walk.Tag(FlowTag.Address(FlowTagKind.BridgeAddress, bridge.Id.Value, address));
        var index = walk.Topology.BridgeIndexes.GetValueOrDefault(bridge.Id, BridgeIndex.Empty);
        return index.Addresses.TryGetValue(address, out var mac) ? mac : null;
    }

    /// <summary>Sends a question for a linked router's port to that port alone; false if the station is no router port.</summary>
    private static bool GoesToRouter(ref Walk walk, Bridge bridge, Port inPort, MacAddress mac)
    {
        var index = walk.Topology.BridgeIndexes.GetValueOrDefault(bridge.Id, BridgeIndex.Empty);
        walk.Tag(FlowTag.Station(bridge.Id.Value, mac));
        if (!index.Stations.TryGetValue(mac, out var outId) || PortStep.Find(ref walk, outId) is not { Peer: { } peerId } outPort)
            return false;
        if (PortStep.Find(ref walk, peerId) is not { IsRouterPort: true })
            return false;
        if (outId == inPort.Id)
            walk.Drop(DropReason.SamePort, Decider.At(bridge.Ref));
        else
            BridgeStep.LeaveBy(ref walk, bridge, inPort, outPort, isTagged: false);
        return true;
    }

    private static void Send(ref Walk walk, Port inPort, int start, int length, IpAddress address, MacAddress mac)
    {
        walk.Scratch.Frames.Truncate(start + length);
        walk.Scratch.Effects.Add(Effect.Emit(inPort.Id, start, length));
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Reply, inPort.Owner, TraceText.TellsStation(address, mac));
        walk.Consume();
    }
}
