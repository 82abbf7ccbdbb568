namespace Fabric.Protocol;

/// <summary>Why bytes could not be read, and where.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Where">Which part, such as "field 3 of port"; empty for the whole.</param>
/// <param name="Level">The level that a reader needs, for <see cref="CodecFaultKind.NeedsLevel"/>; else 0.</param>
public readonly record struct CodecFault(CodecFaultKind Kind, string Where = "", int Level = 0)
{
    /// <summary>The bytes could be read.</summary>
    public static CodecFault None => new(CodecFaultKind.None);

    /// <summary>One sentence without a capital: what is wrong, and where.</summary>
    public override string ToString() =>
        Kind switch
        {
            CodecFaultKind.None => "nothing is wrong",
            CodecFaultKind.Truncated => $"the bytes end too early{At}",
            CodecFaultKind.Damaged => "the bytes were changed since they were written",
            CodecFaultKind.UnknownFormat => "the bytes are in a format that this program does not know",
            CodecFaultKind.NeedsLevel => $"the bytes need a program of level {Level}, and this one is of level {CodecLevel.Current}",
            CodecFaultKind.UnknownKind => $"an unknown kind stands{At}",
            CodecFaultKind.UnknownField => $"a field stands out of order or is unknown{At}",
            CodecFaultKind.BadValue => $"a value is out of its range{At}",
            CodecFaultKind.Missing => $"something is missing{At}",
            CodecFaultKind.TooDeep => $"things lie too deep within each other{At}",
        };

    private string At => string.IsNullOrEmpty(Where) ? "" : $" at {Where}";
}
