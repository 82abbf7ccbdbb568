namespace Fabric.Addresses;

/// <summary>An IPv4 or IPv6 address.</summary>
/// <remarks>
/// Immutable, compared by version and value; the default is 0.0.0.0. An IPv4 address occupies the low 32 bits, so
/// that tables keyed by bits and length serve both versions with one code. An IPv4-mapped IPv6 address is IPv6.
/// </remarks>
public readonly record struct IpAddress : IComparable<IpAddress>
{
    private IpAddress(IpFamily family, UInt128 bits)
    {
        Family = family;
        Bits = bits;
    }

    /// <summary>The version.</summary>
    public IpFamily Family { get; }

    /// <summary>The address as a number: 0..2^32-1 or 0..2^128-1 by version.</summary>
    public UInt128 Bits { get; }

    /// <summary>The number of bits of an address of this version: 32 or 128.</summary>
    public int Width => WidthOf(Family);

    /// <summary>A group address of its version.</summary>
    public bool IsMulticast => Family == IpFamily.V4 ? AsV4.IsMulticast : AsV6.IsMulticast;

    /// <summary>All zeros: no address.</summary>
    public bool IsUnspecified => Bits == UInt128.Zero;

    /// <summary>fe80::/10 or 169.254.0.0/16 (RFC 3927, section 2.1).</summary>
    public bool IsLinkLocal => Family == IpFamily.V4 ? (uint)Bits >> 16 == 0xa9fe : AsV6.IsLinkLocal;

    /// <summary>255.255.255.255.</summary>
    public bool IsLimitedBroadcast => Family == IpFamily.V4 && (uint)Bits == uint.MaxValue;

    /// <summary>The low 32 bits as an IPv4 address; only meaningful for that version.</summary>
    public Ipv4Address AsV4 => new((uint)Bits);

    /// <summary>The bits as an IPv6 address; only meaningful for that version.</summary>
    public Ipv6Address AsV6 => new(Bits);

    /// <summary>Makes an IPv4 address.</summary>
    public static IpAddress V4(uint bits) => new(IpFamily.V4, bits);

    /// <summary>Makes an IPv6 address.</summary>
    public static IpAddress V6(UInt128 bits) => new(IpFamily.V6, bits);

    /// <summary>Makes an address of a version from a number of that width.</summary>
    public static IpAddress Of(IpFamily family, UInt128 bits) => family == IpFamily.V4 ? V4((uint)bits) : V6(bits);

    /// <summary>The number of bits of an address of a version: 32 or 128.</summary>
    public static int WidthOf(IpFamily family) => family == IpFamily.V4 ? 32 : 128;

    /// <summary>Reads either notation.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        if (Ipv4Address.TryParse(text, out var v4))
        {
            address = v4;
            return true;
        }
        var parsed = Ipv6Address.TryParse(text, out var v6);
        address = parsed ? v6 : default;
        return parsed;
    }

    /// <summary>Reads either notation.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IpAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address such as 10.0.0.1 or fd00::1");

    /// <inheritdoc/>
    public int CompareTo(IpAddress other) => Family != other.Family ? Family.CompareTo(other.Family) : Bits.CompareTo(other.Bits);

    /// <summary>Dotted decimal, or the canonical text of RFC 5952, section 4.</summary>
    public override string ToString() => Family == IpFamily.V4 ? AsV4.ToString() : AsV6.ToString();
}
