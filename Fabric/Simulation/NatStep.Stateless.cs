using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    /// <summary>Translates the destination of a packet for an address outside that stands for one inside, with nothing to be remembered.</summary>
    /// <returns>Null if it stands for none in this way; false if the packet has been dropped.</returns>
    private static bool? EnterStateless(ref Walk walk, Router router, Port inPort, NatProgram program, IpFamily family)
    {
        var outside = DestinationOf(ref walk, family);
        if (program.StaticOf(outside) is { } one)
        {
            return TranslateInner(ref walk, router, program, family, isLeaving: false)
                && SetDestination(ref walk, router, one.Inside!.Value, null);
        }
        if (program.PrefixOf(outside) is not { Prefixes: { } prefixes })
            return null;
        if (!prefixes.TryGoIn(outside, out var inside))
            return RefuseStateless(ref walk, router, inPort);
        return TranslateInner(ref walk, router, program, family, isLeaving: false) && SetDestination(ref walk, router, inside, null);
    }

    /// <summary>Translates the source of a packet of a station that an address outside stands for, with nothing to be remembered.</summary>
    /// <returns>Null if there is none; false if the packet has been dropped.</returns>
    private static bool? LeaveStateless(ref Walk walk, Router router, Port inPort, Port outPort, NatProgram program, IpFamily family)
    {
        if (!IsStaticInside(ref walk, program, family))
            return null;
        var source = SourceOf(ref walk, family);
        if ((program.StaticFor(source) ?? program.PrefixFor(source)) is not { } rule || !IsOutward(walk, program, rule, inPort, outPort))
            return null;
        var outside = rule.Outside?.First ?? source;
        if (rule.Prefixes is { } prefixes && !prefixes.TryGoOut(source, out outside))
            return RefuseStateless(ref walk, router, inPort);
        if (walk.Nat.IsRedirected)
            return Begin(ref walk, router, inPort, rule, AddressRange.Only(outside));
        return TranslateInner(ref walk, router, program, family, isLeaving: true) && SetSource(ref walk, router, outside, null);
    }

    /// <summary>An address of the prefix that nothing stands for; its source is told (RFC 6296, section 3).</summary>
    private static bool RefuseStateless(ref Walk walk, Router router, Port inPort)
    {
        IcmpErrors.Send(ref walk, inPort, IcmpError.HostUnreachable);
        return Drop(ref walk, router, DropReason.NatNoAddress);
    }

    /// <summary>Translates what is inside an ICMP error (RFC 5508, REQ-4 and REQ-5): of one that comes in, who had sent it; of one that leaves, whom it was for.</summary>
    /// <remarks>Flow keys do not tell what is inside, so no flow stands for an error; of all other packets no more is observed than that they are none.</remarks>
    /// <returns>False if the packet has been dropped.</returns>
    private static bool TranslateInner(ref Walk walk, Router router, NatProgram program, IpFamily family, bool isLeaving)
    {
        if (!IsError(ref walk, family))
            return true;
        walk.IsUncacheable = true;
        if (IsDamaged(walk))
            return Drop(ref walk, router, DropReason.Malformed);
        if (!RuleInnerPacket.TryFindInner(walk.Packet, out var bytes) || !InnerPacket.TryParse(bytes, family, out var inner))
            return true;
        var (source, destination) = isLeaving
            ? (inner.Source, program.OutsideOf(inner.Destination))
            : (program.InsideOf(inner.Source), inner.Destination);
        if ((source, destination) == (inner.Source, inner.Destination))
            return true;
        var (sourcePort, destinationPort) = (inner.SourcePort, inner.DestinationPort);
        var frame = BytesOf(walk.Scratch, walk.Packet, out var layout);
        PacketEditor.SetInnerEnds(frame, layout, source, sourcePort, destination, destinationPort);
        walk.Packet = frame;
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Rewrite, router.Ref, TraceText.TranslatesInner(source, destination));
        return true;
    }

    private static bool IsError(ref Walk walk, IpFamily family)
    {
        var protocol = family == IpFamily.V4 ? IpProtocol.Icmp : IpProtocol.Icmpv6;
        if (!walk.Key.Matches(FlowField.IpProto, protocol, FlowFieldLayout.OnesOf(FlowField.IpProto)))
            return false;
        if (walk.Key.Read(FlowField.IpFrag) != (ulong)FragmentKind.None)
            return false;
        var type = (byte)walk.Key.Read(FlowField.TpSrc);
        return family == IpFamily.V4 ? IcmpType.IsError(type) : Icmpv6Type.IsError(type);
    }
}
