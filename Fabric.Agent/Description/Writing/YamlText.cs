using System.Globalization;
using System.Text;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes values as YAML that every reader takes as the same text.</summary>
internal static class YamlText
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "null",
        "~",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
    };

    /// <summary>A single value: plain where nobody could misread it, else in double quotes.</summary>
    public static string Scalar(string text) => IsPlain(text) ? text : Quote(text);

    /// <summary>A list of values that are YAML already, in one line.</summary>
    public static string Sequence(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>A map of values that are YAML already, in one line.</summary>
    public static string Map(IReadOnlyCollection<(string Key, string Value)> entries) =>
        entries.Count == 0 ? "{}" : $"{{ {string.Join(", ", entries.Select(entry => $"{entry.Key}: {entry.Value}"))} }}";

    /// <summary>A name, which must not be taken for a number.</summary>
    public static string Name(string name) =>
        IsPlain(name) && !double.TryParse(name, CultureInfo.InvariantCulture, out _) ? name : Quote(name);

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || Words.Contains(text) || text[0] is '-' or '.' && text.Length == 1)
            return false;
        if (!char.IsAsciiLetterOrDigit(text[0]) && text[0] is not ('+' or '.' or '_'))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/' or '+' or ' '))
                return false;
        }
        return text[^1] != ' ';
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
