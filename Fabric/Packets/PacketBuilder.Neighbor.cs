using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketBuilder
{
    /// <summary>A neighbor solicitation to all who might have an address (RFC 4861, section 7.2.2).</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="senderMac">Who asks.</param>
    /// <param name="sender">Who asks; unspecified makes it a probe for a duplicate (RFC 4862, section 5.4.2).</param>
    /// <param name="target">The address asked for.</param>
    public static int NeighborSolicitation(Span<byte> frame, MacAddress senderMac, Ipv6Address sender, Ipv6Address target)
    {
        var group = target.SolicitedNode;
        var message = new NeighborSolicitation(target, sender.IsUnspecified ? null : senderMac);
        return Neighbor(frame, new(senderMac, group.MulticastMac, sender, group), message);
    }

    /// <summary>A neighbor solicitation to a station that is known: is it still there (RFC 4861, section 7.3.3)?</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="senderMac">Who asks.</param>
    /// <param name="sender">Who asks; not unspecified.</param>
    /// <param name="targetMac">The station asked.</param>
    /// <param name="target">Its address.</param>
    public static int NeighborProbe(Span<byte> frame, MacAddress senderMac, Ipv6Address sender, MacAddress targetMac, Ipv6Address target) =>
        Neighbor(frame, new(senderMac, targetMac, sender, target), new NeighborSolicitation(target, senderMac));

    /// <summary>The answer to a neighbor solicitation (RFC 4861, section 7.2.4).</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="targetMac">The station of the address asked for.</param>
    /// <param name="target">The address asked for.</param>
    /// <param name="askerMac">Who asked.</param>
    /// <param name="asker">Who asked; if unspecified, the answer goes to all nodes and is not marked solicited.</param>
    /// <param name="isRouter">The station forwards packets.</param>
    public static int NeighborAdvertisement(
        Span<byte> frame,
        MacAddress targetMac,
        Ipv6Address target,
        MacAddress askerMac,
        Ipv6Address asker,
        bool isRouter
    )
    {
        var isProbe = asker.IsUnspecified;
        var destination = isProbe ? Ipv6Address.AllNodes : asker;
        var destinationMac = isProbe ? destination.MulticastMac : askerMac;
        var message = new NeighborAdvertisement(target, targetMac, isRouter, IsSolicited: !isProbe, IsOverride: true);
        return Neighbor(frame, new(targetMac, destinationMac, target, destination), message);
    }

    /// <summary>Tells all nodes of a new address or station, unasked (RFC 4861, section 7.2.6).</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="targetMac">The station.</param>
    /// <param name="target">Its address.</param>
    /// <param name="isRouter">The station forwards packets.</param>
    public static int NeighborAnnouncement(Span<byte> frame, MacAddress targetMac, Ipv6Address target, bool isRouter) =>
        NeighborAdvertisement(frame, targetMac, target, MacAddress.Zero, default, isRouter);

    /// <summary>A frame with a neighbor solicitation.</summary>
    public static int Neighbor(Span<byte> frame, PacketAddresses addresses, NeighborSolicitation message)
    {
        var start = Ip(frame, addresses, IpProtocol.Icmpv6, message.Length, NeighborDiscovery.HopLimit);
        message.Write(frame.Slice(start, message.Length), addresses.Source.AsV6, addresses.Destination.AsV6);
        return start + message.Length;
    }

    /// <summary>A frame with a neighbor advertisement.</summary>
    public static int Neighbor(Span<byte> frame, PacketAddresses addresses, NeighborAdvertisement message)
    {
        var start = Ip(frame, addresses, IpProtocol.Icmpv6, message.Length, NeighborDiscovery.HopLimit);
        message.Write(frame.Slice(start, message.Length), addresses.Source.AsV6, addresses.Destination.AsV6);
        return start + message.Length;
    }
}
