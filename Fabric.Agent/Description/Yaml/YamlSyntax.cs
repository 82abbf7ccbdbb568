using Fabric.Agent.Errors;
using YamlDotNet.Core;

namespace Fabric.Agent.Description.Yaml;

/// <summary>Says where a text stops being YAML, in words of people who write it.</summary>
/// <remarks>
/// A parser notices a missing bracket or quote only lines later, so the usual causes are looked for first: a bracket or a quote
/// that is still open when a line begins at or left of the line that opened it, a tab in an indentation, a line without colon.
/// </remarks>
internal static class YamlSyntax
{
    /// <summary>Explains a failure.</summary>
    /// <param name="source">The text.</param>
    /// <param name="mark">Where what the parser gave up on begins.</param>
    /// <param name="end">Where the parser gave up.</param>
    /// <param name="message">What the parser says.</param>
    public static Problem Explain(SourceText source, in Mark mark, in Mark end, string message)
    {
        var last = (int)Math.Max(1, mark.Line);
        // Of a tab the parser does not always tell the place.
        var isTab = message.Contains(" tab ", StringComparison.Ordinal);
        if (Tab(source, isTab ? source.LineCount : (int)Math.Max(mark.Line, end.Line) + 1) is { } tab)
        {
            return Failure("a tab stands in the indentation", tab) with { Remedy = "indent by spaces" };
        }
        if (Open.Find(source, last) is { } open)
        {
            var at = new SourcePosition(source, open.Line, open.Column);
            return Failure($"the {open.Character} here is not closed", at) with { Remedy = $"add the missing {Closing(open.Character)}" };
        }
        if (message.Contains("multiline plain scalar", StringComparison.Ordinal))
        {
            var line = LineBefore(source, last);
            var text = source.Line(line);
            var at = new SourcePosition(source, line, Indent(text) + 1, text.Trim().Length);
            return Failure("this is no 'key: value'", at) with { Remedy = "write a key, a colon and a space, then the value" };
        }
        var place = new SourcePosition(source, last, (int)Math.Max(1, mark.Column));
        if (message.Contains("invalid mapping", StringComparison.Ordinal))
            return Failure("a second ': ' in one value", place) with { Remedy = "put the value in quotes, or begin a new line" };
        if (message.Contains("expected key", StringComparison.Ordinal) || message.Contains("'-' indicator", StringComparison.Ordinal))
            return Failure("the indentation fits no line above", place) with { Remedy = "indent it as the lines that it belongs to" };
        if (message.Contains("cannot start any token", StringComparison.Ordinal))
            return Failure("no value begins with this character", place) with { Remedy = "put the value in quotes" };
        return Failure("this is no YAML", place) with { Why = message };
    }

    private static Problem Failure(string what, SourcePosition at) => new(DescriptionErrors.Syntax, what) { At = at };

    private static char Closing(char opening) =>
        opening switch
        {
            '{' => '}',
            '[' => ']',
            var quote => quote,
        };

    private static SourcePosition? Tab(SourceText source, int last)
    {
        for (var number = 1; number <= last; number++)
        {
            var line = source.Line(number);
            var indent = line.AsSpan(0, line.Length - line.AsSpan().TrimStart(" \t").Length);
            if (indent.IndexOf('\t') is >= 0 and var tab && indent.Length < line.Length)
                return new SourcePosition(source, number, tab + 1);
        }
        return null;
    }

    private static int LineBefore(SourceText source, int line)
    {
        for (line--; line > 1 && string.IsNullOrWhiteSpace(source.Line(line)); line--) { }
        return Math.Max(1, line);
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    /// <summary>A bracket or quote that opened.</summary>
    private readonly record struct Open(char Character, int Line, int Column, int Indent)
    {
        /// <summary>Finds what is open when a line begins that cannot belong to it; at the end of the text anything open.</summary>
        public static Open? Find(SourceText source, int last)
        {
            var stack = new Stack<Open>();
            for (var number = 1; number <= source.LineCount; number++)
            {
                var line = source.Line(number);
                var indent = YamlSyntax.Indent(line);
                if (stack.Count > 0 && indent < line.Length && indent <= stack.Peek().Indent && line[indent] is not ('}' or ']'))
                    return stack.Peek();
                if (stack.Count == 0 && number > last)
                    return null;
                Scan(stack, line, number, indent);
            }
            return stack.Count > 0 ? stack.Peek() : null;
        }

        private static void Scan(Stack<Open> stack, string line, int number, int indent)
        {
            for (var i = 0; i < line.Length; i++)
            {
                var c = line[i];
                var before = i == 0 ? ' ' : line[i - 1];
                var quote = stack.Count > 0 && stack.Peek().Character is '"' or '\'' ? stack.Peek().Character : '\0';
                if (quote != '\0')
                {
                    if (c == '\\' && quote == '"')
                        i++;
                    else if (c == quote)
                        stack.Pop();
                }
                else if (c == '#' && before is ' ' or '\t')
                    return;
                else if (c is '"' or '\'' && before is ' ' or '\t' or '[' or '{' or ',')
                    stack.Push(new Open(c, number, i + 1, indent));
                else if (c is '{' or '[' && (stack.Count > 0 || before is ' ' or '\t'))
                    stack.Push(new Open(c, number, i + 1, indent));
                else if (stack.Count > 0 && c == Closing(stack.Peek().Character))
                    stack.Pop();
            }
        }
    }
}
