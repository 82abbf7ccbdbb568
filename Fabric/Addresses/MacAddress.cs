using System.Globalization;

namespace Fabric.Addresses;

/// <summary>A 48-bit Ethernet address.</summary>
/// <remarks>
/// Immutable, 8 bytes, compared by value; the default is 00:00:00:00:00:00.
/// The first octet on the wire is the most significant of the 48 bits (IEEE 802, section 8.2).
/// </remarks>
public readonly record struct MacAddress : IComparable<MacAddress>, ISpanFormattable
{
    private const ulong AllBits = 0xffff_ffff_ffff;
    private const ulong GroupBit = 1UL << 40;
    private const ulong LocalBit = 1UL << 41;

    /// <summary>Makes an address of the low 48 bits of a number.</summary>
    /// <param name="bits">0..2^48-1, first octet highest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bit above the 48th is set.</exception>
    public MacAddress(ulong bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, AllBits);
        Bits = bits;
    }

    /// <summary>The address as a number, 0..2^48-1, first octet highest.</summary>
    public ulong Bits { get; }

    /// <summary>The address of every station: ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(AllBits);

    /// <summary>The address of no station.</summary>
    public static MacAddress Zero => default;

    /// <summary>This address names a group of stations: multicast, broadcast included.</summary>
    public bool IsMulticast => (Bits & GroupBit) != 0;

    /// <summary>This is the address of every station.</summary>
    public bool IsBroadcast => Bits == AllBits;

    /// <summary>This address was given locally, not by a manufacturer (IEEE 802, the U/L bit).</summary>
    public bool IsLocal => (Bits & LocalBit) != 0;

    /// <summary>Reads the six-octet notation, such as 02:00:00:00:00:0a; '-' also separates.</summary>
    /// <returns>False if the text is not such an address; then <paramref name="address"/> is zero.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != 17)
            return false;
        ulong bits = 0;
        for (var i = 0; i < 6; i++)
        {
            if (i > 0 && text[i * 3 - 1] is not (':' or '-'))
                return false;
            // The framework lets NUL follow a number.
            if (!char.IsAsciiHexDigit(text[i * 3 + 1]))
                return false;
            if (!byte.TryParse(text.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                return false;
            bits = bits << 8 | octet;
        }
        address = new MacAddress(bits);
        return true;
    }

    /// <summary>Reads the six-octet notation.</summary>
    /// <exception cref="FormatException">The text is not an Ethernet address.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not an Ethernet address such as 02:00:00:00:00:0a");

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Bits.CompareTo(other.Bits);

    /// <summary>The six-octet notation in lower case.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[17];
        TryFormat(text, out var length, default, null);
        return new string(text[..length]);
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (destination.Length < 17)
            return false;
        for (var i = 0; i < 6; i++)
        {
            if (i > 0)
                destination[i * 3 - 1] = ':';
            var octet = (byte)(Bits >> (40 - 8 * i));
            octet.TryFormat(destination[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
        }
        charsWritten = 17;
        return true;
    }
}
