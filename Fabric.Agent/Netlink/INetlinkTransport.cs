using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>Carries whole netlink datagrams to the kernel and back; knows nothing of what is in them.</summary>
/// <remarks>The seam for tests: a kernel can be a function from request to replies. One thread at a time.</remarks>
public interface INetlinkTransport : IDisposable
{
    /// <summary>Sends one datagram, which may hold several messages.</summary>
    /// <exception cref="LinuxException">The kernel does not take it.</exception>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Receives one datagram.</summary>
    /// <param name="buffer">Filled from the start; what does not fit is lost.</param>
    /// <returns>The datagram's true length, larger than the buffer if it was cut; 0 if none came in the time allowed.</returns>
    /// <exception cref="LinuxException">NoBuffers if the kernel had to throw notifications away.</exception>
    int Receive(Span<byte> buffer);
}
