using System.Globalization;

namespace Fabric.Agent.Host;

/// <summary>One process for ever: its number, and when it started, since numbers are used again.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since the machine did; field 22 of /proc/PID/stat.</param>
public readonly record struct ProcessMark(int Id, ulong StartTicks)
{
    private const int StateField = 3;
    private const int StartField = 22;

    /// <summary>Reads ID START.</summary>
    public static bool TryParse(string text, out ProcessMark mark)
    {
        mark = default;
        if (
            text.Split(' ') is not [var id, var start]
            || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        )
            return false;
        mark = new ProcessMark(number, ticks);
        return true;
    }

    /// <summary>Takes the mark from the text of /proc/PID/stat; false if it is not one, or the process has ended and waits for its parent.</summary>
    public static bool TryParseStat(string text, out ProcessMark mark)
    {
        mark = default;
        // PID (NAME) STATE ...: the name may hold blanks and parentheses.
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open < 0 || close < open)
            return false;
        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= StartField - StateField || fields[0] is "Z" or "X")
            return false;
        return TryParse($"{text[..open].Trim()} {fields[StartField - StateField]}", out mark);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {StartTicks}");
}
