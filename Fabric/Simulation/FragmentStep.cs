using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells what a later fragment is by the first of its packet (RFC 4787, REQ-14).</summary>
/// <remarks>
/// Where a connection is looked up, a later fragment has the ports of its first, which is remembered by addresses and identification. No flow key holds
/// that, so where somebody asks neither is cacheable. Conditions of rules on ports do not ask: they never meet later fragments.
/// </remarks>
internal static class FragmentStep
{
    /// <summary>Finds out what a packet that enters the network is; a later fragment gets the ports of its first, if that is known.</summary>
    public static void Begin(ref Walk walk)
    {
        ref readonly var packet = ref walk.Key.Original;
        if (packet.IpFrag == FragmentKind.None || !FlowFieldUse.IsIp(packet))
            return;
        walk.Fragment.Key = KeyOf(walk);
        if (packet.IpFrag != FragmentKind.Later || walk.Fragment.Key is not { } key)
            return;
        walk.Fragment.Standing = walk.Scratch.Fragments.Find(key, out walk.Fragment.Head);
        if (!walk.Fragment.IsPart)
            return;
        walk.Key.Presume(FlowField.TpSrc, walk.Fragment.Head.Source);
        walk.Key.Presume(FlowField.TpDst, walk.Fragment.Head.Destination);
    }

    /// <summary>It is known what a packet is to its connection; false for a later fragment whose first is not.</summary>
    /// <remarks>Called where somebody asks: from then on the verdict is this fragment's alone.</remarks>
    public static bool IsTold(ref Walk walk)
    {
        ref readonly var packet = ref walk.Key.Original;
        if (packet.IpFrag == FragmentKind.None || IsAlikeInAllFragments(packet))
            return true;
        walk.IsUncacheable = true;
        if (!walk.Fragment.IsAsked)
            Ask(ref walk);
        return packet.IpFrag == FragmentKind.First || walk.Fragment.IsPart;
    }

    /// <summary>The packet waits for its first fragment: all else that was decided is void.</summary>
    public static bool IsAwaited(ref Walk walk)
    {
        if (walk.Fragment is not { IsAsked: true, Standing: FragmentStanding.Awaited, Key: { } key })
            return false;
        walk.Scratch.Outputs.Clear();
        walk.Scratch.Effects.Clear();
        walk.Scratch.Effects.Add(Effect.AwaitFragment(key));
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, walk.Ingress, TraceText.AwaitsFragment());
        return true;
    }

    /// <summary>The IP protocol; of a later fragment, which need not tell it, that of its packet.</summary>
    public static byte ProtocolOf(in Walk walk, in FlowKey packet) => walk.Fragment.IsPart ? walk.Fragment.Head.Protocol : packet.IpProto;

    /// <summary>A later fragment as it entered the network, with the ports of its first.</summary>
    public static FlowKey AsFirst(in Walk walk)
    {
        var packet = walk.Key.Original;
        (packet.TpSrc, packet.TpDst) = (walk.Fragment.Head.Source, walk.Fragment.Head.Destination);
        return packet;
    }

    private static void Ask(ref Walk walk)
    {
        walk.Fragment.IsAsked = true;
        if (walk.Fragment.Key is not { } key || walk.Key.Original.IpFrag != FragmentKind.First)
            return;
        ref readonly var packet = ref walk.Key.Original;
        var identifier = (ushort)0;
        if (packet.IpProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
            RuleInnerPacket.TryReadEchoIdentifier(walk.Packet, out identifier);
        walk.Scratch.Effects.Add(Effect.TellFragment(key, new FragmentHead(packet.IpProto, packet.TpSrc, packet.TpDst, identifier)));
    }

    /// <summary>Its connection goes by addresses alone, and later fragments tell the protocol: in IPv4.</summary>
    private static bool IsAlikeInAllFragments(in FlowKey packet) =>
        packet.Family == IpFamily.V4 && packet.IpProto is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.Icmp);

    private static FragmentKey? KeyOf(in Walk walk)
    {
        ref readonly var packet = ref walk.Key.Original;
        if (!PacketLayout.TryParse(walk.Packet, out var layout) || !FragmentIdentity.TryRead(walk.Packet, layout, out var identification))
            return null;
        var protocol = packet.Family == IpFamily.V4 ? packet.IpProto : (byte)0;
        return new FragmentKey(walk.Ingress, packet.NwSrc, packet.NwDst, protocol, identification);
    }
}
