using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Makes a frame of which a given key would be read.</summary>
/// <remarks>
/// Lengths and checksums are right; what a key does not tell is plain: no IPv4 options, no IPv6 extension headers but that of a fragment,
/// sequence numbers zero. A first fragment has more to follow, a later one ends its packet. What no such frame can have is left out:
/// reserved TCP flags, ports of a protocol without, tags of a frame without an outer one.
/// </remarks>
public static class PacketSynthesizer
{
    /// <summary>The most bytes of payload; headers and payload fit an IP packet.</summary>
    public const int MaxPayload = 65_000;

    /// <summary>The most bytes of headers behind the Ethernet header: IPv6, a fragment header, a neighbor message with two options.</summary>
    private const int MaxHeaders = 96;

    /// <summary>Where the data of a later fragment belong, in bytes: behind a first one that filled an Ethernet frame.</summary>
    private const int LaterOffset = 1480;

    private const int FragmentHeaderLength = 8;
    private const ushort FragmentIdentification = 1;

    /// <summary>A service access point of no protocol known here, so that the frame is not taken for SNAP.</summary>
    private const byte LlcAddress = 0x42;
    private const byte LlcUnnumbered = 0x03;

    /// <summary>Makes the frame.</summary>
    /// <param name="key">The key; its datapath port and tunnel do not matter.</param>
    /// <param name="payload">What follows the headers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload is longer than <see cref="MaxPayload"/>.</exception>
    public static byte[] Build(in FlowKey key, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));
        var start = ActionExecutor.Headroom;
        var buffer = new byte[start + Ethernet.HeaderLength + MaxHeaders + payload.Length];
        var frame = buffer.AsSpan(start);
        var packet = frame[Ethernet.HeaderLength..];
        var length = key.EthType switch
        {
            EtherType.Ipv4 => Ipv4Packet(packet, key, payload),
            EtherType.Ipv6 => Ipv6Packet(packet, key, payload),
            EtherType.Arp or EtherType.Rarp => ArpPacket(packet, key, payload),
            EtherType.Llc => Llc(packet, payload),
            _ => Copy(packet, payload),
        };
        Ethernet.SetDestination(frame, key.EthDst);
        Ethernet.SetSource(frame, key.EthSrc);
        Ethernet.SetTypeOrLength(frame, key.EthType == EtherType.Llc ? (ushort)length : key.EthType);
        SetNeighbor(frame[..(Ethernet.HeaderLength + length)], key);
        var end = start + Ethernet.HeaderLength + length;
        if (key.Get(FlowField.VlanTpid) != 0)
        {
            if (key.Get(FlowField.CvlanTpid) != 0)
                Push(buffer, ref start, key, FlowField.CvlanTpid, FlowField.CvlanTci);
            Push(buffer, ref start, key, FlowField.VlanTpid, FlowField.VlanTci);
        }
        return buffer[start..end];
    }

    private static void Push(Span<byte> buffer, ref int start, in FlowKey key, FlowField tpid, FlowField tci)
    {
        start -= Vlan.TagLength;
        Vlan.PushRaw(buffer[start..], (ushort)key.Get(tpid), (ushort)key.Get(tci));
    }

    private static int Copy(Span<byte> bytes, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(bytes);
        return payload.Length;
    }

    private static int Llc(Span<byte> bytes, ReadOnlySpan<byte> payload)
    {
        bytes[0] = LlcAddress;
        bytes[1] = LlcAddress;
        bytes[2] = LlcUnnumbered;
        // A length is less than any type (IEEE 802.3, section 3.2.6).
        return 3 + Copy(bytes[3..], payload[..Math.Min(payload.Length, EtherType.Min - 4)]);
    }

    private static int ArpPacket(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var header = new ArpHeader(
            (ushort)key.Get(FlowField.ArpOp),
            new MacAddress(key.Get(FlowField.ArpSha)),
            new Ipv4Address((uint)key.GetWide(FlowField.NwSrc)),
            new MacAddress(key.Get(FlowField.ArpTha)),
            new Ipv4Address((uint)key.GetWide(FlowField.NwDst))
        );
        header.Write(bytes);
        return ArpHeader.Length + Copy(bytes[ArpHeader.Length..], payload);
    }

    private static int Ipv4Packet(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var length = Transport(bytes[Ipv4.MinHeaderLength..], key, payload);
        var isFragment = key.IpFrag != FragmentKind.None;
        var header = new Ipv4Header(key.NwSrc.AsV4, key.NwDst.AsV4, key.IpProto, length)
        {
            Tos = (byte)key.Get(FlowField.IpTos),
            Ttl = key.IpTtl,
            IsDontFragment = !isFragment,
            HasMoreFragments = key.IpFrag == FragmentKind.First,
            FragmentOffset = key.IpFrag == FragmentKind.Later ? LaterOffset : 0,
            Identification = isFragment ? FragmentIdentification : (ushort)0,
        };
        header.Write(bytes);
        return header.Length + length;
    }

    private static int Ipv6Packet(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var isFragment = key.IpFrag != FragmentKind.None;
        var extension = isFragment ? FragmentHeaderLength : 0;
        var length = extension + Transport(bytes[(Ipv6.HeaderLength + extension)..], key, payload);
        if (isFragment)
            FragmentHeader(bytes[Ipv6.HeaderLength..], key);
        var header = new Ipv6Header(key.NwSrc.AsV6, key.NwDst.AsV6, isFragment ? IpProtocol.Fragment : key.IpProto, length)
        {
            TrafficClass = (byte)key.Get(FlowField.IpTos),
            FlowLabel = (uint)key.Get(FlowField.Ipv6Label) & Ipv6.FlowLabelMask,
            HopLimit = key.IpTtl,
        };
        header.Write(bytes);
        return Ipv6Header.Length + length;
    }

    // RFC 8200, section 4.5: next header, reserved, 13 bits offset and 3 bits flags, identification.
    private static void FragmentHeader(Span<byte> bytes, in FlowKey key)
    {
        var isLater = key.IpFrag == FragmentKind.Later;
        // The key of a later fragment does not tell the protocol.
        bytes[0] = isLater ? IpProtocol.Udp : key.IpProto;
        bytes[2] = isLater ? (byte)(LaterOffset >> 8) : (byte)0;
        bytes[3] = isLater ? unchecked((byte)LaterOffset) : (byte)1;
        bytes[7] = (byte)FragmentIdentification;
    }

    private static int Transport(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        if (key.IpFrag == FragmentKind.Later)
            return Copy(bytes, payload);
        var isV6 = key.EthType == EtherType.Ipv6;
        return key.IpProto switch
        {
            IpProtocol.Tcp => Tcp(bytes, key, payload),
            IpProtocol.Udp => Udp(bytes, key, payload),
            IpProtocol.Icmp when !isV6 => Icmp(bytes, key, payload),
            IpProtocol.Icmpv6 when isV6 => Icmpv6(bytes, key, payload),
            _ => Copy(bytes, payload),
        };
    }

    private static int Tcp(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var flags = (TcpFlags)key.Get(FlowField.TcpFlags) & TcpFlags.Known;
        var header = new TcpHeader(key.TpSrc, key.TpDst, 0, 0, flags) { Window = ushort.MaxValue };
        var length = header.Length + Copy(bytes[header.Length..], payload);
        header.Write(bytes[..length], key.NwSrc, key.NwDst);
        return length;
    }

    private static int Udp(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var length = UdpHeader.Length + Copy(bytes[UdpHeader.Length..], payload);
        new UdpHeader(key.TpSrc, key.TpDst, payload.Length).Write(bytes[..length], key.NwSrc, key.NwDst);
        return length;
    }

    private static int Icmp(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var length = IcmpHeader.Length + Copy(bytes[IcmpHeader.Length..], payload);
        new IcmpHeader((byte)key.TpSrc, (byte)key.TpDst, 0).Write(bytes[..length]);
        return length;
    }

    private static int Icmpv6(Span<byte> bytes, in FlowKey key, ReadOnlySpan<byte> payload)
    {
        var body = Icmpv6Header.Length;
        if (IsNeighbor(key))
        {
            // The target's and the options' addresses are zero until SetNeighbor.
            body = NeighborDiscovery.NeighborLength;
            Option(bytes, ref body, NdOption.SourceLinkLayer, key.Get(FlowField.ArpSha));
            Option(bytes, ref body, NdOption.TargetLinkLayer, key.Get(FlowField.ArpTha));
        }
        var length = body + Copy(bytes[body..], payload);
        new Icmpv6Header((byte)key.TpSrc, (byte)key.TpDst, 0).Write(bytes[..length], key.NwSrc.AsV6, key.NwDst.AsV6);
        return length;
    }

    private static void Option(Span<byte> bytes, ref int at, byte type, ulong mac)
    {
        if (mac == 0)
            return;
        NdOption.Write(bytes[at..], type, MacAddress.Zero);
        at += NdOption.LinkLayerLength;
    }

    private static bool IsNeighbor(in FlowKey key) =>
        key.TpSrc is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement && key.TpDst == 0;

    private static void SetNeighbor(Span<byte> frame, in FlowKey key)
    {
        if (!PacketLayout.TryParse(frame, out var layout) || layout.Transport != TransportKind.Icmpv6 || !IsNeighbor(key))
            return;
        PacketEditor.SetNdTarget(frame, layout, new Ipv6Address(key.GetWide(FlowField.NdTarget)));
        PacketEditor.SetNdSource(frame, layout, new MacAddress(key.Get(FlowField.ArpSha)));
        PacketEditor.SetNdTarget(frame, layout, new MacAddress(key.Get(FlowField.ArpTha)));
    }
}
