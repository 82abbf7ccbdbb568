namespace Fabric.Devices;

/// <summary>What a packet is to the connection that it belongs to; several of them, where a rule asks.</summary>
/// <remarks>
/// A packet has one of these or none. None have packets that are no part of any connection: all but IP, ICMP that is neither echo nor error
/// (neighbor discovery among it), and later fragments, which do not tell their ports. A packet of a known connection is never
/// <see cref="Invalid"/>, whatever its TCP flags: sequence numbers are not followed.
/// </remarks>
[Flags]
public enum ConnectionStates : byte
{
    /// <summary>No part of any connection.</summary>
    None = 0,

    /// <summary>It begins a connection, or goes on with one that was not answered yet.</summary>
    New = 1,

    /// <summary>It belongs to a connection that both sides have spoken in.</summary>
    Established = 2,

    /// <summary>An ICMP error about a packet of a known connection, or anything that the network made itself.</summary>
    Related = 4,

    /// <summary>A TCP segment of no known connection that begins none, or an ICMP error about a packet of no known connection.</summary>
    Invalid = 8,
}
