using Fabric.Addresses;

namespace Fabric.Packets;

public static partial class PacketBuilder
{
    /// <summary>An ARP request to every station (RFC 826, Packet Generation).</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="senderMac">Who asks.</param>
    /// <param name="senderIp">Who asks; 0.0.0.0 makes it a probe (RFC 5227, section 1.1).</param>
    /// <param name="targetIp">The address asked for; the sender's own makes it an announcement.</param>
    public static int ArpRequest(Span<byte> frame, MacAddress senderMac, Ipv4Address senderIp, Ipv4Address targetIp) =>
        Arp(frame, MacAddress.Broadcast, new(Packets.Arp.Request, senderMac, senderIp, MacAddress.Zero, targetIp));

    /// <summary>The answer to an ARP request (RFC 826, Packet Reception).</summary>
    /// <param name="frame">Room for the frame.</param>
    /// <param name="senderMac">The station of the address asked for.</param>
    /// <param name="senderIp">The address asked for.</param>
    /// <param name="targetMac">Who asked.</param>
    /// <param name="targetIp">Who asked.</param>
    public static int ArpReply(Span<byte> frame, MacAddress senderMac, Ipv4Address senderIp, MacAddress targetMac, Ipv4Address targetIp) =>
        Arp(frame, targetMac, new(Packets.Arp.Reply, senderMac, senderIp, targetMac, targetIp));

    /// <summary>An ARP packet to a station.</summary>
    public static int Arp(Span<byte> frame, MacAddress destination, ArpHeader packet)
    {
        new EthernetHeader(destination, packet.SenderMac, EtherType.Arp).Write(frame);
        packet.Write(frame[EthernetHeader.Length..]);
        return EthernetHeader.Length + ArpHeader.Length;
    }
}
