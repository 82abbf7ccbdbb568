namespace Fabric.Protocol;

/// <summary>Why bytes could not be read.</summary>
public enum CodecFaultKind : byte
{
    /// <summary>They could.</summary>
    None,

    /// <summary>They end before they should.</summary>
    Truncated,

    /// <summary>Their checksum is wrong: they are not what was written.</summary>
    Damaged,

    /// <summary>They are in another format altogether.</summary>
    UnknownFormat,

    /// <summary>They hold something that only a newer program knows.</summary>
    NeedsLevel,

    /// <summary>They name a kind that does not exist at their level.</summary>
    UnknownKind,

    /// <summary>They hold a field that does not exist at their level, or fields out of order.</summary>
    UnknownField,

    /// <summary>A value is not of its type or out of its range.</summary>
    BadValue,

    /// <summary>Something is left out that must be there.</summary>
    Missing,

    /// <summary>Things lie within things too deep.</summary>
    TooDeep,
}
