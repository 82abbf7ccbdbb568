using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Reads the notation of <see cref="FlowText"/>.</summary>
internal ref partial struct FlowTextReader(ReadOnlySpan<char> text)
{
    /// <summary>Tags that a key tells apart.</summary>
    private const int MaxDepth = PacketLayout.MaxVlans;

    private static readonly string[] s_structure = ["vlan", "encap", "actions"];

    private readonly List<(int At, FlowAttribute Attribute)> _seen = [];
    private readonly List<FlowAction> _actions = [];
    private NotationScanner _scanner = new(text);
    private FlowKey _key;
    private FlowMask _mask;
    private int _tags;

    /// <summary>The first error.</summary>
    public readonly NotationError? Error => _scanner.Error;

    /// <summary>Reads the whole text, or returns null and leaves an error.</summary>
    public FlowDescription? Read()
    {
        _scanner.SkipBlanks();
        if (!ReadFields(depth: 0) || !CheckNeeds())
            return null;
        CompleteTags();
        return new FlowDescription(_key, _mask, _actions.AsReadOnly());
    }

    private bool ReadFields(int depth)
    {
        while (!_scanner.IsEnd && !(depth > 0 && _scanner.Next == ')'))
        {
            var at = _scanner.At;
            var word = _scanner.Word();
            if (_scanner.TryTake(':'))
            {
                if (word.SequenceEqual("actions"))
                    return depth == 0 ? ReadActions() : _scanner.Fail(at, "expected ')' before actions");
                // Counters of dump-flows.
                _scanner.Until(",");
            }
            else if (!ReadField(at, word, depth))
            {
                return false;
            }
            _scanner.SkipBlanks();
            if (_scanner.TryTake(','))
                _scanner.SkipBlanks();
            else if (!_scanner.IsEnd && _scanner.Next != ')')
                return _scanner.Fail(_scanner.At, $"expected ',' {_scanner.Found()}");
            else if (depth == 0 && !_scanner.IsEnd)
                return _scanner.Fail(_scanner.At, "expected ',' but found ')'");
        }
        return true;
    }

    private bool ReadField(int at, ReadOnlySpan<char> word, int depth)
    {
        if (word.SequenceEqual("vlan"))
            return ReadTag(at, depth);
        if (word.SequenceEqual("encap"))
            return depth < _tags
                ? _scanner.Take('(') && ReadFields(depth + 1) && _scanner.Take(')')
                : _scanner.Fail(at, "encap() needs a vlan() before it");
        if (IsForeign(word))
            return ReadForeign(at, word);
        if (FlowAttribute.Find(word) is not { } attribute)
        {
            string[] known = [.. FlowAttribute.All.Select(a => a.Name), .. s_structure];
            return _scanner.Fail(
                at,
                word.IsEmpty ? $"expected a field {_scanner.Found()}" : $"'{word}' is not a field{NearestWord.Hint(word, known)}"
            );
        }
        _seen.Add((at, attribute));
        return _scanner.Take('(') && ReadParts(attribute) && _scanner.Take(')');
    }

    /// <summary>Attributes of the kernel that this network does not use; they may be there if they say nothing.</summary>
    private static bool IsForeign(ReadOnlySpan<char> word) =>
        word is "recirc_id" or "dp_hash" or "skb_priority" or "ct_state" or "ct_zone" or "ct_mark" or "ct_label" or "packet_type";

    private bool ReadForeign(int at, ReadOnlySpan<char> word)
    {
        if (!_scanner.Take('('))
            return false;
        var value = _scanner.Until(")");
        var isNothing = value is "0" or "0/0" or "0x0" or "0x0/0x0" or "" || value.EndsWith("/0");
        return isNothing ? _scanner.Take(')') : _scanner.Fail(at, $"{word} is not supported here");
    }

    private bool ReadParts(FlowAttribute attribute)
    {
        do
        {
            _scanner.SkipBlanks();
            if (_scanner.Next == ')' && attribute.Parts[0].Name.Length > 0)
                return true;
            if (!ReadPart(attribute, out var part, out var value, out var mask))
                return false;
            if (_mask.GetAny(part.Field) != UInt128.Zero && part.Field != FlowField.EthType)
                return _scanner.Fail(_scanner.At, $"{attribute.Name}() says {part.Name} twice");
            _key.SetAny(part.Field, value);
            // Bits that such a packet does not have are exact with the others, see MaskPrerequisites.
            _mask.SetAny(part.Field, mask == UInt128.Zero ? mask : mask | FlowFieldLayout.AllOf(part.Field) & ~part.Bits);
        } while (_scanner.TryTake(','));
        return true;
    }

    private bool ReadPart(FlowAttribute attribute, out FlowPart part, out UInt128 value, out UInt128 mask)
    {
        part = attribute.Parts[0];
        (value, mask) = (UInt128.Zero, UInt128.Zero);
        var isNamed = part.Name.Length > 0;
        if (isNamed)
        {
            var at = _scanner.At;
            var name = _scanner.Word();
            if (attribute.FindPart(name) is not { } found)
                return _scanner.Fail(
                    at,
                    $"{attribute.Name}() has no '{name}'{NearestWord.Hint(name, attribute.Parts.Select(p => p.Name))}"
                );
            part = found;
        }
        var isNested = part.Notation == FieldNotation.TunnelFlags;
        if (isNamed && !_scanner.Take(isNested ? '(' : '='))
            return false;
        return ReadValue(part.Notation, part.Width, out value, out mask) && (!isNested || _scanner.Take(')'));
    }

    private bool ReadValue(FieldNotation notation, int width, out UInt128 value, out UInt128 mask)
    {
        _scanner.SkipBlanks();
        var at = _scanner.At;
        var problem = FieldValue.Parse(notation, width, _scanner.Until(",()"), out value, out mask);
        return problem is null || _scanner.Fail(at, problem);
    }

    private bool CheckNeeds()
    {
        foreach (var (at, attribute) in _seen)
        {
            if (!attribute.IsOf(_key))
                return _scanner.Fail(at, $"{attribute.Name}() needs {attribute.Needs}");
        }
        return true;
    }
}
