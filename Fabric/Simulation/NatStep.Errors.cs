using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    /// <summary>Translates an ICMP error, inside and out (RFC 5508, REQ-4 and REQ-5); false if it is about no connection that is known.</summary>
    /// <remarks>Flow keys do not tell what is inside, so each is translated here: its bytes are changed, and the packet goes on as what they are now.</remarks>
    private static bool TakeError(ref Walk walk, Router router, bool isOwn)
    {
        walk.IsUncacheable = true;
        // The checksum is made anew: what was damaged would be taken for whole.
        if (IsDamaged(walk))
            return Drop(ref walk, router, DropReason.Malformed);
        var family = walk.Key.Current.Family;
        if (
            !RuleInnerPacket.TryFindInner(walk.Packet, out var inner)
            || !ConnectionKeys.TryReadInner(inner, family, router.Ref, out var key)
        )
            return isOwn || Drop(ref walk, router, DropReason.NatNoConnection);
        key = key with { IsTranslated = true };
        walk.Tag(key.Tag);
        if (!walk.Scratch.Connections.TryTranslate(key, out var found, out var other))
            return isOwn || CheckStep.IsAbout(router, inner, family) || Drop(ref walk, router, DropReason.NatNoConnection);
        // What is inside is what the other side had sent, before it was translated.
        Rewrite(ref walk, other);
        walk.Nat.IsDone = true;
        Set(ref walk, FlowField.NwDst, other.Source);
        // Who answers from behind a translation must not show its own address.
        var isHidden = found.Direction == FlowDirection.Forward || other.Destination != key.Source;
        if (isHidden)
            Set(ref walk, FlowField.NwSrc, other.Destination);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Rewrite, router.Ref, TraceText.TranslatesError(other));
        return true;
    }

    /// <summary>The checksum over an ICMP error does not hold (RFC 5508, REQ-3).</summary>
    private static bool IsDamaged(in Walk walk) =>
        PacketLayout.TryParse(walk.Packet, out var layout) && !TransportChecksum.Holds(walk.Packet, layout);

    private static void Rewrite(ref Walk walk, in ConnectionKey ends)
    {
        var frame = BytesOf(walk.Scratch, walk.Packet, out var layout);
        PacketEditor.SetInnerEnds(frame, layout, ends.Source, ends.SourcePort, ends.Destination, ends.DestinationPort);
        walk.Packet = frame;
    }
}
