using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>A file of the repository.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>The first folder.</summary>
    public string Project => Path.Split('/')[0];

    /// <summary>The text without comments and without the content of strings, line for line.</summary>
    public string Bare => NotCode().Replace(Text, match => match.Value[0] == '/' ? Lines(match) : "\"\"" + Lines(match));

    /// <summary>Where a position of the text is, as editors understand it.</summary>
    public string At(int index) => $"{Path}:{Text.AsSpan(0, index).Count('\n') + 1}";

    private static string Lines(Match match) => new('\n', match.Value.Count(c => c == '\n'));

    [GeneratedRegex("""//[^\n]*|/\*[\s\S]*?\*/|\$*\"{3,}[\s\S]*?\"{3,}|\$?@\$?"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""")]
    private static partial Regex NotCode();
}
