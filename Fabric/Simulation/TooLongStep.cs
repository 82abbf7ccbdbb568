using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells the source of a packet that is longer than the way to another host takes, and how long it may be (RFC 4459, section 3.2; RFC 1191, section 4).</summary>
/// <remarks>
/// Told by the first router on the way; where there is none, in the name of the destination, as a bridge has no address. It quotes the
/// packet as its source sent it. IPv4 packets that may be fragmented are told of too: nothing on the underlay fragments them.
/// </remarks>
public static class TooLongStep
{
    /// <summary>RFC 8200, section 5: every link takes 1280 bytes; a source that is told less sends no less (RFC 8201, section 4).</summary>
    private const int MinIpv6Mtu = 1280;

    /// <summary>RFC 791, section 3.2: every link takes 68 bytes.</summary>
    private const int MinIpv4Mtu = 68;

    /// <summary>Wishes for the answer; how many are sent in a time is the shell's business.</summary>
    /// <param name="topology">The description that the packet was decided by.</param>
    /// <param name="ingress">The exterior port where it came in.</param>
    /// <param name="packet">Its bytes, whole frame.</param>
    /// <param name="longestFrame">The longest frame that would have passed.</param>
    /// <param name="decided">The decision; the answer is added to its effects. Its rewrites are forgotten.</param>
    /// <returns>There is an answer.</returns>
    public static bool Answer(
        TopologySnapshot topology,
        PortId ingress,
        ReadOnlySpan<byte> packet,
        int longestFrame,
        SimulationScratch decided
    )
    {
        if (!topology.Ports.TryGetValue(ingress, out var inPort))
            return false;
        // Before the rewrites are forgotten: the way tells who speaks.
        var router = inPort.IsRouterPort ? inPort : FirstRouterPort(topology, decided);
        decided.Key.Return();
        var walk = new Walk
        {
            Topology = topology,
            Learned = LearnedSnapshot.Empty,
            Scratch = decided,
            Packet = packet,
            Received = decided.Key.Save(),
            Ingress = ingress,
        };
        if (!ReceivedFrame.TryTake(ref walk, inPort, out var received))
            return false;
        var mtu = longestFrame - received.Layout.NetworkOffset;
        var length = IcmpErrorRules.MayAnswer(received.Frame, received.Layout, isBroadcast: false) ? Write(received, router, mtu) : 0;
        return ReceivedFrame.Answered(ref walk, received, inPort, length);
    }

    private static Port? FirstRouterPort(TopologySnapshot topology, SimulationScratch decided)
    {
        foreach (ref readonly var passed in decided.Traversed.Span)
        {
            if (
                passed.Kind == DeviceKind.Port
                && topology.Ports.TryGetValue(new PortId(passed.Id), out var port)
                && port.IsRouterPort
                && port.Mac == decided.Key.Original.EthDst
            )
                return port;
        }
        return null;
    }

    private static int Write(scoped ReceivedFrame received, Port? router, int mtu)
    {
        var packet = received.Frame[received.Layout.NetworkOffset..];
        var mac = router?.Mac ?? received.Destination;
        if (received.Layout.Network == NetworkKind.Ipv4)
        {
            Ipv4View.TryParse(packet, out var v4);
            var speaker = router is null ? v4.Destination : PortAddressing.SourceFor(router, v4.Source);
            return mtu >= MinIpv4Mtu && speaker is { Family: IpFamily.V4 } told
                ? PacketBuilder.IcmpError(
                    received.Answer,
                    received.Frame,
                    received.Layout,
                    mac,
                    received.Source,
                    told.AsV4,
                    IcmpHeader.FragmentationNeeded((ushort)mtu)
                )
                : 0;
        }
        // A packet that must pass everywhere and does not: whoever sent it cannot send a shorter one.
        if (packet.Length <= MinIpv6Mtu)
            return 0;
        Ipv6View.TryParse(packet, out var v6);
        var source = router is null ? v6.Destination : PortAddressing.SourceFor(router, v6.Source);
        return source is { Family: IpFamily.V6 } speakerV6
            ? PacketBuilder.Icmpv6Error(
                received.Answer,
                received.Frame,
                received.Layout,
                mac,
                received.Source,
                speakerV6.AsV6,
                Icmpv6Header.PacketTooBig((uint)Math.Max(mtu, MinIpv6Mtu))
            )
            : 0;
    }
}
