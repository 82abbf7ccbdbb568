using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>Messages between the agents of hosts: sealed for one host, never heard twice; they may be lost, and arrive in any order.</summary>
/// <remarks>Any thread; nothing here waits. Whoever needs certainty asks for an answer and sends again.</remarks>
public interface IPeers
{
    /// <summary>The most that a message holds, in bytes: with all headers it fits into a packet of 1280 bytes, the least that IPv6 links carry.</summary>
    const int MaxPayload = 1100;

    /// <summary>Sends a message, if the host can be reached at all: it has an address and a key, and this one has too.</summary>
    /// <param name="to">Whom.</param>
    /// <param name="topic">What it is about.</param>
    /// <param name="payload">0..<see cref="MaxPayload"/> bytes; copied.</param>
    /// <returns>False if it is certain that it was not sent.</returns>
    bool TrySend(HostId to, PeerTopic topic, ReadOnlySpan<byte> payload);

    /// <summary>Adds the listener for a topic.</summary>
    /// <param name="topic">At most one listener each.</param>
    /// <param name="receive">
    /// Is told the sender, which is certain, and the payload, which is not checked and is good until it returns; one call at a time; must not
    /// block and must not throw.
    /// </param>
    /// <returns>Ends the listening.</returns>
    IDisposable Listen(PeerTopic topic, Action<HostId, ReadOnlyMemory<byte>> receive);
}
