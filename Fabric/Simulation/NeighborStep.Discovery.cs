using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NeighborStep
{
    /// <summary>Takes a neighbor solicitation or advertisement that is for the router; false for all else.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="router">The router.</param>
    /// <param name="inPort">Where it came in.</param>
    /// <param name="isGroup">It was sent to a group of the link.</param>
    public static bool TakesDiscovery(ref Walk walk, Router router, Port inPort, bool isGroup)
    {
        if (!walk.Key.Matches(FlowField.IpProto, IpProtocol.Icmpv6, 0xff))
            return false;
        // RFC 6980, section 5: fragmented messages are not taken.
        if (walk.Key.Read(FlowField.IpFrag) != (ulong)FragmentKind.None)
            return false;
        var isSolicitation = walk.Key.Matches(FlowField.TpSrc, Icmpv6Type.NeighborSolicitation, 0xffff);
        if (!isSolicitation && !walk.Key.Matches(FlowField.TpSrc, Icmpv6Type.NeighborAdvertisement, 0xffff))
            return false;
        // To another host it is a packet like others, and its hop limit tells that host that it was forwarded.
        var destination = IpAddress.V6(walk.Key.ReadWide(FlowField.NwDst));
        if (!isGroup && !Answers(router, inPort, destination))
            return false;
        if (isSolicitation)
            TakeSolicitation(ref walk, router, inPort);
        else
            TakeAdvertisement(ref walk, router, inPort);
        return true;
    }

    /// <summary>RFC 4861, sections 7.1.1, 7.2.3 and 7.2.4.</summary>
    private static void TakeSolicitation(ref Walk walk, Router router, Port inPort)
    {
        var target = IpAddress.V6(walk.Key.ReadWide(FlowField.NdTarget));
        if (!Answers(router, inPort, target))
        {
            walk.Drop(DropReason.NotForRouter, Decider.At(router.Ref));
            return;
        }
        // Checksum and options are none of the key.
        walk.IsUncacheable = true;
        var asker = IpAddress.V6(walk.Key.ReadWide(FlowField.NwSrc));
        var isProbe = asker.IsUnspecified;
        if (
            !TryFindMessage(ref walk, out var view)
            || !NeighborSolicitation.TryParse(view, asker.AsV6, DestinationOf(ref walk), HopLimitOf(ref walk), out var message, out _)
            || (message.SourceMac is { } option && !IsStation(option))
            || (!isProbe && !PortAddressing.IsNeighbor(inPort, asker))
        )
        {
            Refuse(ref walk, router);
            return;
        }
        if (message.SourceMac is { } askerMac)
            walk.Scratch.Effects.Add(Effect.LearnNeighbor(inPort.Id, asker, askerMac, isAnswer: false));
        // A solicitation to one station may leave its sender's address out (RFC 4861, section 4.3).
        Advertise(ref walk, inPort, target, message.SourceMac ?? new MacAddress(walk.Key.Read(FlowField.EthSrc)), asker);
        walk.Consume();
    }

    private static void Advertise(ref Walk walk, Port inPort, IpAddress target, MacAddress askerMac, IpAddress asker)
    {
        if (inPort.Mac is not { } mac)
            return;
        var frames = walk.Scratch.Frames;
        var start = frames.Count;
        var frame = frames.Reserve(PacketBuilder.MaxLength);
        var length = PacketBuilder.NeighborAdvertisement(frame, mac, target.AsV6, askerMac, asker.AsV6, isRouter: true);
        frames.Truncate(start + length);
        walk.Scratch.Effects.Add(Effect.Emit(inPort.Id, start, length));
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Reply, inPort.Owner, TraceText.TellsStation(target, mac));
    }

    /// <summary>RFC 4861, sections 7.1.2 and 7.2.5.</summary>
    private static void TakeAdvertisement(ref Walk walk, Router router, Port inPort)
    {
        var target = IpAddress.V6(walk.Key.ReadWide(FlowField.NdTarget));
        if (!PortAddressing.IsNeighbor(inPort, target))
        {
            Refuse(ref walk, router);
            return;
        }
        // Flags, checksum and options are none of the key.
        walk.IsUncacheable = true;
        var source = IpAddress.V6(walk.Key.ReadWide(FlowField.NwSrc)).AsV6;
        var known = Known(ref walk, inPort, target);
        if (
            !TryFindMessage(ref walk, out var view)
            || !NeighborAdvertisement.TryParse(view, source, DestinationOf(ref walk), HopLimitOf(ref walk), out var message, out _)
            || (message.TargetMac ?? known) is not { } mac
            || !IsStation(mac)
        )
        {
            Refuse(ref walk, router);
            return;
        }
        var isMove = known is not null && known != mac;
        // An answer may make a neighbor; anything may update one, if it says that it overrides.
        var isBelieved = message.IsSolicited ? !isMove || message.IsOverride : isMove && message.IsOverride;
        if (isBelieved)
            walk.Scratch.Effects.Add(Effect.LearnNeighbor(inPort.Id, target, mac, message.IsSolicited));
        walk.Consume();
    }

    private static bool TryFindMessage(ref Walk walk, out NeighborView view)
    {
        view = default;
        return PacketLayout.TryParse(walk.Packet, out var layout)
            && layout.Transport == TransportKind.Icmpv6
            && layout.TransportOffset + layout.TransportLength <= walk.Packet.Length
            && NeighborView.TryParse(walk.Packet.Slice(layout.TransportOffset, layout.TransportLength), out view);
    }

    private static Ipv6Address DestinationOf(ref Walk walk) => new(walk.Key.ReadWide(FlowField.NwDst));

    private static byte HopLimitOf(ref Walk walk) => (byte)walk.Key.Read(FlowField.IpTtl);
}
