using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>A packet as text describes it.</summary>
/// <param name="InPort">The port it enters by, as written: a number, or the name of a virtual port such as shop/web1; empty if not told.</param>
/// <param name="Key">Its headers, defaults included; the datapath port only if <paramref name="InPort"/> is a number.</param>
/// <param name="Told">The bits of the key that the text tells; the others hold defaults, which a caller who knows better may replace.</param>
/// <param name="Payload">What follows the headers.</param>
/// <param name="At">When it comes in, since the first of several; null if not told.</param>
/// <param name="EchoIdentifier">The identifier of an ICMP or ICMPv6 echo (RFC 792, Echo or Echo Reply Message; RFC 4443, section 4.1), which is not of the key; 0 of any other packet.</param>
public sealed record PacketDescription(
    string InPort,
    FlowKey Key,
    FlowMask Told,
    ReadOnlyMemory<byte> Payload,
    TimeSpan? At = null,
    ushort EchoIdentifier = 0
)
{
    /// <summary>Makes the packet's frame.</summary>
    public byte[] ToFrame() => ToFrame(Key);

    /// <summary>Makes the packet's frame.</summary>
    /// <param name="key">The key, with better values for what the text did not tell.</param>
    public byte[] ToFrame(in FlowKey key)
    {
        var frame = PacketSynthesizer.Build(key, Payload.Span);
        if (EchoIdentifier != 0 && PacketLayout.TryParse(frame, out var layout))
            PacketEditor.SetEchoIdentifier(frame, layout, EchoIdentifier);
        return frame;
    }

    /// <summary>The identifier that an echo has; 0 of any other packet.</summary>
    /// <param name="key">The packet's key.</param>
    /// <param name="frame">Its bytes.</param>
    public static ushort EchoIdentifierOf(in FlowKey key, ReadOnlySpan<byte> frame) =>
        IsEcho(key) && PacketLayout.TryParse(frame, out var layout) && layout.TransportLength >= IcmpHeader.Length
            ? NetworkOrder.U16(frame[layout.TransportOffset..], Icmp.IdentifierAt)
            : (ushort)0;

    /// <summary>The packet is an echo of ICMP or ICMPv6 whose header it has: a request or a reply, and not a later fragment.</summary>
    internal static bool IsEcho(in FlowKey key) =>
        key.IpFrag != FragmentKind.Later
        && (key.EthType, key.IpProto, key.TpSrc)
            is
                (EtherType.Ipv4, IpProtocol.Icmp, IcmpType.EchoRequest or IcmpType.EchoReply)
                or
                (EtherType.Ipv6, IpProtocol.Icmpv6, Icmpv6Type.EchoRequest or Icmpv6Type.EchoReply);
}
