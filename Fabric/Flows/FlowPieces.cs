namespace Fabric.Flows;

/// <summary>The pieces that texts of flows of one shape consist of, and which of some tokens can be where.</summary>
internal sealed class FlowPieces
{
    /// <summary>Arrays of actions that are remembered at most.</summary>
    private const int MaxActions = 1024;

    private readonly List<FlowPiece> _fields = [];
    private readonly Dictionary<FlowAction[], UInt128> _actions = [];
    private readonly FlowMask _mask;
    private readonly UInt128 _names;

    public FlowPieces(in FlowKey key, in FlowMask mask, string[] tokens)
    {
        _mask = mask;
        foreach (var attribute in FlowAttribute.All)
        {
            // A part of the payload is there if the packet has it; the others say of every packet that they are.
            if (!attribute.IsOf(key))
                continue;
            var before = _fields.Count;
            foreach (var part in attribute.Parts)
            {
                var bits = mask.GetAny(part.Field) & part.Bits;
                if (bits != UInt128.Zero && FlowText.IsFamilyOf(part, key))
                    _fields.Add(new FlowPiece(part, bits, tokens));
            }
            if (_fields.Count > before)
                _names |= Holding(attribute.Name, tokens);
        }
        var tags = FlowText.FormatTags(key, mask);
        HasTags = tags.Length > 0;
        Tokens = tokens;
    }

    private bool HasTags { get; }

    private string[] Tokens { get; }

    /// <summary>True if each of the tokens is in some piece of the key's text.</summary>
    public bool HasAll(in FlowKey key, UInt128 tokens)
    {
        tokens &= ~_names;
        foreach (var field in _fields)
        {
            if (tokens == UInt128.Zero)
                return true;
            if ((field.Candidates & tokens) != UInt128.Zero)
                tokens &= ~field.Find(key);
        }
        if (tokens != UInt128.Zero && HasTags)
            tokens &= ~Holding(FlowText.FormatTags(key, _mask), Tokens);
        return tokens == UInt128.Zero;
    }

    /// <summary>The words that the text of actions contains.</summary>
    public UInt128 FindInActions(in FlowKey key, FlowAction[] actions, FlowFinder finder)
    {
        // An empty array and one that many flows share are most of them.
        if (_actions.TryGetValue(actions, out var found))
            return found;
        if (_actions.Count == MaxActions)
            _actions.Clear();
        found = finder.FindIn(FlowText.Format(key, actions));
        _actions.Add(actions, found);
        return found;
    }

    internal static UInt128 Holding(ReadOnlySpan<char> text, string[] tokens)
    {
        var found = UInt128.Zero;
        for (var token = 0; token < tokens.Length; token++)
        {
            if (text.Contains(tokens[token], StringComparison.Ordinal))
                found |= UInt128.One << token;
        }
        return found;
    }
}
