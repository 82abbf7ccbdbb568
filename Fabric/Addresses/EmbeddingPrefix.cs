namespace Fabric.Addresses;

/// <summary>An IPv6 prefix within which IPv6 addresses stand for IPv4 addresses (RFC 6052, section 2.2).</summary>
/// <remarks>
/// The IPv4 address follows the prefix, but for bits 64 to 71, which are passed over and zero ("u"), and behind it all is zero:
/// <code>
/// length     0             32     40     48     56     64     72     80     88     96    104
///   32       prefix        v4 (32)                     u      0
///   40       prefix               v4 (24)              u      (8)    0
///   48       prefix                      v4 (16)       u      (16)          0
///   56       prefix                             (8)    u      v4 (24)              0
///   64       prefix                                    u      v4 (32)                     0
///   96       prefix                                    u                           v4 (32)
/// </code>
/// An immutable value; only those made of a legal prefix mean something.
/// </remarks>
/// <param name="Prefix">The prefix; legal by <see cref="IsLegal"/>.</param>
public readonly record struct EmbeddingPrefix(IpPrefix Prefix)
{
    private const int OctetAt = 64;
    private const int OctetEnd = 72;
    private const int V4Bits = 32;

    private static readonly UInt128 Octet = (UInt128)0xff << (128 - OctetEnd);

    // RFC 5735, section 3, and those that were added to it since (RFC 6890, section 2.2.2): what is not of the Internet.
    private static readonly IpPrefix[] NotGlobal =
    [
        IpPrefix.Parse("0.0.0.0/8"),
        IpPrefix.Parse("10.0.0.0/8"),
        IpPrefix.Parse("100.64.0.0/10"),
        IpPrefix.Parse("127.0.0.0/8"),
        IpPrefix.Parse("169.254.0.0/16"),
        IpPrefix.Parse("172.16.0.0/12"),
        IpPrefix.Parse("192.0.0.0/24"),
        IpPrefix.Parse("192.0.2.0/24"),
        IpPrefix.Parse("192.88.99.0/24"),
        IpPrefix.Parse("192.168.0.0/16"),
        IpPrefix.Parse("198.18.0.0/15"),
        IpPrefix.Parse("198.51.100.0/24"),
        IpPrefix.Parse("203.0.113.0/24"),
        IpPrefix.Parse("224.0.0.0/3"),
    ];

    /// <summary>64:ff9b::/96, which stands for the same addresses everywhere (RFC 6052, section 2.1).</summary>
    public static IpPrefix WellKnown { get; } = IpPrefix.Parse("64:ff9b::/96");

    /// <summary>The prefix is the one that stands for the same addresses everywhere, and for none that is not global.</summary>
    public bool IsWellKnown => Prefix == WellKnown;

    /// <summary>The prefix is of IPv6, has one of the six lengths, and leaves bits 64 to 71 zero.</summary>
    public static bool IsLegal(IpPrefix prefix) =>
        prefix.Family == IpFamily.V6 && prefix.Length is 32 or 40 or 48 or 56 or 64 or 96 && (prefix.Address.Bits & Octet) == UInt128.Zero;

    /// <summary>The address that stands for an IPv4 address.</summary>
    public IpAddress Embed(Ipv4Address address)
    {
        UInt128 bits = address.Bits;
        if (Prefix.Length > OctetAt)
            return IpAddress.V6(Prefix.Address.Bits | bits);
        var (before, behind) = Parts();
        var low = bits & (UInt128.One << behind) - 1;
        return IpAddress.V6(Prefix.Address.Bits | bits >> behind << (128 - Prefix.Length - before) | low << (128 - OctetEnd - behind));
    }

    /// <summary>The IPv4 address that an address stands for.</summary>
    /// <param name="address">An IPv6 address.</param>
    /// <param name="embedded">The IPv4 address.</param>
    /// <returns>False if it is not in the prefix, has bits set among 64 to 71, or is one of those that the well-known prefix must not be used for (RFC 6052, section 3.1).</returns>
    /// <remarks>What is behind the IPv4 address is passed over (RFC 6052, section 2.2).</remarks>
    public bool TryExtract(IpAddress address, out Ipv4Address embedded)
    {
        embedded = default;
        if (!Prefix.Contains(address) || (address.Bits & Octet) != UInt128.Zero)
            return false;
        embedded = new Ipv4Address(Extract(address.Bits));
        return MayStandFor(embedded);
    }

    /// <summary>The prefix may be used for an IPv4 address: any, or if it is the well-known one, those of the Internet (RFC 6052, section 3.1).</summary>
    public bool MayStandFor(Ipv4Address address) => !IsWellKnown || IsGlobal(address);

    private static bool IsGlobal(Ipv4Address address)
    {
        foreach (var prefix in NotGlobal)
        {
            if (prefix.Contains(address))
                return false;
        }
        return true;
    }

    private uint Extract(UInt128 bits)
    {
        if (Prefix.Length > OctetAt)
            return (uint)bits;
        var (before, behind) = Parts();
        var high = bits >> (128 - Prefix.Length - before) & (UInt128.One << before) - 1;
        var low = bits >> (128 - OctetEnd - behind) & (UInt128.One << behind) - 1;
        return (uint)(high << behind | low);
    }

    /// <summary>Bits of the IPv4 address before bit 64, and behind bit 71.</summary>
    private (int Before, int Behind) Parts()
    {
        var before = Math.Min(OctetAt - Prefix.Length, V4Bits);
        return (before, V4Bits - before);
    }

    /// <summary>PREFIX/LENGTH.</summary>
    public override string ToString() => Prefix.ToString();
}
