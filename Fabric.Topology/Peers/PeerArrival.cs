namespace Fabric.Topology.Peers;

/// <summary>What a session makes of a datagram.</summary>
/// <param name="Drop">Why it went nowhere, or <see cref="PeerDrop.None"/>.</param>
/// <param name="IsMessage">It holds a message for somebody, and is no hello.</param>
/// <param name="Length">The length of topic and payload, which were written where the caller wanted them.</param>
internal readonly record struct PeerArrival(PeerDrop Drop, bool IsMessage = false, int Length = 0);
