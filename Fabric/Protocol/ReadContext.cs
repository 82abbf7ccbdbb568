namespace Fabric.Protocol;

/// <summary>What readers hand each other: how deep they are, and what went wrong.</summary>
internal struct ReadContext
{
    /// <summary>The most levels of things within things.</summary>
    public const int MaxDepth = 16;

    /// <summary>Levels entered.</summary>
    public int Depth;

    /// <summary>The innermost fault, if there is one.</summary>
    public CodecFault Fault;

    private HashSet<string>? _texts;

    /// <summary>The text that was read before if an equal one was: it is kept once.</summary>
    public string Share(string text)
    {
        _texts ??= [];
        if (_texts.TryGetValue(text, out var known))
            return known;
        _texts.Add(text);
        return text;
    }

    /// <summary>Notes a fault unless a more inner one is known; always false.</summary>
    public bool Fail(CodecFaultKind kind, string where = "")
    {
        if (Fault.Kind == CodecFaultKind.None || string.IsNullOrEmpty(Fault.Where))
            Fault = new CodecFault(Fault.Kind == CodecFaultKind.None ? kind : Fault.Kind, where);
        return false;
    }
}
