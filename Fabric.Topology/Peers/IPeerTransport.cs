using Fabric.Addresses;

namespace Fabric.Topology.Peers;

/// <summary>Carries datagrams between addresses of the underlay, as UDP does: they may be lost, doubled, late, altered or forged.</summary>
/// <remarks>Any thread.</remarks>
public interface IPeerTransport : IAsyncDisposable
{
    /// <summary>Sends a datagram or loses it; never waits.</summary>
    /// <param name="source">An address of this host.</param>
    /// <param name="destination">The address of the other, of the same version of IP.</param>
    /// <param name="datagram">What is sent; copied.</param>
    void Send(IpAddress source, IpAddress destination, ReadOnlySpan<byte> datagram);

    /// <summary>Receives from now on; called once.</summary>
    /// <param name="receive">Is told the sender's address and the datagram, good until it returns; one call at a time.</param>
    void Start(Action<IpAddress, ReadOnlyMemory<byte>> receive);
}
