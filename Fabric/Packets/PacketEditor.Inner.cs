using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketEditor
{
    /// <summary>Gives the packet inside an ICMP or ICMPv6 error other ends, and makes all checksums over it right that are there (RFC 5508, REQ-4; RFC 3022, section 4.3).</summary>
    /// <param name="frame">A frame whose message is known to carry an <see cref="InnerPacket"/> of the addresses' version.</param>
    /// <param name="layout">The frame's layout.</param>
    /// <param name="source">Who sent the packet inside.</param>
    /// <param name="sourcePort">From which port; only for TCP and UDP.</param>
    /// <param name="destination">Whom it was for.</param>
    /// <param name="destinationPort">At which port; only for TCP and UDP.</param>
    public static void SetInnerEnds(
        Span<byte> frame,
        in PacketLayout layout,
        IpAddress source,
        ushort sourcePort,
        IpAddress destination,
        ushort destinationPort
    )
    {
        var message = frame.Slice(layout.TransportOffset, layout.TransportLength);
        var packet = message[Icmp.HeaderLength..];
        if (!InnerPacket.TryParse(packet, source.Family, out var inner))
            return;
        var transport = packet[inner.TransportOffset..];
        var old = SumOfEnds(inner.Source, inner.SourcePort, inner.Destination, inner.DestinationPort);
        var hasPorts = inner.Protocol is IpProtocol.Tcp or IpProtocol.Udp;
        var now = SumOfEnds(
            source,
            hasPorts ? sourcePort : inner.SourcePort,
            destination,
            hasPorts ? destinationPort : inner.DestinationPort
        );
        UpdateInner(transport, inner.Protocol, old, now);
        SetAddresses(packet, source, destination);
        if (hasPorts)
        {
            NetworkOrder.Put(transport, Tcp.SourcePortAt, sourcePort);
            NetworkOrder.Put(transport, Tcp.DestinationPortAt, destinationPort);
        }
        Finish(frame, layout, message);
    }

    /// <summary>Overwrites the identifier of an ICMP or ICMPv6 echo.</summary>
    /// <param name="frame">A frame that is known to carry one.</param>
    /// <param name="layout">The frame's layout.</param>
    /// <param name="identifier">The identifier.</param>
    public static void SetEchoIdentifier(Span<byte> frame, in PacketLayout layout, ushort identifier)
    {
        const int IdentifierAt = 4;
        var message = frame[layout.TransportOffset..];
        var old = NetworkOrder.U16(message, IdentifierAt);
        NetworkOrder.Put(message, IdentifierAt, identifier);
        NetworkOrder.Put(message, Icmp.ChecksumAt, Checksum.Update(NetworkOrder.U16(message, Icmp.ChecksumAt), old, identifier));
    }

    private static void SetAddresses(Span<byte> packet, IpAddress source, IpAddress destination)
    {
        if (source.Family == IpFamily.V4)
        {
            Ipv4.SetAddress(packet, Ipv4.SourceAt, source.AsV4);
            Ipv4.SetAddress(packet, Ipv4.DestinationAt, destination.AsV4);
        }
        else
        {
            NetworkOrder.Put(packet, Ipv6.SourceAt, source.AsV6);
            NetworkOrder.Put(packet, Ipv6.DestinationAt, destination.AsV6);
        }
    }

    /// <summary>The checksum inside; of TCP it is cut off mostly, and UDP over IPv4 may have none.</summary>
    private static void UpdateInner(Span<byte> transport, byte protocol, ushort old, ushort now)
    {
        var at = protocol switch
        {
            IpProtocol.Tcp => Tcp.ChecksumAt,
            IpProtocol.Udp => Udp.ChecksumAt,
            _ => -1,
        };
        if (at < 0 || transport.Length < at + 2 || NetworkOrder.U16(transport, at) is 0 and var checksum)
            return;
        checksum = Checksum.Update(NetworkOrder.U16(transport, at), old, now);
        NetworkOrder.Put(transport, at, protocol == IpProtocol.Udp ? Udp.Sent(checksum) : checksum);
    }

    /// <summary>The checksum of the error itself, over all of it.</summary>
    private static void Finish(Span<byte> frame, in PacketLayout layout, Span<byte> message)
    {
        NetworkOrder.Put(message, Icmp.ChecksumAt, 0);
        var sum = (uint)Checksum.Sum(message);
        if (layout.Network == NetworkKind.Ipv6)
        {
            var packet = frame[layout.NetworkOffset..];
            var (source, destination) = (NetworkOrder.V6(packet, Ipv6.SourceAt), NetworkOrder.V6(packet, Ipv6.DestinationAt));
            sum += Checksum.Pseudo(source, destination, IpProtocol.Icmpv6, message.Length);
        }
        NetworkOrder.Put(message, Icmp.ChecksumAt, Checksum.Finish(sum));
    }

    private static ushort SumOfEnds(IpAddress source, ushort sourcePort, IpAddress destination, ushort destinationPort) =>
        Checksum.Fold((uint)Checksum.Words(source.Bits) + Checksum.Words(destination.Bits) + sourcePort + destinationPort);
}
