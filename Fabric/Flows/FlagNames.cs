using System.Globalization;
using System.Text;

namespace Fabric.Flows;

/// <summary>The notation of a set of flags: <c>syn|ack</c> if all bits are told, <c>+syn-ack</c> if some are.</summary>
/// <remarks>Immutable. A bit without a name is written as a number in brackets.</remarks>
internal sealed class FlagNames(int bits, params string[] names)
{
    /// <summary>The flags of TCP; "ns" is how the notation has called AE (RFC 9768, section 3.1) before.</summary>
    public static FlagNames Tcp { get; } = new(12, "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns");

    /// <summary>The flags of <see cref="TunnelFlags"/>.</summary>
    public static FlagNames Tunnel { get; } = new(16, "df", "csum", "key", "oam", "ipv6");

    /// <summary>The known names.</summary>
    public IReadOnlyList<string> Names => names;

    private uint All => uint.MaxValue >> (32 - bits);

    /// <summary>Writes flags of which some bits are told.</summary>
    public string Format(uint value, uint mask)
    {
        var isWhole = (mask & All) == All;
        if (isWhole && (value & All) == 0)
            return "0";
        var text = new StringBuilder();
        for (var i = 0; i < bits; i++)
        {
            var isSet = (value >> i & 1) != 0;
            if ((mask >> i & 1) == 0 || (isWhole && !isSet))
                continue;
            if (!isWhole)
                text.Append(isSet ? '+' : '-');
            else if (text.Length > 0)
                text.Append('|');
            text.Append(NameOf(i));
        }
        return text.ToString();
    }

    /// <summary>Reads either form, or a number, or number/number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The bits that are set.</param>
    /// <param name="mask">The bits that are told.</param>
    /// <param name="unknown">Where in the text the first unknown flag starts, if false is returned.</param>
    public bool TryParse(ReadOnlySpan<char> text, out uint value, out uint mask, out Range unknown)
    {
        unknown = Range.All;
        if (TryNumbers(text, out value, out mask))
            return true;
        (value, mask) = (0, 0);
        var isMasked = text.Length > 0 && text[0] is '+' or '-';
        var at = 0;
        while (at < text.Length)
        {
            var sign = isMasked ? text[at++] : '|';
            var length = text[at..].IndexOfAny("+-|");
            var name = length < 0 ? text[at..] : text.Slice(at, length);
            unknown = at..(at + name.Length);
            if (BitOf(name) is not { } bit)
                return false;
            mask |= bit;
            value |= sign == '-' ? 0 : bit;
            at += name.Length;
            if (!isMasked && at < text.Length && text[at++] != '|')
                return false;
        }
        if (!isMasked)
            mask = All;
        return text.Length > 0;
    }

    private bool TryNumbers(ReadOnlySpan<char> text, out uint value, out uint mask)
    {
        var slash = text.IndexOf('/');
        mask = All;
        return slash < 0 ? TryNumber(text, out value) : TryNumber(text[..slash], out value) && TryNumber(text[(slash + 1)..], out mask);
    }

    private bool TryNumber(ReadOnlySpan<char> text, out uint number)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isNumber = isHex
            ? uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isNumber && (number & ~All) == 0;
    }

    private string NameOf(int bit) => bit < names.Length ? names[bit] : $"[{1 << bit:x}]";

    private uint? BitOf(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < bits; i++)
        {
            if (name.SequenceEqual(NameOf(i)))
                return 1u << i;
        }
        return null;
    }
}
