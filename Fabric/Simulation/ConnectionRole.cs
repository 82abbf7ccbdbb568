namespace Fabric.Simulation;

/// <summary>What a packet can be to a connection, by its headers alone.</summary>
internal enum ConnectionRole : byte
{
    /// <summary>No part of one.</summary>
    None,

    /// <summary>It can be of a known one, or begin one.</summary>
    Any,

    /// <summary>A TCP segment: whether it can begin one its flags tell.</summary>
    Segment,

    /// <summary>The reply to an echo, which begins none.</summary>
    Answer,

    /// <summary>A later fragment, whose packet is of a known one, or of none: it begins none itself.</summary>
    Part,

    /// <summary>It is for many, so nobody's answer can be known as one.</summary>
    Group,

    /// <summary>An ICMP error, which is about a packet of one.</summary>
    Error,
}
