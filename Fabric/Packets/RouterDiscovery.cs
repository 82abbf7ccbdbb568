using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 4861, section 4.1, Router Solicitation (type 133): options after 8 bytes. Section 4.2, Router Advertisement (type 134):
//
//    0   4  type, code 0, checksum
//    4   1  hop limit hosts shall use, 0 unspecified
//    5   1b addresses by DHCPv6; 1b other things by DHCPv6; 6b reserved
//    6   2  router lifetime in seconds; 0: no default router
//    8   4  reachable time in milliseconds, 0 unspecified
//   12   4  retransmission timer in milliseconds, 0 unspecified
//   16      options: source link-layer address, MTU, prefix information
//
// Section 4.6.2, prefix information option (32 bytes):
//
//    2   1  prefix length
//    3   1b on link; 1b autonomous; 6b reserved
//    4   4  valid lifetime in seconds, all ones for ever
//    8   4  preferred lifetime in seconds
//   12   4  reserved
//   16  16  prefix
//
// Section 4.6.4, MTU option (8 bytes): 2 reserved, 4 MTU.

/// <summary>Constants of router solicitations and advertisements.</summary>
public static class RouterDiscovery
{
    /// <summary>Bytes of a solicitation before its options.</summary>
    public const int SolicitationLength = 8;

    /// <summary>Bytes of an advertisement before its options.</summary>
    public const int AdvertisementLength = 16;

    internal const int HopLimitAt = 4;
    internal const int FlagsAt = 5;
    internal const int LifetimeAt = 6;
    internal const int ReachableAt = 8;
    internal const int RetransmitAt = 12;

    internal const byte ManagedFlag = 0x80;
    internal const byte OtherFlag = 0x40;

    internal const int PrefixOptionLength = 32;
    internal const int MtuOptionLength = 8;
    internal const int MtuAt = 4;
}

/// <summary>A view of a router solicitation.</summary>
public readonly ref struct RouterSolicitationView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private RouterSolicitationView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmpv6.TypeAt];

    public byte Code => _bytes[Icmpv6.CodeAt];

    /// <summary><see cref="NdOptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[RouterDiscovery.SolicitationLength..];

    public ReadOnlySpan<byte> Message => _bytes;

    /// <returns>False if the bytes are shorter than a solicitation without options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out RouterSolicitationView view)
    {
        var fits = message.Length >= RouterDiscovery.SolicitationLength;
        view = fits ? new(message) : default;
        return fits;
    }
}

/// <summary>A router solicitation: routers, tell of yourselves.</summary>
/// <param name="SourceMac">Who asks; none if the packet's source is unspecified.</param>
public readonly record struct RouterSolicitation(MacAddress? SourceMac)
{
    /// <summary>Bytes of the message.</summary>
    public int Length => RouterDiscovery.SolicitationLength + (SourceMac is null ? 0 : NdOption.LinkLayerLength);

    /// <summary>Reads a solicitation and checks it as RFC 4861, section 6.1.1, demands.</summary>
    /// <inheritdoc cref="NeighborSolicitation.TryParse"/>
    public static bool TryParse(
        RouterSolicitationView view,
        Ipv6Address source,
        Ipv6Address destination,
        byte hopLimit,
        out RouterSolicitation header,
        out HeaderFault fault
    )
    {
        var mac = NdOptionReader.FindLinkLayer(view.Options, NdOption.SourceLinkLayer, out var isWhole);
        header = new(mac);
        fault = NeighborDiscovery.FaultOf(view.Message, Icmpv6Type.RouterSolicitation, source, destination, hopLimit);
        if (fault != HeaderFault.None)
            return false;
        if (!isWhole)
            fault = HeaderFault.Length;
        else if (source.IsUnspecified && mac is not null)
            fault = HeaderFault.Value;
        return fault == HeaderFault.None;
    }

    /// <inheritdoc cref="NeighborSolicitation.Write"/>
    public void Write(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        if (SourceMac is { } mac)
            NdOption.Write(message[RouterDiscovery.SolicitationLength..], NdOption.SourceLinkLayer, mac);
        new Icmpv6Header(Icmpv6Type.RouterSolicitation, 0, 0).Write(message[..Length], source, destination);
    }
}
