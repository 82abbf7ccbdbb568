namespace Fabric.Agent.Errors;

/// <summary>A text that somebody wrote, with the name to call it by.</summary>
/// <param name="name">The file's path as given, or - for standard input.</param>
/// <param name="text">The whole text.</param>
public sealed class SourceText(string name, string text)
{
    private readonly Lazy<string[]> _lines = new(() => text.ReplaceLineEndings("\n").Split('\n'));

    /// <summary>The file's path as given, or - for standard input.</summary>
    public string Name { get; } = name;

    /// <summary>The whole text.</summary>
    public string Text { get; } = text;

    /// <summary>One line without its end, or nothing past the last.</summary>
    /// <param name="number">From 1.</param>
    public string Line(int number) => number >= 1 && number <= LineCount ? _lines.Value[number - 1] : "";

    /// <summary>How many lines it has; an empty text has one.</summary>
    public int LineCount => _lines.Value.Length;
}
