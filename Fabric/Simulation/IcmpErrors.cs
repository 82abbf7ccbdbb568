using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells the source of a packet why it goes no further (RFC 792, Message Formats; RFC 1812, section 5.2.7; RFC 4443, section 3).</summary>
/// <remarks>How many are sent in a time is the shell's business (RFC 1812, section 4.3.2.8; RFC 4443, section 2.4 (f)).</remarks>
internal static class IcmpErrors
{
    /// <summary>RFC 4443, section 3.1: beyond scope of source address.</summary>
    private const byte BeyondScopeCode = 2;

    /// <summary>RFC 4443, section 3.4: unrecognized next header type encountered.</summary>
    private const byte UnknownNextHeaderCode = 1;

    /// <summary>RFC 4443, section 3.4: erroneous header field encountered.</summary>
    private const byte ErroneousFieldCode = 0;

    private const ulong EthernetGroupBit = 1UL << 40;

    /// <summary>Sends an error from a router, by the port where the packet came in.</summary>
    /// <param name="walk">The packet's way; not cacheable from here on, unless the packet is one that nobody answers.</param>
    /// <param name="inPort">The router's port.</param>
    /// <param name="error">What to tell.</param>
    /// <param name="from">Who tells it; the port's own address unless said (RFC 1812, section 4.3.2.4).</param>
    public static void Send(ref Walk walk, Port inPort, IcmpError error, IpAddress? from = null)
    {
        if (IsToGroup(ref walk))
            return;
        walk.IsUncacheable = true;
        if (inPort.Mac is { } mac && ReceivedFrame.TryTake(ref walk, inPort, out var received))
            Send(ref walk, inPort, received, error, mac, from);
    }

    /// <summary>Sends an error about a received frame, back to the station where it came from.</summary>
    public static void Send(ref Walk walk, Port inPort, scoped ReceivedFrame received, IcmpError error, MacAddress mac, IpAddress? from)
    {
        var layout = received.Layout;
        var length = 0;
        if (IsAnswerable(received, layout, inPort))
            length =
                layout.Network == NetworkKind.Ipv4
                    ? WriteV4(received, inPort, error, mac, from)
                    : WriteV6(received, inPort, error, mac, from);
        if (ReceivedFrame.Answered(ref walk, received, inPort, length) && walk.IsTraced)
            walk.Note(TraceStepKind.Reply, inPort.Owner, TraceText.Answers(error));
    }

    /// <summary>The packet is to a group, which draws no answer; told by few bits of the key, so that such a drop may be cached.</summary>
    /// <remarks>RFC 1812, section 4.3.2.7; RFC 4443, section 2.4 (e.3) and (e.4). The other cases are seen in the bytes.</remarks>
    public static bool IsToGroup(ref Walk walk)
    {
        if (walk.Key.ReadBits(FlowField.EthDst, EthernetGroupBit) != 0)
            return true;
        return walk.Key.Read(FlowField.EthType) switch
        {
            EtherType.Ipv4 => walk.Key.MatchesWide(FlowField.NwDst, 0xe000_0000, 0xf000_0000),
            EtherType.Ipv6 => walk.Key.MatchesWide(FlowField.NwDst, (UInt128)0xff << 120, (UInt128)0xff << 120),
            _ => true,
        };
    }

    private static bool IsAnswerable(scoped ReceivedFrame received, in PacketLayout layout, Port inPort)
    {
        var isBroadcast =
            layout.Network == NetworkKind.Ipv4
            && Ipv4View.TryParse(received.Frame[layout.NetworkOffset..], out var packet)
            && inPort.IsRouterPort
            && PortAddressing.IsDirectedBroadcast(inPort, packet.Destination);
        return IcmpErrorRules.MayAnswer(received.Frame, layout, isBroadcast);
    }

    private static int WriteV4(scoped ReceivedFrame received, Port inPort, IcmpError error, MacAddress mac, IpAddress? from)
    {
        Ipv4View.TryParse(received.Frame[received.Layout.NetworkOffset..], out var packet);
        var source = from ?? PortAddressing.SourceFor(inPort, packet.Source);
        if (source is not { Family: IpFamily.V4 } speaker)
            return 0;
        // RFC 1812, section 5.2.7.1: codes 9 and 10 are for end-to-end encryption devices; a router that filters uses 13.
        IcmpHeader? header = error switch
        {
            IcmpError.NoRoute => Unreachable(IcmpUnreachableCode.Net),
            IcmpError.HostUnreachable => Unreachable(IcmpUnreachableCode.Host),
            IcmpError.Prohibited or IcmpError.RouteRejects => Unreachable(IcmpUnreachableCode.AdministrativelyProhibited),
            IcmpError.TtlExceeded => new IcmpHeader(IcmpType.TimeExceeded, 0, 0),
            IcmpError.ProtocolUnreachable => Unreachable(IcmpUnreachableCode.Protocol),
            IcmpError.PortUnreachable => Unreachable(IcmpUnreachableCode.Port),
            IcmpError.SourceRoute => Unreachable(IcmpUnreachableCode.SourceRouteFailed),
            // IPv4 has no word for it.
            IcmpError.BeyondScope => null,
        };
        return header is { } told
            ? PacketBuilder.IcmpError(received.Answer, received.Frame, received.Layout, mac, received.Source, speaker.AsV4, told)
            : 0;
    }

    private static int WriteV6(scoped ReceivedFrame received, Port inPort, IcmpError error, MacAddress mac, IpAddress? from)
    {
        Ipv6View.TryParse(received.Frame[received.Layout.NetworkOffset..], out var packet);
        var source = from ?? PortAddressing.SourceFor(inPort, packet.Source);
        if (source is not { Family: IpFamily.V6 } speaker)
            return 0;
        var header = error switch
        {
            IcmpError.NoRoute => UnreachableV6(Icmpv6UnreachableCode.NoRoute),
            IcmpError.HostUnreachable => UnreachableV6(Icmpv6UnreachableCode.Address),
            IcmpError.Prohibited => UnreachableV6(Icmpv6UnreachableCode.AdministrativelyProhibited),
            IcmpError.RouteRejects => UnreachableV6(Icmpv6UnreachableCode.RejectRoute),
            IcmpError.TtlExceeded => new Icmpv6Header(Icmpv6Type.TimeExceeded, 0, 0),
            IcmpError.ProtocolUnreachable => new Icmpv6Header(Icmpv6Type.ParameterProblem, UnknownNextHeaderCode, NextHeaderAt(received)),
            IcmpError.PortUnreachable => UnreachableV6(Icmpv6UnreachableCode.Port),
            IcmpError.BeyondScope => UnreachableV6(BeyondScopeCode),
            IcmpError.SourceRoute => new Icmpv6Header(Icmpv6Type.ParameterProblem, ErroneousFieldCode, SegmentsLeftAt(packet)),
        };
        return PacketBuilder.Icmpv6Error(received.Answer, received.Frame, received.Layout, mac, received.Source, speaker.AsV6, header);
    }

    private static IcmpHeader Unreachable(byte code) => new(IcmpType.DestinationUnreachable, code, 0);

    private static Icmpv6Header UnreachableV6(byte code) => new(Icmpv6Type.DestinationUnreachable, code, 0);

    /// <summary>Where in the packet it stands how many places are left to go to (RFC 7915, section 5.1).</summary>
    private static uint SegmentsLeftAt(in Ipv6View packet) =>
        (uint)(Ipv6.HeaderLength + Ipv6Extensions.Walk(packet.NextHeader, packet.Payload).SegmentsLeftAt);

    /// <summary>Where in the packet the number of its upper protocol stands: in the header before it (RFC 4443, section 3.4, Pointer).</summary>
    private static uint NextHeaderAt(scoped ReceivedFrame received)
    {
        const int FirstNextHeaderAt = 6;
        var packet = received.Frame[received.Layout.NetworkOffset..];
        var end = received.Layout.TransportOffset - received.Layout.NetworkOffset;
        var at = FirstNextHeaderAt;
        // The upper protocol is known to start at the end, so every header before it is an extension header.
        for (var start = Ipv6.HeaderLength; start < end && start + 1 < packet.Length; )
        {
            var protocol = packet[at];
            at = start;
            start += protocol switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.Ah => (packet[start + 1] + 2) * 4,
                _ => (packet[start + 1] + 1) * 8,
            };
        }
        return (uint)at;
    }
}
