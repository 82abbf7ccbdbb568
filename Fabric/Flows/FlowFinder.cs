namespace Fabric.Flows;

/// <summary>Tells which of many flows have all of some words in their text, without writing most of it.</summary>
/// <remarks>
/// <para>
/// The answer is that of <see cref="FlowText"/>: a word is found if the text of the key under its mask, or that of the actions, contains it, upper and lower case
/// alike. Text is looked through piece by piece, a field each; what has no comma and no bracket lies within a piece, and of a word that has, all that lies
/// between them must, before the whole is written and looked into.
/// </para>
/// <para>Flows of one kind and mask have the same pieces, and a few fields have few values: both are remembered. Not thread-safe.</para>
/// </remarks>
public sealed class FlowFinder
{
    /// <summary>Words that are looked for at most, and what their commas and brackets part them into.</summary>
    public const int MaxWords = 128;

    /// <summary>Kinds of flows that are remembered at most.</summary>
    private const int MaxShapes = 256;

    private readonly string[] _words;
    private readonly string[] _tokens;
    private readonly UInt128[] _tokensOf;
    private readonly Dictionary<FlowShape, FlowPieces> _pieces = [];
    private FlowShape _lastShape;
    private FlowPieces? _last;

    /// <summary>Looks for words.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public FlowFinder(IEnumerable<string> words)
    {
        _words = [.. words];
        _tokens = [.. _words.SelectMany(Parts).Distinct()];
        if (_words.Length > MaxWords || _tokens.Length > MaxWords)
            throw new ArgumentException($"{MaxWords} words at most", nameof(words));
        _tokensOf = [.. _words.Select(word => SetOf(Parts(word), _tokens))];
    }

    /// <summary>All words, a bit each.</summary>
    public UInt128 All => _words.Length == 0 ? UInt128.Zero : UInt128.MaxValue >> (MaxWords - _words.Length);

    /// <summary>Which of the words a text contains.</summary>
    public UInt128 FindIn(string text)
    {
        var found = UInt128.Zero;
        for (var word = 0; word < _words.Length; word++)
        {
            if (text.Contains(_words[word], StringComparison.OrdinalIgnoreCase))
                found |= UInt128.One << word;
        }
        return found;
    }

    /// <summary>True if the flow's text has all of these words.</summary>
    /// <param name="key">The key, with the wildcarded bits cleared.</param>
    /// <param name="mask">Which bits are exact.</param>
    /// <param name="actions">What the flow does; not changed while there is a finder that was asked about them.</param>
    /// <param name="words">The words, of <see cref="All"/>.</param>
    public bool HasAll(in FlowKey key, in FlowMask mask, FlowAction[] actions, UInt128 words)
    {
        var pieces = PiecesOf(key, mask);
        words &= ~pieces.FindInActions(key, actions, this);
        if (words == UInt128.Zero)
            return true;
        var wanted = UInt128.Zero;
        for (var word = 0; word < _words.Length; word++)
        {
            if (Has(words, word))
                wanted |= _tokensOf[word];
        }
        return pieces.HasAll(key, wanted) && HasWhole(key, mask, words);
    }

    internal static bool Has(UInt128 set, int item) => (set >> item & UInt128.One) != UInt128.Zero;

    /// <summary>Words that are parted by commas or brackets are looked for in the whole text, once all their parts are there.</summary>
    private bool HasWhole(in FlowKey key, in FlowMask mask, UInt128 words)
    {
        string? text = null;
        for (var word = 0; word < _words.Length; word++)
        {
            if (!Has(words, word) || !_words[word].AsSpan().ContainsAny(',', '(', ')'))
                continue;
            text ??= FlowText.Format(key, mask);
            if (!text.Contains(_words[word], StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }

    private FlowPieces PiecesOf(in FlowKey key, in FlowMask mask)
    {
        var shape = FlowShape.Of(key, mask);
        if (_last is not null && shape == _lastShape)
            return _last;
        if (!_pieces.TryGetValue(shape, out var pieces))
        {
            if (_pieces.Count == MaxShapes)
                _pieces.Clear();
            _pieces.Add(shape, pieces = new FlowPieces(key, mask, _tokens));
        }
        (_lastShape, _last) = (shape, pieces);
        return pieces;
    }

    private static IEnumerable<string> Parts(string word) =>
        word.ToLowerInvariant().Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);

    private static UInt128 SetOf(IEnumerable<string> parts, string[] tokens)
    {
        var set = UInt128.Zero;
        foreach (var part in parts)
            set |= UInt128.One << Array.IndexOf(tokens, part);
        return set;
    }
}
