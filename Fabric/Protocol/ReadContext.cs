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

    /// <summary>Notes a fault unless a more inner one is known; always false.</summary>
    public bool Fail(CodecFaultKind kind, string where = "")
    {
        if (Fault.Kind == CodecFaultKind.None || string.IsNullOrEmpty(Fault.Where))
            Fault = new CodecFault(Fault.Kind == CodecFaultKind.None ? kind : Fault.Kind, where);
        return false;
    }
}
