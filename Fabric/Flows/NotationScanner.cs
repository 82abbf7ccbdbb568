namespace Fabric.Flows;

/// <summary>Takes a text in one of the notations for flows and packets apart, and remembers the first error.</summary>
internal ref struct NotationScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>Where the next character is, counted from 0.</summary>
    public int At { get; private set; }

    /// <summary>The first error, if there was one.</summary>
    public NotationError? Error { get; private set; }

    /// <summary>The text was read to its end.</summary>
    public readonly bool IsEnd => At == _text.Length;

    /// <summary>The next character, or NUL at the end.</summary>
    public readonly char Next => IsEnd ? '\0' : _text[At];

    /// <summary>Remembers an error at a place.</summary>
    /// <returns>False, for the caller to return.</returns>
    public bool Fail(int at, string message)
    {
        Error ??= new NotationError(at + 1, message);
        return false;
    }

    /// <summary>Passes blanks.</summary>
    public void SkipBlanks()
    {
        while (!IsEnd && char.IsWhiteSpace(Next))
            At++;
    }

    /// <summary>Takes a character if it is the next one.</summary>
    public bool TryTake(char wanted)
    {
        if (IsEnd || Next != wanted)
            return false;
        At++;
        return true;
    }

    /// <summary>Takes a character that must be next.</summary>
    public bool Take(char wanted) => TryTake(wanted) || Fail(At, $"expected '{wanted}' {Found()}");

    /// <summary>Takes a text if it is next.</summary>
    public bool TryTakeText(string wanted)
    {
        var isNext = _text[At..].StartsWith(wanted);
        At += isNext ? wanted.Length : 0;
        return isNext;
    }

    /// <summary>Takes a text that must be next.</summary>
    public bool TakeText(string wanted) => TryTakeText(wanted) || Fail(At, $"expected '{wanted}' {Found()}");

    /// <summary>Takes letters, digits, underscores and dashes.</summary>
    public ReadOnlySpan<char> Word()
    {
        var start = At;
        while (!IsEnd && (char.IsAsciiLetterOrDigit(Next) || Next is '_' or '-'))
            At++;
        return _text[start..At];
    }

    /// <summary>Takes all until one of some characters, or the end; blanks at its end are left out.</summary>
    public ReadOnlySpan<char> Until(ReadOnlySpan<char> ends)
    {
        var start = At;
        var length = _text[At..].IndexOfAny(ends);
        At = length < 0 ? _text.Length : At + length;
        return _text[start..At].TrimEnd();
    }

    /// <summary>"but found ...": what stands where something else was expected.</summary>
    public readonly string Found()
    {
        if (IsEnd)
            return "but the text ends";
        var rest = _text[At..];
        var length = rest.IndexOfAny(",() ");
        return $"but found '{rest[..(length > 0 ? Math.Min(length, 40) : 1)]}'";
    }
}
