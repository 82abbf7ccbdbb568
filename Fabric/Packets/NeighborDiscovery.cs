using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 4861, section 4.3, Neighbor Solicitation (type 135), and section 4.4, Neighbor Advertisement (type 136):
//
//    0   1  type
//    1   1  code: 0
//    2   2  checksum
//    4   1b from a router          } in an advertisement; else reserved
//        1b answers a solicitation }
//        1b override               }
//       29b reserved
//    8  16  target address
//   24      options: source link-layer address in a solicitation, target link-layer address in an advertisement

/// <summary>Constants that the messages of neighbor discovery share.</summary>
public static class NeighborDiscovery
{
    /// <summary>The hop limit of every message, by which a receiver knows that it was not forwarded (RFC 4861, section 7.1).</summary>
    public const byte HopLimit = 255;

    /// <summary>Bytes of a solicitation or an advertisement of a neighbor before its options.</summary>
    public const int NeighborLength = 24;

    internal const int FlagsAt = 4;
    internal const int TargetAt = 8;
    internal const int OptionsAt = NeighborLength;

    internal const byte RouterFlag = 0x80;
    internal const byte SolicitedFlag = 0x40;
    internal const byte OverrideFlag = 0x20;

    /// <summary>What every message is checked for (RFC 4861, sections 6.1 and 7.1), but for its options.</summary>
    internal static HeaderFault FaultOf(ReadOnlySpan<byte> message, byte type, Ipv6Address source, Ipv6Address destination, byte hopLimit)
    {
        Icmpv6View.TryParse(message, out var view);
        if (view.Type != type || view.Code != 0)
            return HeaderFault.Kind;
        if (hopLimit != HopLimit)
            return HeaderFault.Value;
        Icmpv6Header.TryParse(view, source, destination, out _, out var fault);
        return fault;
    }
}

/// <summary>A view of a neighbor solicitation or advertisement.</summary>
public readonly ref struct NeighborView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmpv6.TypeAt];

    public byte Code => _bytes[Icmpv6.CodeAt];

    public bool IsRouter => (_bytes[NeighborDiscovery.FlagsAt] & NeighborDiscovery.RouterFlag) != 0;

    public bool IsSolicited => (_bytes[NeighborDiscovery.FlagsAt] & NeighborDiscovery.SolicitedFlag) != 0;

    public bool IsOverride => (_bytes[NeighborDiscovery.FlagsAt] & NeighborDiscovery.OverrideFlag) != 0;

    public Ipv6Address Target => NetworkOrder.V6(_bytes, NeighborDiscovery.TargetAt);

    /// <summary><see cref="NdOptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[NeighborDiscovery.OptionsAt..];

    public ReadOnlySpan<byte> Message => _bytes;

    /// <param name="message">An ICMPv6 message.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a target's end.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out NeighborView view)
    {
        var fits = message.Length >= NeighborDiscovery.NeighborLength;
        view = fits ? new(message) : default;
        return fits;
    }
}

/// <summary>A neighbor solicitation: who has the target address?</summary>
/// <param name="Target">The address asked for; no group.</param>
/// <param name="SourceMac">Who asks; none if the packet's source is unspecified.</param>
public readonly record struct NeighborSolicitation(Ipv6Address Target, MacAddress? SourceMac)
{
    /// <summary>Bytes of the message.</summary>
    public int Length => NeighborDiscovery.NeighborLength + (SourceMac is null ? 0 : NdOption.LinkLayerLength);

    /// <summary>Reads a solicitation and checks it as RFC 4861, section 7.1.1, demands.</summary>
    /// <param name="view">The message.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's destination.</param>
    /// <param name="hopLimit">The packet's hop limit.</param>
    /// <param name="header">The message.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryParse(
        NeighborView view,
        Ipv6Address source,
        Ipv6Address destination,
        byte hopLimit,
        out NeighborSolicitation header,
        out HeaderFault fault
    )
    {
        var mac = NdOptionReader.FindLinkLayer(view.Options, NdOption.SourceLinkLayer, out var isWhole);
        header = new(view.Target, mac);
        fault = NeighborDiscovery.FaultOf(view.Message, Icmpv6Type.NeighborSolicitation, source, destination, hopLimit);
        if (fault != HeaderFault.None)
            return false;
        var isProbe = source.IsUnspecified;
        if (!isWhole)
            fault = HeaderFault.Length;
        else if (view.Target.IsMulticast || (isProbe && (mac is not null || destination != destination.SolicitedNode)))
            fault = HeaderFault.Value;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the message with its checksum.</summary>
    /// <param name="message">Room of <see cref="Length"/> bytes, to the end of the packet.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's destination.</param>
    public void Write(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        NetworkOrder.Put(message, NeighborDiscovery.TargetAt, Target);
        if (SourceMac is { } mac)
            NdOption.Write(message[NeighborDiscovery.OptionsAt..], NdOption.SourceLinkLayer, mac);
        new Icmpv6Header(Icmpv6Type.NeighborSolicitation, 0, 0).Write(message[..Length], source, destination);
    }
}

/// <summary>A neighbor advertisement: the target address is at this station.</summary>
/// <param name="Target">The address; no group.</param>
/// <param name="TargetMac">Its station; may be left out in an answer to a solicitation that was not sent to a group.</param>
/// <param name="IsRouter">The sender forwards packets.</param>
/// <param name="IsSolicited">It answers a solicitation; then it is sent to one station.</param>
/// <param name="IsOverride">It replaces what was known before.</param>
public readonly record struct NeighborAdvertisement(
    Ipv6Address Target,
    MacAddress? TargetMac,
    bool IsRouter,
    bool IsSolicited,
    bool IsOverride
)
{
    /// <summary>Bytes of the message.</summary>
    public int Length => NeighborDiscovery.NeighborLength + (TargetMac is null ? 0 : NdOption.LinkLayerLength);

    /// <summary>Reads an advertisement and checks it as RFC 4861, section 7.1.2, demands.</summary>
    /// <inheritdoc cref="NeighborSolicitation.TryParse"/>
    public static bool TryParse(
        NeighborView view,
        Ipv6Address source,
        Ipv6Address destination,
        byte hopLimit,
        out NeighborAdvertisement header,
        out HeaderFault fault
    )
    {
        var mac = NdOptionReader.FindLinkLayer(view.Options, NdOption.TargetLinkLayer, out var isWhole);
        header = new(view.Target, mac, view.IsRouter, view.IsSolicited, view.IsOverride);
        fault = NeighborDiscovery.FaultOf(view.Message, Icmpv6Type.NeighborAdvertisement, source, destination, hopLimit);
        if (fault != HeaderFault.None)
            return false;
        if (!isWhole)
            fault = HeaderFault.Length;
        else if (view.Target.IsMulticast || (destination.IsMulticast && view.IsSolicited))
            fault = HeaderFault.Value;
        return fault == HeaderFault.None;
    }

    /// <inheritdoc cref="NeighborSolicitation.Write"/>
    public void Write(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        var flags =
            (IsRouter ? NeighborDiscovery.RouterFlag : 0)
            | (IsSolicited ? NeighborDiscovery.SolicitedFlag : 0)
            | (IsOverride ? NeighborDiscovery.OverrideFlag : 0);
        NetworkOrder.Put(message, NeighborDiscovery.TargetAt, Target);
        if (TargetMac is { } mac)
            NdOption.Write(message[NeighborDiscovery.OptionsAt..], NdOption.TargetLinkLayer, mac);
        new Icmpv6Header(Icmpv6Type.NeighborAdvertisement, 0, (uint)flags << 24).Write(message[..Length], source, destination);
    }
}
