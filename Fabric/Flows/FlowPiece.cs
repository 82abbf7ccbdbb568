using System.Globalization;
using Fabric.Addresses;

namespace Fabric.Flows;

/// <summary>One field in texts of flows of one shape, and which of some tokens its values' texts contain.</summary>
internal sealed class FlowPiece
{
    /// <summary>Values that are remembered; a power of two.</summary>
    private const int Remembered = 32;

    /// <summary>Characters that the longest name with the longest whole address or number has at most.</summary>
    private const int Room = 64;

    private const string HexDigits = "0123456789abcdefx/=";

    private readonly FlowPart _part;
    private readonly UInt128 _bits;
    private readonly string[] _tokens;
    private readonly int[] _candidates;
    private readonly (bool IsKnown, UInt128 Value, UInt128 Found)[] _known = new (bool, UInt128, UInt128)[Remembered];

    public FlowPiece(in FlowPart part, UInt128 bits, string[] tokens)
    {
        (_part, _bits, _tokens) = (part, bits, tokens);
        var letters = LettersOf(part);
        _candidates = [.. Enumerable.Range(0, tokens.Length).Where(token => letters is null || tokens[token].All(letters.Contains))];
        foreach (var token in _candidates)
            Candidates |= UInt128.One << token;
    }

    /// <summary>The tokens that consist of what such a field's text can consist of.</summary>
    public UInt128 Candidates { get; }

    /// <summary>The tokens that the text of the field in a key contains.</summary>
    public UInt128 Find(in FlowKey key)
    {
        var value = key.GetAny(_part.Field) & _bits;
        ref var known = ref _known[(uint)((ulong)value * 0x9e3779b97f4a7c15 >> 32) % Remembered];
        if (!known.IsKnown || known.Value != value)
            known = (true, value, Search(value));
        return known.Found;
    }

    private UInt128 Search(UInt128 value)
    {
        Span<char> room = stackalloc char[Room];
        ReadOnlySpan<char> text = TryFormat(room, value, out var length) ? room[..length] : FlowText.FormatPart(_part, value, _bits);
        var found = UInt128.Zero;
        foreach (var token in _candidates)
        {
            if (text.IndexOf(_tokens[token]) >= 0)
                found |= UInt128.One << token;
        }
        return found;
    }

    /// <summary>Writes what most flows differ in by hand, whole addresses and numbers: a hundred thousand times while somebody types.</summary>
    private bool TryFormat(Span<char> room, UInt128 value, out int length)
    {
        length = 0;
        if (
            _bits != _part.Bits
            || _part.Name.Length == 0
            || _part.Notation is not (FieldNotation.Decimal or FieldNotation.Mac or FieldNotation.Ipv4)
        )
            return false;
        _part.Name.CopyTo(room);
        length = _part.Name.Length;
        room[length++] = '=';
        var bits = (ulong)value;
        switch (_part.Notation)
        {
            case FieldNotation.Mac:
                new MacAddress(bits).TryFormat(room[length..], out var written, default, CultureInfo.InvariantCulture);
                length += written;
                break;
            case FieldNotation.Ipv4:
                for (var shift = 24; shift >= 0; shift -= 8)
                {
                    WriteDecimal(room, (byte)(bits >> shift), ref length);
                    if (shift > 0)
                        room[length++] = '.';
                }
                break;
            default:
                WriteDecimal(room, bits, ref length);
                break;
        }
        return true;
    }

    private static void WriteDecimal(Span<char> room, ulong number, ref int length)
    {
        var digits = 1;
        for (var rest = number; rest >= 10; rest /= 10)
            digits++;
        for (var at = length + digits - 1; at >= length; at--)
        {
            room[at] = (char)('0' + (number % 10));
            number /= 10;
        }
        length += digits;
    }

    /// <summary>All that a field's text can consist of; null for whatever.</summary>
    private static string? LettersOf(in FlowPart part) =>
        part.Notation switch
        {
            FieldNotation.Decimal or FieldNotation.Hex or FieldNotation.EtherType => HexDigits + part.Name,
            FieldNotation.Ipv4 => "0123456789./=" + part.Name,
            FieldNotation.Mac => HexDigits + ":" + part.Name,
            FieldNotation.Ipv6 => HexDigits + ":." + part.Name,
            _ => null,
        };
}
