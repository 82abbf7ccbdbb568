using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 4861, section 4.5, Redirect (type 137):
//
//    0   4  type, code 0, checksum
//    4   4  reserved
//    8  16  target address: the better next hop
//   24  16  destination address: for packets to this one
//   40      options: target link-layer address, redirected header

/// <summary>A view of a redirect. There is no header to write: routers here never redirect.</summary>
public readonly ref struct RedirectView
{
    /// <summary>Bytes of a redirect before its options.</summary>
    public const int MinLength = 40;

    private const int TargetAt = 8;
    private const int DestinationAt = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private RedirectView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmpv6.TypeAt];

    public byte Code => _bytes[Icmpv6.CodeAt];

    /// <summary>The better next hop, or the destination itself if it is on this link.</summary>
    public Ipv6Address Target => NetworkOrder.V6(_bytes, TargetAt);

    public Ipv6Address Destination => NetworkOrder.V6(_bytes, DestinationAt);

    /// <summary><see cref="NdOptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[MinLength..];

    /// <returns>False if the bytes are shorter than a redirect without options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out RedirectView view)
    {
        var fits = message.Length >= MinLength;
        view = fits ? new(message) : default;
        return fits;
    }
}
