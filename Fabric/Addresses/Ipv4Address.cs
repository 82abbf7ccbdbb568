using System.Globalization;

namespace Fabric.Addresses;

/// <summary>A 32-bit IPv4 address (RFC 791, section 3.1).</summary>
/// <remarks>Immutable, 4 bytes, compared by value; the default is 0.0.0.0. See <see cref="IpAddress"/> where either version may stand.</remarks>
public readonly record struct Ipv4Address(uint Bits) : IComparable<Ipv4Address>
{
    /// <summary>255.255.255.255, every host on this link (RFC 919, section 7).</summary>
    public static Ipv4Address Broadcast => new(uint.MaxValue);

    /// <summary>A group address, 224.0.0.0/4 (RFC 5771, section 3).</summary>
    public bool IsMulticast => Bits >> 28 == 0xe;

    /// <summary>An address of this host only, 127.0.0.0/8 (RFC 1122, section 3.2.1.3).</summary>
    public bool IsLoopback => Bits >> 24 == 127;

    /// <summary>Reads dotted decimal: four numbers 0..255 without leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint bits = 0;
        for (var i = 0; i < 4; i++)
        {
            var end = i < 3 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0'))
                return false;
            // The framework lets NUL follow a number.
            if (text[..end].ContainsAnyExceptInRange('0', '9'))
                return false;
            if (!byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
                return false;
            bits = bits << 8 | octet;
            text = i < 3 ? text[(end + 1)..] : default;
        }
        address = new Ipv4Address(bits);
        return true;
    }

    /// <summary>Reads dotted decimal.</summary>
    /// <exception cref="FormatException">The text is not an IPv4 address.</exception>
    public static Ipv4Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address such as 10.0.0.1");

    /// <inheritdoc/>
    public int CompareTo(Ipv4Address other) => Bits.CompareTo(other.Bits);

    /// <summary>Dotted decimal.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Bits >> 24}.{Bits >> 16 & 255}.{Bits >> 8 & 255}.{Bits & 255}");

    /// <summary>The same address as a value of either version.</summary>
    public static implicit operator IpAddress(Ipv4Address address) => IpAddress.V4(address.Bits);
}
