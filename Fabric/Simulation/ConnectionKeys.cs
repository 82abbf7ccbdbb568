using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Makes the keys by which connections are looked up of packets' headers.</summary>
/// <remarks>
/// Ports are those of TCP, UDP and SCTP. An echo has none, and no flow key tells its identifier; so that a reply is told from a
/// request, which begins something, they stand for these: 8 to 0 in a request, 0 to 8 in a reply. Other protocols go by addresses alone.
/// A packet from an address to itself is nobody's: its two directions would be one. A later fragment has the ports of its first, see <see cref="FragmentStep"/>.
/// </remarks>
internal static class ConnectionKeys
{
    private const ushort EchoPort = 8;

    /// <summary>Observes what a packet's connection is looked up by, as it came in.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="device">The device that it entered.</param>
    /// <param name="key">Its direction; not for roles <see cref="ConnectionRole.None"/> and <see cref="ConnectionRole.Error"/>.</param>
    public static ConnectionRole Read(ref Walk walk, DeviceRef device, out ConnectionKey key)
    {
        return walk.Fragment.IsPart
            ? Read(ref walk, FragmentStep.AsFirst(walk), device, out key)
            : Read(ref walk, walk.Key.Original, device, out key);
    }

    private static ConnectionRole Read(ref Walk walk, in FlowKey packet, DeviceRef device, out ConnectionKey key)
    {
        key = default;
        var observed = walk.Key;
        observed.ObserveOriginal(FlowField.EthType);
        if (packet.EthType is not (EtherType.Ipv4 or EtherType.Ipv6))
            return ConnectionRole.None;
        observed.ObserveOriginal(FlowField.IpProto);
        observed.ObserveOriginal(FlowField.IpFrag);
        if (packet.IpProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
            observed.ObserveOriginal(FlowField.TpSrc);
        var role = RoleOf(ref walk, packet);
        if (role is ConnectionRole.None or ConnectionRole.Error)
            return role;
        if (HasPorts(packet.IpProto))
        {
            observed.ObserveOriginal(FlowField.TpSrc);
            observed.ObserveOriginal(FlowField.TpDst);
        }
        observed.ObserveOriginal(FlowField.NwSrc);
        observed.ObserveOriginal(FlowField.NwDst);
        key = Of(walk, packet, device);
        if (key.Source == key.Destination)
            return ConnectionRole.None;
        return key.Destination.IsMulticast || key.Destination.IsLimitedBroadcast ? ConnectionRole.Group : role;
    }

    /// <summary>Observes what a packet's connection is looked up by, as it is now.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="device">The device that it is at.</param>
    /// <param name="key">Its direction; not for roles <see cref="ConnectionRole.None"/> and <see cref="ConnectionRole.Error"/>.</param>
    public static ConnectionRole ReadCurrent(ref Walk walk, DeviceRef device, out ConnectionKey key)
    {
        key = default;
        var observed = walk.Key;
        observed.Read(FlowField.EthType);
        var protocol = (byte)observed.Read(FlowField.IpProto);
        observed.Read(FlowField.IpFrag);
        if (protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 || HasPorts(protocol))
            observed.Read(FlowField.TpSrc);
        if (HasPorts(protocol))
            observed.Read(FlowField.TpDst);
        observed.ReadWide(FlowField.NwSrc);
        observed.ReadWide(FlowField.NwDst);
        var role = RoleOf(ref walk, observed.Current);
        if (role is ConnectionRole.None or ConnectionRole.Error)
            return role;
        key = Of(walk, observed.Current, device);
        return key.Source == key.Destination ? ConnectionRole.None : role;
    }

    /// <summary>The direction of a packet that can be of a connection, at some place of its way.</summary>
    public static ConnectionKey Of(in Walk walk, in FlowKey packet, DeviceRef device)
    {
        var protocol = FragmentStep.ProtocolOf(walk, packet);
        var (source, destination) = protocol switch
        {
            IpProtocol.Icmp or IpProtocol.Icmpv6 => EchoPorts(packet.TpSrc is IcmpType.EchoReply or Icmpv6Type.EchoReply),
            _ when HasPorts(protocol) => (packet.TpSrc, packet.TpDst),
            _ => default,
        };
        return new ConnectionKey(device, protocol, packet.NwSrc, packet.NwDst, source, destination);
    }

    /// <summary>The direction is that of an echo reply.</summary>
    public static bool IsEchoReply(in ConnectionKey key) =>
        key is { Protocol: IpProtocol.Icmp or IpProtocol.Icmpv6, SourcePort: 0, DestinationPort: EchoPort };

    /// <summary>The direction that answers a packet inside an ICMP error come in, which is the error's own.</summary>
    /// <param name="packet">The packet inside, from its IP header on; it may be cut off.</param>
    /// <param name="family">Its version.</param>
    /// <param name="device">The device that the error entered.</param>
    /// <param name="key">The direction.</param>
    /// <returns>False if the packet is cut off too early or can be of no connection.</returns>
    public static bool TryReadInner(ReadOnlySpan<byte> packet, IpFamily family, DeviceRef device, out ConnectionKey key)
    {
        key = default;
        if (!InnerPacket.TryParse(packet, family, out var inner))
            return false;
        var (source, destination) = (inner.SourcePort, inner.DestinationPort);
        if (inner.IsEcho)
            (source, destination) = EchoPorts(inner.IsEchoReply);
        else if (inner.IsOtherIcmp)
            return false;
        key = new ConnectionKey(device, inner.Protocol, inner.Source, inner.Destination, source, destination).ReverseAt(device);
        return true;
    }

    /// <summary>As <see cref="TryReadInner"/>, at a router that takes packets to the other IP version: all of its echoes are told apart by their identifiers.</summary>
    public static bool TryReadCrossed(ReadOnlySpan<byte> packet, IpFamily family, DeviceRef router, out ConnectionKey key)
    {
        if (!TryReadInner(packet, family, router, out key) || !InnerPacket.TryParse(packet, family, out var inner))
            return false;
        key = key with { IsTranslated = true };
        // The side of IPv6 asks, and has the identifier where others have their port.
        if (inner.IsEcho)
            key =
                family == IpFamily.V6
                    ? key with
                    {
                        SourcePort = inner.Identifier,
                        DestinationPort = TranslationPorts.ByIdentifier,
                    }
                    : key with
                    {
                        SourcePort = TranslationPorts.ByIdentifier,
                        DestinationPort = inner.Identifier,
                    };
        return true;
    }

    private static ConnectionRole RoleOf(ref Walk walk, in FlowKey packet)
    {
        if (!FragmentStep.IsTold(ref walk))
            return ConnectionRole.None;
        var role = RoleOf(FragmentStep.ProtocolOf(walk, packet), packet.Family, (byte)packet.TpSrc);
        // An error in pieces tells nothing: what it is about may be in none of them.
        if (role == ConnectionRole.Error && packet.IpFrag != FragmentKind.None)
            return ConnectionRole.None;
        return walk.Fragment.IsPart && role != ConnectionRole.None ? ConnectionRole.Part : role;
    }

    private static ConnectionRole RoleOf(byte protocol, IpFamily family, byte type) =>
        (protocol, family) switch
        {
            (IpProtocol.Icmp, IpFamily.V4) => RoleOf(type, IcmpType.EchoRequest, IcmpType.EchoReply, IcmpType.IsError(type)),
            (IpProtocol.Icmpv6, IpFamily.V6) => RoleOf(type, Icmpv6Type.EchoRequest, Icmpv6Type.EchoReply, Icmpv6Type.IsError(type)),
            (IpProtocol.Icmp or IpProtocol.Icmpv6, _) => ConnectionRole.None,
            (IpProtocol.Tcp, _) => ConnectionRole.Segment,
            _ => ConnectionRole.Any,
        };

    private static ConnectionRole RoleOf(byte type, byte request, byte reply, bool isError)
    {
        if (type == request)
            return ConnectionRole.Any;
        if (type == reply)
            return ConnectionRole.Answer;
        return isError ? ConnectionRole.Error : ConnectionRole.None;
    }

    private static (ushort Source, ushort Destination) EchoPorts(bool isReply) => isReply ? ((ushort)0, EchoPort) : (EchoPort, (ushort)0);

    private static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;
}
