using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Makes a packet of the other IP version of one, in its bytes and in its headers (RFC 7915).</summary>
/// <remarks>
/// No action of a datapath does that, so each such packet is made here, and the walk goes on with what it is now. What actions can set is left to them: stations,
/// tags, time to live and type of service are rewritten as ever, and errors about the packet quote what the router received.
/// </remarks>
internal static class CrossStep
{
    /// <summary>Takes a packet to the other version.</summary>
    /// <param name="walk">The packet's way; never cacheable from here on.</param>
    /// <param name="router">The router that is between the versions.</param>
    /// <param name="inPort">Where the packet came in: who sends it by a source route is told there.</param>
    /// <param name="ends">The packet's ends in the other version.</param>
    /// <param name="inner">Of an ICMP error: those of the packet inside.</param>
    /// <returns>False if the packet has no counterpart and has been dropped.</returns>
    public static bool Take(ref Walk walk, Router router, Port inPort, in TranslatedEnds ends, in TranslatedEnds inner)
    {
        walk.IsUncacheable = true;
        // Copies share their bytes, and this one's would be of another version than those of the others.
        if (walk.IsFlooded)
            return Refuse(ref walk, router);
        var scratch = walk.Scratch;
        var before = walk.Key.Frame;
        var bytes = before;
        scratch.Cut = null;
        if (walk.Packet.IsEmpty)
            bytes = HeadersOf(walk.Key.Current, ends);
        else if (Translate(ref walk, ends, inner, out bytes) is var fault && fault != TranslationFault.None)
        {
            // RFC 7915, sections 4.1 and 5.1.
            if (fault == TranslationFault.SourceRoute)
                IcmpErrors.Send(ref walk, inPort, IcmpError.SourceRoute);
            return Refuse(ref walk, router);
        }
        if (!walk.IsCrossed)
            (scratch.BeforeFrame, scratch.BeforeReceived) = (before, walk.Received.Key);
        walk.IsCrossed = true;
        walk.Key.Become(bytes, WithRewritesOf(walk.Key.Current, bytes));
        if (walk.Fragment.IsPart)
        {
            walk.Key.Presume(FlowField.TpSrc, ends.SourcePort);
            walk.Key.Presume(FlowField.TpDst, ends.DestinationPort);
        }
        walk.Received = walk.Key.Save();
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Rewrite, router.Ref, TraceText.Crosses(walk.Key.Current, ends));
        return true;
    }

    /// <summary>Ends a packet that has no counterpart in the other version.</summary>
    public static bool Refuse(ref Walk walk, Router router)
    {
        walk.IsUncacheable = true;
        walk.Drop(DropReason.NatNoCounterpart, Decider.At(router.Ref));
        return false;
    }

    private static TranslationFault Translate(ref Walk walk, in TranslatedEnds ends, in TranslatedEnds inner, out FlowKey key)
    {
        key = default;
        if (!PacketLayout.TryParse(walk.Packet, out var layout) || layout.Network is not (NetworkKind.Ipv4 or NetworkKind.Ipv6))
            return TranslationFault.Malformed;
        var scratch = walk.Scratch;
        var old = walk.Packet;
        var start = layout.NetworkOffset;
        var packet = old[start..layout.NetworkEnd];
        var buffer = scratch.NextTranslated();
        var frame = buffer.Reserve(start + packet.Length + Ipv4ToIpv6.MaxGrowth);
        old[..start].CopyTo(frame);
        var isToV4 = layout.Network == NetworkKind.Ipv6;
        var target = frame[start..];
        var fault = isToV4
            ? Ipv6ToIpv4.Translate(packet, ends, inner, scratch.IsChecksumUnfinished, target, out var length)
            : Ipv4ToIpv6.Translate(packet, ends, inner, scratch.IsChecksumUnfinished, target, out length);
        if (fault != TranslationFault.None)
        {
            buffer.Clear();
            return fault;
        }
        NetworkOrder.Put(frame, start - sizeof(ushort), isToV4 ? EtherType.Ipv4 : EtherType.Ipv6);
        buffer.Truncate(start + length);
        if (!isToV4)
            scratch.Cut = CutOf(packet, start, length);
        if (!walk.IsCrossed)
            walk.Before = old;
        walk.Packet = buffer.Span;
        FlowKeyReader.Read(walk.Packet, walk.Key.Original.InPort, out key);
        return TranslationFault.None;
    }

    /// <summary>A packet that routers may cut is cut to what every link takes, for routers of IPv6 cut none (RFC 7915, section 4).</summary>
    private static FragmentCut? CutOf(ReadOnlySpan<byte> packet, int start, int length)
    {
        Ipv4View.TryParse(packet, out var view);
        return view.IsDontFragment || length <= Ipv6.MinMtu ? null : new FragmentCut(start, view.Identification);
    }

    /// <summary>The headers of the other version, where there are no bytes: when a described packet is traced.</summary>
    private static FlowKey HeadersOf(in FlowKey packet, in TranslatedEnds ends)
    {
        var made = packet;
        made.EthType = packet.Family == IpFamily.V6 ? EtherType.Ipv4 : EtherType.Ipv6;
        made.IpProto = TransportTranslation.ProtocolOf(packet.IpProto);
        (made.NwSrc, made.NwDst) = (ends.Source, ends.Destination);
        made.Set(FlowField.Ipv6Label, 0);
        if (packet.IpProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
            made.TpSrc = EchoOf(packet.TpSrc);
        else
            (made.TpSrc, made.TpDst) = (ends.SourcePort, ends.DestinationPort);
        return made;
    }

    private static ushort EchoOf(ushort type) =>
        type switch
        {
            IcmpType.EchoRequest => Icmpv6Type.EchoRequest,
            Icmpv6Type.EchoRequest => IcmpType.EchoRequest,
            IcmpType.EchoReply => Icmpv6Type.EchoReply,
            _ => IcmpType.EchoReply,
        };

    /// <summary>What actions rewrite stays as it was: stations, tags, time to live, type of service.</summary>
    private static FlowKey WithRewritesOf(in FlowKey current, in FlowKey bytes)
    {
        var wanted = bytes;
        foreach (var field in (ReadOnlySpan<FlowField>)_kept)
            wanted.Set(field, current.Get(field));
        return wanted;
    }

    private static readonly FlowField[] _kept =
    [
        FlowField.EthSrc,
        FlowField.EthDst,
        FlowField.VlanTpid,
        FlowField.VlanTci,
        FlowField.CvlanTpid,
        FlowField.CvlanTci,
        FlowField.IpTtl,
        FlowField.IpTos,
    ];
}
