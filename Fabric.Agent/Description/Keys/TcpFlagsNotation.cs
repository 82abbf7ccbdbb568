using System.Text;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>TCP flags as text: +syn-ack for SYN set and ACK not set, other bits free (RFC 9293, section 3.1).</summary>
internal static class TcpFlagsNotation
{
    private const ushort NamedBits = 0x1ff;

    private static readonly string[] Names = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"];

    /// <summary>Reads signed names, or VALUE/MASK of up to 12 bits.</summary>
    public static bool TryParse(string text, out TcpFlagsMatch match)
    {
        match = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return text.Length > 0 && ReadNames(text, out match);
        var isRead = Forms.ReadInteger(text[..slash], 0, 0xfff, out var value);
        isRead &= Forms.ReadInteger(text[(slash + 1)..], 0, 0xfff, out var mask);
        match = new TcpFlagsMatch((ushort)value, (ushort)mask);
        return isRead && (value & ~mask) == 0;
    }

    /// <summary>Writes signed names, or numbers where a bit has no name.</summary>
    public static string Write(TcpFlagsMatch match)
    {
        if (match.Mask == 0 || (match.Mask & ~NamedBits) != 0)
            return $"0x{match.Value & match.Mask:x3}/0x{match.Mask:x3}";
        var text = new StringBuilder();
        for (var bit = 0; bit < Names.Length; bit++)
        {
            if ((match.Mask & 1 << bit) != 0)
                text.Append((match.Value & 1 << bit) != 0 ? '+' : '-').Append(Names[bit]);
        }
        return text.ToString();
    }

    private static bool ReadNames(string text, out TcpFlagsMatch match)
    {
        ushort value = 0;
        ushort mask = 0;
        match = default;
        for (var at = 0; at < text.Length; )
        {
            var end = text.IndexOfAny(['+', '-'], at + 1);
            end = end < 0 ? text.Length : end;
            var bit = Array.IndexOf(Names, text[(at + 1)..end]);
            if (text[at] is not ('+' or '-') || bit < 0 || (mask & 1 << bit) != 0)
                return false;
            mask |= (ushort)(1 << bit);
            value |= (ushort)(text[at] == '+' ? 1 << bit : 0);
            at = end;
        }
        match = new TcpFlagsMatch(value, mask);
        return true;
    }
}
