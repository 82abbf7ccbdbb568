namespace Fabric.Topology.Peers;

/// <summary>The kinds of datagrams between two agents.</summary>
/// <remarks>On the wire; a value is never given another meaning.</remarks>
internal enum PeerDatagramKind : byte
{
    /// <summary>A hello that wants an answer.</summary>
    Ask = 1,

    /// <summary>A hello of a host that has the session, and wants none: whatever it finds, it never begets another datagram.</summary>
    Confirm = 2,

    /// <summary>A message of a session.</summary>
    Message = 3,
}
