using System.Globalization;

namespace Fabric.Addresses;

/// <summary>An IPv4 or IPv6 prefix: the addresses that share their first bits (RFC 4632, section 3.1; RFC 4291, section 2.3).</summary>
/// <remarks>Immutable, compared by value; bits past the length are always zero, so equal prefixes are equal values. The default is 0.0.0.0/0.</remarks>
public readonly record struct IpPrefix : IComparable<IpPrefix>
{
    /// <summary>Makes the prefix of a length that holds an address; the address's other bits are cleared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0..32 or 0..128 by version.</exception>
    public IpPrefix(IpAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.Width);
        Address = IpAddress.Of(address.Family, address.Bits & MaskOf(address.Family, length));
        Length = length;
    }

    /// <summary>The lowest address of the prefix.</summary>
    public IpAddress Address { get; }

    /// <summary>How many leading bits are fixed: 0..32 or 0..128.</summary>
    public int Length { get; }

    /// <summary>The version.</summary>
    public IpFamily Family => Address.Family;

    /// <summary>The fixed bits as a mask of the version's width.</summary>
    public UInt128 Mask => MaskOf(Family, Length);

    /// <summary>The highest address; for IPv4 subnets of length up to 30, the directed broadcast (RFC 919, section 7).</summary>
    public IpAddress Last => IpAddress.Of(Family, Address.Bits | ~Mask & MaskOf(Family, Address.Width));

    /// <summary>Every address of a version.</summary>
    public static IpPrefix All(IpFamily family) => new(IpAddress.Of(family, UInt128.Zero), 0);

    /// <summary>The prefix that holds one address only.</summary>
    public static IpPrefix Host(IpAddress address) => new(address, address.Width);

    /// <summary>A mask of a version's width with its first bits set.</summary>
    /// <param name="family">The version, hence the width.</param>
    /// <param name="length">0..width.</param>
    public static UInt128 MaskOf(IpFamily family, int length)
    {
        var width = IpAddress.WidthOf(family);
        if (length == 0)
            return UInt128.Zero;
        var ones = UInt128.MaxValue << (128 - length);
        return ones >> (128 - width);
    }

    /// <summary>The address lies within.</summary>
    public bool Contains(IpAddress address) => address.Family == Family && (address.Bits & Mask) == Address.Bits;

    /// <summary>Every address of the other lies within.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && Contains(other.Address);

    /// <summary>Some address lies within both; then one contains the other.</summary>
    public bool Overlaps(IpPrefix other) => Contains(other) || other.Contains(this);

    /// <summary>This is the directed broadcast address of an IPv4 subnet (RFC 919, section 7; /31 and /32 have none, RFC 3021, section 2.1).</summary>
    public bool IsDirectedBroadcast(IpAddress address) => Family == IpFamily.V4 && Length <= 30 && address == Last;

    /// <summary>Reads ADDRESS/LENGTH, or an address alone for the prefix of that one address; bits past the length must be zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        return TryParseInterface(text, out var address, out var length) && (prefix = new IpPrefix(address, length)).Address == address;
    }

    /// <summary>Reads ADDRESS/LENGTH where the address is one of the prefix, such as a router port's 10.0.0.1/24.</summary>
    public static bool TryParseInterface(ReadOnlySpan<char> text, out IpAddress address, out int length)
    {
        var slash = text.IndexOf('/');
        length = 0;
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out address))
            return false;
        length = address.Width;
        // The framework lets NUL follow a number.
        if (text[(slash + 1)..].Contains('\0'))
            return false;
        return slash < 0
            || (int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= address.Width);
    }

    /// <summary>Reads ADDRESS/LENGTH.</summary>
    /// <exception cref="FormatException">The text is not a prefix, or has bits past its length.</exception>
    public static IpPrefix Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not a prefix such as 10.0.0.0/24 or fd00::/64");

    /// <inheritdoc/>
    public int CompareTo(IpPrefix other)
    {
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : Length.CompareTo(other.Length);
    }

    /// <summary>ADDRESS/LENGTH.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}
