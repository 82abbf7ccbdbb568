using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Fabric.Addresses;

/// <summary>A 128-bit IPv6 address (RFC 4291).</summary>
/// <remarks>Immutable, 16 bytes, compared by value; the default is ::. Zones (RFC 4007) are not part of it. See <see cref="IpAddress"/> where either version may stand.</remarks>
public readonly record struct Ipv6Address(UInt128 Bits) : IComparable<Ipv6Address>
{
    /// <summary>All nodes on this link, ff02::1 (RFC 4291, section 2.7.1).</summary>
    public static Ipv6Address AllNodes => new(new UInt128(0xff02_0000_0000_0000, 1));

    /// <summary>A group address, ff00::/8 (RFC 4291, section 2.7).</summary>
    public bool IsMulticast => (byte)(Bits >> 120) == 0xff;

    /// <summary>A link-local unicast address, fe80::/10 (RFC 4291, section 2.5.6).</summary>
    public bool IsLinkLocal => (uint)(Bits >> 118) == 0x3fa;

    /// <summary>The unspecified address, :: (RFC 4291, section 2.5.2).</summary>
    public bool IsUnspecified => Bits == UInt128.Zero;

    /// <summary>The solicited-node group of this address, ff02::1:ffXX:XXXX (RFC 4291, section 2.7.1).</summary>
    public Ipv6Address SolicitedNode => new(new UInt128(0xff02_0000_0000_0000, 0x1_ff00_0000 | (ulong)Bits & 0xff_ffff));

    /// <summary>The link-local address made from a station's address (RFC 4291, appendix A).</summary>
    public static Ipv6Address LinkLocal(MacAddress mac)
    {
        var high = (mac.Bits >> 24) ^ 0x02_0000;
        var low = mac.Bits & 0xff_ffff;
        return new Ipv6Address(new UInt128(0xfe80_0000_0000_0000, high << 40 | 0xff_fe00_0000 | low));
    }

    /// <summary>The Ethernet group that carries this IPv6 group, 33:33 and the low 32 bits (RFC 2464, section 7).</summary>
    public MacAddress MulticastMac => new(0x3333_0000_0000 | (ulong)Bits & 0xffff_ffff);

    /// <summary>Reads the notation of RFC 4291, section 2.2; no zone, no prefix length, no brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv6Address address)
    {
        address = default;
        if (text.IndexOf(':') < 0 || text.IndexOfAny('%', '[', '/') >= 0)
            return false;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out _);
        address = new Ipv6Address(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }

    /// <summary>Reads the notation of RFC 4291, section 2.2.</summary>
    /// <exception cref="FormatException">The text is not an IPv6 address.</exception>
    public static Ipv6Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv6 address such as fd00::1");

    /// <inheritdoc/>
    public int CompareTo(Ipv6Address other) => Bits.CompareTo(other.Bits);

    /// <summary>The canonical text of RFC 5952, section 4.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>The same address as a value of either version.</summary>
    public static implicit operator IpAddress(Ipv6Address address) => IpAddress.V6(address.Bits);
}
