using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Routes one packet (RFC 1812, section 5; RFC 8200).</summary>
/// <remarks>This file: what a router takes from the link. RouterStep.Forward: what it does with it.</remarks>
internal static partial class RouterStep
{
    /// <summary>Identifier bits of a VLAN tag's control information.</summary>
    private const ulong VlanIdBits = 0x0fff;

    private const ulong EthernetGroupBit = 1UL << 40;

    /// <summary>33:33, the groups that carry IPv6 groups (RFC 2464, section 7).</summary>
    private const ulong Ipv6Groups = 0x3333_0000_0000;
    private const ulong Ipv6GroupsMask = 0xffff_0000_0000;

    /// <summary>Takes a packet that entered a router by a port, after the port's own checks and inbound chain.</summary>
    public static void Enter(ref Walk walk, Port inPort)
    {
        var id = inPort.Owner.AsRouter;
        walk.Tag(FlowTag.Of(FlowTagKind.Router, id.Value));
        if (!walk.Topology.Routers.TryGetValue(id, out var router))
            walk.Drop(DropReason.PortUnlinked, Decider.At(inPort.Ref));
        else if (!TakesPriorityTagOff(ref walk))
            walk.Drop(DropReason.TaggedAtRouter, Decider.At(router.Ref));
        else
            EnterUntagged(ref walk, router, inPort);
    }

    private static void EnterUntagged(ref Walk walk, Router router, Port inPort)
    {
        var type = (ushort)walk.Key.Read(FlowField.EthType);
        var isGroup = walk.Key.ReadBits(FlowField.EthDst, EthernetGroupBit) != 0;
        if (type is not (EtherType.Arp or EtherType.Ipv4 or EtherType.Ipv6))
            walk.Drop(DropReason.NotRoutable, Decider.At(router.Ref));
        else if (!IsFor(ref walk, inPort, type, isGroup))
            walk.Drop(DropReason.NotForRouter, Decider.At(router.Ref));
        else if (!router.IsAdminUp)
        {
            RejectStep.Prohibited(ref walk, inPort);
            walk.Drop(DropReason.DeviceAdminDown, Decider.At(router.Ref));
        }
        else if (type == EtherType.Arp)
            NeighborStep.TakeArp(ref walk, router, inPort);
        else
            TakeIp(ref walk, router, inPort, type == EtherType.Ipv4 ? IpFamily.V4 : IpFamily.V6, isGroup);
    }

    /// <summary>A priority tag names no VLAN and is taken off (IEEE 802.1Q, section 6.13); false for any other tag.</summary>
    private static bool TakesPriorityTagOff(ref Walk walk)
    {
        var key = walk.Key;
        if (key.Read(FlowField.VlanTpid) == 0)
            return true;
        if (!key.Matches(FlowField.VlanTci, 0, VlanIdBits) || key.Read(FlowField.CvlanTpid) != 0)
            return false;
        key.Write(FlowField.VlanTpid, 0);
        key.Write(FlowField.VlanTci, 0);
        return true;
    }

    /// <summary>The frame is for the port: its own station, every station for ARP, or a group for IPv6.</summary>
    private static bool IsFor(ref Walk walk, Port port, ushort type, bool isGroup)
    {
        var all = FlowFieldLayout.OnesOf(FlowField.EthDst);
        if (!isGroup)
            return port.Mac is { } mac && walk.Key.Matches(FlowField.EthDst, mac.Bits, all);
        return type switch
        {
            EtherType.Arp => walk.Key.Matches(FlowField.EthDst, MacAddress.Broadcast.Bits, all),
            EtherType.Ipv6 => walk.Key.Matches(FlowField.EthDst, Ipv6Groups, Ipv6GroupsMask),
            _ => true,
        };
    }

    private static void TakeIp(ref Walk walk, Router router, Port inPort, IpFamily family, bool isGroup)
    {
        // Discovery first: it asks from the unspecified address, and looks at its bytes itself.
        if (family == IpFamily.V6 && NeighborStep.TakesDiscovery(ref walk, router, inPort, isGroup))
            return;
        if (!NonForwardable.IsSourceOfOneHost(ref walk, family))
            walk.Drop(DropReason.NotForwardable, Decider.At(router.Ref));
        else if (!IsWellFormed(ref walk, family))
            walk.Drop(DropReason.Malformed, Decider.At(router.Ref));
        else if (isGroup)
            TakeGroup(ref walk, router, inPort, family);
        else if (
            NatStep.Enter(ref walk, router, inPort, family)
            && ChainStep.Passes(ref walk, router.InboundChain, ChainHook.DeviceInbound, router.Ref, inPort, outPort: null)
            && NatStep.CrossOut(ref walk, router, inPort)
        )
            // It may have become a packet of the other version.
            Route(ref walk, router, inPort, walk.Key.Current.Family);
    }

    /// <summary>The header is legal as far as a flow key does not tell (RFC 1812, section 5.2.2); asked once, by the first router.</summary>
    private static bool IsWellFormed(ref Walk walk, IpFamily family)
    {
        if (walk.Packet.IsEmpty || walk.Key.Written.Get(FlowField.IpTtl) != 0)
            return true;
        var isLegal =
            PacketLayout.TryParse(walk.Packet, out var layout)
            && (family == IpFamily.V4 ? IsLegalV4(walk.Packet[layout.NetworkOffset..]) : IsLegalV6(walk.Packet[layout.NetworkOffset..]));
        // Others with the same key may be legal.
        walk.IsUncacheable |= !isLegal;
        return isLegal;
    }

    private static bool IsLegalV4(ReadOnlySpan<byte> packet) =>
        Ipv4View.TryParse(packet, out var view) && Ipv4Header.TryParse(view, out _, out _);

    private static bool IsLegalV6(ReadOnlySpan<byte> packet) =>
        Ipv6View.TryParse(packet, out var view) && Ipv6Header.TryParse(view, out _, out _);

    /// <summary>A packet to a group of the link: an echo to all nodes or all routers is answered, nothing is forwarded.</summary>
    private static void TakeGroup(ref Walk walk, Router router, Port inPort, IpFamily family)
    {
        var isAnswered = family == IpFamily.V6 && IsAllNodesOrRouters(ref walk);
        if (isAnswered && PortAddressing.LinkLocalOf(inPort) is { } speaker)
        {
            var isEcho = LocalReplyStep.IsEchoRequest(ref walk, family, (byte)walk.Key.Read(FlowField.IpProto));
            if (isEcho && walk.Key.Read(FlowField.IpFrag) == (ulong)FragmentKind.None)
            {
                LocalReplyStep.Take(ref walk, router, inPort, speaker);
                return;
            }
        }
        walk.Drop(DropReason.NotForwardable, Decider.At(router.Ref));
    }

    /// <summary>ff02::1 or ff02::2 (RFC 4291, section 2.7.1).</summary>
    private static bool IsAllNodesOrRouters(ref Walk walk) =>
        walk.Key.MatchesWide(FlowField.NwDst, Ipv6Address.AllNodes.Bits, UInt128.MaxValue)
        || walk.Key.MatchesWide(FlowField.NwDst, Ipv6Address.AllNodes.Bits + 1, UInt128.MaxValue);
}
