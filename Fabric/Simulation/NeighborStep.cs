using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Takes ARP and neighbor discovery messages at a router's port: answers for its addresses, and learns.</summary>
/// <remarks>
/// <para>
/// A neighbor is learned from a question that it asks the router, and from its answer to a question (see
/// <see cref="Effect.IsAnswer"/>). What a station says unasked only updates a neighbor that is known (RFC 826, Packet Reception, the
/// merge flag; RFC 4861, section 7.2.5), so that a stray or forged message makes no neighbor.
/// </para>
/// <para>This file: ARP. NeighborStep.Discovery: neighbor discovery.</para>
/// </remarks>
internal static partial class NeighborStep
{
    /// <summary>Takes an ARP packet (RFC 826, Packet Reception).</summary>
    public static void TakeArp(ref Walk walk, Router router, Port inPort)
    {
        var operation = walk.Key.Read(FlowField.ArpOp);
        var sender = IpAddress.V4((uint)walk.Key.ReadWide(FlowField.NwSrc));
        var target = IpAddress.V4((uint)walk.Key.ReadWide(FlowField.NwDst));
        var senderMac = new MacAddress(walk.Key.Read(FlowField.ArpSha));
        var isForUs = Answers(router, inPort, target) && sender != target;
        // A probe has no sender yet (RFC 5227, section 1.1).
        var isProbe = operation == Arp.Request && sender.IsUnspecified;
        if (operation is not (Arp.Request or Arp.Reply) || !IsStation(senderMac))
            Refuse(ref walk, router);
        else if (!isProbe && !PortAddressing.IsNeighbor(inPort, sender))
            Refuse(ref walk, router);
        else if (isForUs && operation == Arp.Request)
            AnswerArp(ref walk, inPort, target, senderMac, isProbe ? null : sender);
        else if (isForUs)
            TakeArpReply(ref walk, router, inPort, sender, senderMac);
        else
            TakeRumor(ref walk, router, inPort, sender, senderMac);
    }

    private static void AnswerArp(ref Walk walk, Port inPort, IpAddress target, MacAddress askerMac, IpAddress? asker)
    {
        if (asker is { } known)
            walk.Scratch.Effects.Add(Effect.LearnNeighbor(inPort.Id, known, askerMac, isAnswer: false));
        if (inPort.Mac is { } mac)
        {
            var frames = walk.Scratch.Frames;
            var start = frames.Count;
            var frame = frames.Reserve(PacketBuilder.MaxLength);
            var length = PacketBuilder.ArpReply(frame, mac, target.AsV4, askerMac, asker?.AsV4 ?? default);
            frames.Truncate(start + length);
            walk.Scratch.Effects.Add(Effect.Emit(inPort.Id, start, length));
            if (walk.IsTraced)
                walk.Note(TraceStepKind.Reply, inPort.Owner, TraceText.TellsStation(target, mac));
        }
        walk.Consume();
    }

    private static void TakeArpReply(ref Walk walk, Router router, Port inPort, IpAddress sender, MacAddress senderMac)
    {
        // An answer goes to who asked; one to everybody is none.
        var isToUs = inPort.Mac is { } mac && walk.Key.Read(FlowField.ArpTha) == mac.Bits && walk.Key.Read(FlowField.EthDst) == mac.Bits;
        if (!isToUs)
        {
            Refuse(ref walk, router);
            return;
        }
        walk.Scratch.Effects.Add(Effect.LearnNeighbor(inPort.Id, sender, senderMac, isAnswer: true));
        walk.Consume();
    }

    /// <summary>Takes what was not said to the router, or unasked: it can only update what is known.</summary>
    private static void TakeRumor(ref Walk walk, Router router, Port inPort, IpAddress sender, MacAddress senderMac)
    {
        if (Known(ref walk, inPort, sender) is { } known && known != senderMac)
        {
            walk.Scratch.Effects.Add(Effect.LearnNeighbor(inPort.Id, sender, senderMac, isAnswer: false));
            walk.Consume();
            return;
        }
        walk.Drop(DropReason.NotForRouter, Decider.At(router.Ref));
    }

    private static MacAddress? Known(ref Walk walk, Port inPort, IpAddress neighbor)
    {
        walk.Tag(FlowTag.Address(FlowTagKind.Neighbor, inPort.Id.Value, neighbor));
        return walk.Learned.Neighbors.TryGetValue(new NeighborKey(inPort.Id, neighbor), out var mac) ? mac : null;
    }

    /// <summary>The port's own addresses, and those that the router translates to on its link.</summary>
    private static bool Answers(Router router, Port port, IpAddress address) =>
        PortAddressing.Owns(port, address) || NatStep.Answers(router, port, address);

    private static bool IsStation(MacAddress mac) => !mac.IsMulticast && mac != MacAddress.Zero;

    private static void Refuse(ref Walk walk, Router router) => walk.Drop(DropReason.BadNeighborMessage, Decider.At(router.Ref));
}
