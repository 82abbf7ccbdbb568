namespace Fabric.Packets;

/// <summary>Why a packet cannot be one of the other IP version.</summary>
public enum TranslationFault : byte
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Its headers are cut off, or are of another version than told.</summary>
    Malformed,

    /// <summary>Its protocol, or the type or code of its ICMP message, has no counterpart (RFC 7915, sections 4.2 and 5.2).</summary>
    NoCounterpart,

    /// <summary>It has a way to go yet that only its version knows: a routing header with segments left, a source route (RFC 7915, sections 4.1 and 5.1).</summary>
    SourceRoute,

    /// <summary>A fragment whose checksum would have to cover what other fragments hold: of ICMP, or of UDP without checksum (RFC 7915, sections 1.2 and 4.5).</summary>
    Fragment,

    /// <summary>It would be longer than a packet can be.</summary>
    TooLong,
}
