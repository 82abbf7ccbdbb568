using System.Globalization;
using Fabric.Addresses;

namespace Fabric.Flows;

/// <summary>How the value of a field is written.</summary>
internal enum FieldNotation
{
    /// <summary>A decimal number; its mask is hexadecimal.</summary>
    Decimal,

    /// <summary>A hexadecimal number.</summary>
    Hex,

    /// <summary>An ethertype: four hexadecimal digits.</summary>
    EtherType,

    /// <summary>An Ethernet address.</summary>
    Mac,

    /// <summary>An IPv4 address; its mask is one as well.</summary>
    Ipv4,

    /// <summary>An IPv6 address; its mask is one as well.</summary>
    Ipv6,

    /// <summary>"no", "first" or "later".</summary>
    Fragment,

    /// <summary>Names of TCP flags.</summary>
    TcpFlags,

    /// <summary>Names of tunnel flags.</summary>
    TunnelFlags,
}

/// <summary>Writes and reads values of fields, alone or with the bits that count: <c>10.0.0.0/255.0.0.0</c>.</summary>
internal static class FieldValue
{
    private static readonly string[] s_fragments = ["no", "first", "later"];

    /// <summary>Writes a value.</summary>
    /// <param name="notation">How.</param>
    /// <param name="width">The field's bits.</param>
    /// <param name="value">The value.</param>
    /// <param name="mask">The bits that count, within the width; others of the value are written as zero.</param>
    public static string Format(FieldNotation notation, int width, UInt128 value, UInt128 mask)
    {
        value &= mask;
        if (FlagsOf(notation) is { } flags)
            return flags.Format((uint)value, (uint)mask);
        var text = notation == FieldNotation.Fragment && value < 3 ? s_fragments[(int)value] : One(notation, value);
        if (mask == AllOf(width))
            return text;
        var maskNotation = notation is FieldNotation.Decimal or FieldNotation.Fragment ? FieldNotation.Hex : notation;
        return $"{text}/{One(maskNotation, mask)}";
    }

    /// <summary>Reads a value, and the bits that count behind a slash; without it all do.</summary>
    /// <param name="notation">How it is written.</param>
    /// <param name="width">The field's bits.</param>
    /// <param name="text">The text.</param>
    /// <param name="value">The value; zero outside the mask.</param>
    /// <param name="mask">The bits that count, within the width.</param>
    /// <returns>What was expected instead, or null if the text could be read.</returns>
    public static string? Parse(FieldNotation notation, int width, ReadOnlySpan<char> text, out UInt128 value, out UInt128 mask)
    {
        (value, mask) = (UInt128.Zero, AllOf(width));
        if (FlagsOf(notation) is { } flags)
        {
            var isKnown = flags.TryParse(text, out var bits, out var told, out var unknown);
            (value, mask) = (bits & told, told);
            return isKnown
                ? null
                : $"expected flags such as {flags.Names[0]}|{flags.Names[1]} or +{flags.Names[1]}, but found '{text[unknown]}'{NearestWord.Hint(text[unknown], flags.Names)}";
        }
        var slash = text.IndexOf('/');
        if (!TryOne(notation, width, slash < 0 ? text : text[..slash], out value))
            return $"expected {Wanted(notation, width)}, but found '{text}'";
        if (slash >= 0 && !TryMask(notation, width, text[(slash + 1)..], out mask))
            return $"expected a mask for {Wanted(notation, width)}, but found '{text[(slash + 1)..]}'";
        value &= mask;
        return null;
    }

    private static FlagNames? FlagsOf(FieldNotation notation) =>
        notation switch
        {
            FieldNotation.TcpFlags => FlagNames.Tcp,
            FieldNotation.TunnelFlags => FlagNames.Tunnel,
            _ => null,
        };

    private static UInt128 AllOf(int width) => UInt128.MaxValue >> (128 - width);

    private static string One(FieldNotation notation, UInt128 value) =>
        notation switch
        {
            FieldNotation.EtherType => $"0x{(ulong)value:x4}",
            FieldNotation.Mac => new MacAddress((ulong)value).ToString(),
            FieldNotation.Ipv4 => new Ipv4Address((uint)value).ToString(),
            FieldNotation.Ipv6 => new Ipv6Address(value).ToString(),
            FieldNotation.Decimal => ((ulong)value).ToString(CultureInfo.InvariantCulture),
            _ => value == UInt128.Zero ? "0" : $"0x{(ulong)value:x}",
        };

    private static bool TryMask(FieldNotation notation, int width, ReadOnlySpan<char> text, out UInt128 mask)
    {
        if (
            notation is FieldNotation.Ipv4 or FieldNotation.Ipv6
            && byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        )
        {
            mask = length == 0 ? UInt128.Zero : AllOf(width) & ~(AllOf(width) >> length);
            return length <= width;
        }
        return TryOne(notation == FieldNotation.Fragment ? FieldNotation.Hex : notation, width, text, out mask);
    }

    private static bool TryOne(FieldNotation notation, int width, ReadOnlySpan<char> text, out UInt128 value)
    {
        switch (notation)
        {
            case FieldNotation.Mac:
                var isMac = MacAddress.TryParse(text, out var mac);
                value = mac.Bits;
                return isMac;
            case FieldNotation.Ipv4:
                var isV4 = Ipv4Address.TryParse(text, out var v4);
                value = v4.Bits;
                return isV4;
            case FieldNotation.Ipv6:
                var isV6 = Ipv6Address.TryParse(text, out var v6);
                value = v6.Bits;
                return isV6;
            case FieldNotation.Fragment when IndexOfFragment(text) is >= 0 and var fragment:
                value = (UInt128)fragment;
                return true;
            default:
                return TryNumber(text, out value) && value <= AllOf(width);
        }
    }

    private static int IndexOfFragment(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < s_fragments.Length; i++)
        {
            if (text.SequenceEqual(s_fragments[i]))
                return i;
        }
        return -1;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out UInt128 value)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isNumber = isHex
            ? ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        value = number;
        return isNumber;
    }

    private static string Wanted(FieldNotation notation, int width) =>
        notation switch
        {
            FieldNotation.Mac => "an Ethernet address such as 02:00:00:00:00:0a",
            FieldNotation.Ipv4 => "an IPv4 address such as 10.0.0.1",
            FieldNotation.Ipv6 => "an IPv6 address such as fd00::1",
            FieldNotation.Fragment => "no, first or later",
            _ => $"a number of at most {(ulong)AllOf(width)}",
        };
}
