using System.Diagnostics;

namespace Fabric.Packets;

/// <summary>Where the headers of a frame lie, found in one pass.</summary>
/// <remarks>
/// <para>
/// Offsets are bytes from the frame's start. A kind other than None says that the whole header lies within the frame,
/// as a view of it would. What is a header follows the extraction of the Open vSwitch kernel module
/// (net/openvswitch/flow.c, key_extract), so that keys read by it equal the kernel's: neither the version nor the total
/// length of IP is asked, and padding may stand for missing bytes. See <see cref="Ipv6Extensions"/> for two bounds.
/// </para>
/// <para>It does not follow the frame when that changes: a VLAN tag pushed or popped moves the offsets.</para>
/// </remarks>
public struct PacketLayout
{
    /// <summary>The most VLAN tags that are told apart; a third is the frame's <see cref="EtherType"/>.</summary>
    public const int MaxVlans = 2;

    private const int MinSnapLength = 8;

    /// <summary>Bytes of the frame.</summary>
    public int FrameLength { get; private set; }

    /// <summary>VLAN tags: 0, 1, 2. The outer one is at offset 12, the inner one at 16.</summary>
    public int VlanCount { get; private set; }

    /// <summary>What the frame carries behind its tags; <see cref="Packets.EtherType.Llc"/> if it does not say.</summary>
    public ushort EtherType { get; private set; }

    /// <summary>Where the frame's type says the network header starts; the frame may end there.</summary>
    public int NetworkOffset { get; private set; }

    /// <summary>Which network header there is.</summary>
    public NetworkKind Network { get; private set; }

    /// <summary>The IP protocol behind extension headers, as the kernel's key has it; 0 without an IP header.</summary>
    public byte Protocol { get; private set; }

    /// <summary>Which part of an IP packet this is.</summary>
    public FragmentPart Fragment { get; private set; }

    /// <summary>An IPv6 routing header has segments left: checksums are over another destination (RFC 8200, section 8.1).</summary>
    public bool HasSegmentsLeft { get; private set; }

    /// <summary>Where the payload of IP starts, behind options and extension headers; at most the frame's length, 0 without IP.</summary>
    public int TransportOffset { get; private set; }

    /// <summary>Bytes from there to where IP, or else the frame, ends.</summary>
    public int TransportLength { get; private set; }

    /// <summary>Which transport header there is.</summary>
    public TransportKind Transport { get; private set; }

    /// <summary>The transport checksum is unfinished: it holds the sum of the pseudo header alone, not complemented.</summary>
    /// <remarks>So do interfaces hand over frames whose checksum the hardware would finish (virtio, section 5.1.6.2, NEEDS_CSUM). Told by who received the frame; not read from it.</remarks>
    public bool HasPartialChecksum { get; set; }

    /// <summary>Where the network header's packet ends: where IP says, at most the frame's end; without IP, that.</summary>
    public int NetworkEnd { get; private set; }

    /// <summary>Finds the headers of a frame.</summary>
    /// <returns>False if the frame is shorter than an Ethernet header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out PacketLayout layout)
    {
        layout = default;
        if (frame.Length < Ethernet.HeaderLength)
            return false;
        layout.FrameLength = frame.Length;
        layout.NetworkEnd = frame.Length;
        layout.FindNetwork(frame);
        switch (layout.EtherType)
        {
            case Packets.EtherType.Ipv4:
                layout.FindIpv4(frame);
                break;
            case Packets.EtherType.Ipv6:
                layout.FindIpv6(frame);
                break;
            case Packets.EtherType.Arp or Packets.EtherType.Rarp:
                layout.FindArp(frame);
                break;
        }
        return true;
    }

    private void FindNetwork(ReadOnlySpan<byte> frame)
    {
        var at = Ethernet.TypeAt;
        var type = NetworkOrder.U16(frame, at);
        while (VlanCount < MaxVlans && Packets.EtherType.IsVlan(type) && frame.Length >= at + Vlan.TypeAt + 2)
        {
            at += Vlan.TagLength;
            type = NetworkOrder.U16(frame, at);
            VlanCount++;
        }
        at += 2;
        if (type < Packets.EtherType.Min)
            type = ReadSnap(frame, ref at);
        EtherType = type;
        NetworkOffset = at;
    }

    // IEEE 802.2 with SNAP: aa aa 03, a vendor's three bytes, a type; vendor 0 uses EtherTypes (RFC 1042, Header Format).
    private static ushort ReadSnap(ReadOnlySpan<byte> frame, ref int at)
    {
        if (frame.Length < at + MinSnapLength)
            return Packets.EtherType.Llc;
        var isSnap = NetworkOrder.U16(frame, at) == 0xaaaa && (NetworkOrder.U32(frame, at + 2) & 0xff_ffff) == 0;
        if (!isSnap)
            return Packets.EtherType.Llc;
        at += MinSnapLength;
        var type = NetworkOrder.U16(frame, at - 2);
        return type >= Packets.EtherType.Min ? type : Packets.EtherType.Llc;
    }

    private void FindArp(ReadOnlySpan<byte> frame)
    {
        var packet = frame[NetworkOffset..];
        if (packet.Length >= Arp.Ipv4OverEthernetLength && Arp.IsIpv4OverEthernet(packet))
            Network = NetworkKind.Arp;
    }

    private void FindIpv4(ReadOnlySpan<byte> frame)
    {
        var packet = frame[NetworkOffset..];
        if (!Ipv4View.TryParse(packet, out var view))
            return;
        Network = NetworkKind.Ipv4;
        Protocol = view.Protocol;
        TransportOffset = NetworkOffset + view.HeaderLength;
        NetworkEnd = TransportOffset + view.Payload.Length;
        if (view.FragmentOffset != 0)
            Fragment = FragmentPart.Later;
        else if (view.HasMoreFragments)
            Fragment = FragmentPart.First;
        FindTransport(frame);
    }

    private void FindIpv6(ReadOnlySpan<byte> frame)
    {
        var packet = frame[NetworkOffset..];
        if (!Ipv6View.TryParse(packet, out var view))
            return;
        Network = NetworkKind.Ipv6;
        var walk = Ipv6Extensions.Walk(view.NextHeader, packet[Ipv6.HeaderLength..]);
        Protocol = walk.Protocol;
        Fragment = walk.Fragment;
        HasSegmentsLeft = walk.HasSegmentsLeft;
        TransportOffset = Math.Min(NetworkOffset + Ipv6.HeaderLength + walk.Length, FrameLength);
        NetworkEnd = NetworkOffset + Ipv6.HeaderLength + view.Payload.Length;
        FindTransport(frame);
    }

    private void FindTransport(ReadOnlySpan<byte> frame)
    {
        Debug.Assert(TransportOffset <= FrameLength, "a network header ends past the frame");
        TransportLength = Math.Max(NetworkEnd - TransportOffset, 0);
        if (Fragment == FragmentPart.Later)
            return;
        var bytes = frame[TransportOffset..];
        Transport = Protocol switch
        {
            IpProtocol.Tcp when TcpView.TryParse(bytes, out _) => TransportKind.Tcp,
            IpProtocol.Udp when bytes.Length >= Udp.HeaderLength => TransportKind.Udp,
            IpProtocol.Icmp when Network == NetworkKind.Ipv4 && bytes.Length >= Icmp.HeaderLength => TransportKind.Icmp,
            IpProtocol.Icmpv6 when Network == NetworkKind.Ipv6 && bytes.Length >= Icmpv6.HeaderLength => TransportKind.Icmpv6,
            _ => TransportKind.None,
        };
    }
}
