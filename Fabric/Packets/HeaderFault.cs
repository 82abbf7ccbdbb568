namespace Fabric.Packets;

/// <summary>Why bytes are not a legal header.</summary>
public enum HeaderFault : byte
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>A length field contradicts another one, or the bytes at hand.</summary>
    Length,

    /// <summary>The version is another one.</summary>
    Version,

    /// <summary>The checksum does not hold.</summary>
    Checksum,

    /// <summary>A type, a code or a flag makes this another kind of message.</summary>
    Kind,

    /// <summary>A bit that must be zero is set.</summary>
    Reserved,

    /// <summary>A field holds a value its standard forbids.</summary>
    Value,
}
