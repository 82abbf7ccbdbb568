using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Sends batches of requests that are only answered when something is wrong, and takes those answers.</summary>
/// <remarks>
/// The kernel carries out all messages of a datagram, in order, before the send returns; so an answer that is not there then will not
/// come, and no acknowledgement is asked for. Used by one upcall thread.
/// </remarks>
internal sealed unsafe class OvsRequestSocket : IDisposable
{
    /// <summary>The longest datagram that may be sent.</summary>
    public const int SendBytes = 4 << 20;

    /// <summary>Room for the answers to one datagram.</summary>
    private const int ReceiveBytes = 4 << 20;

    private readonly NetlinkSocket _socket = NetlinkSocket.OpenNotifications(NetlinkSocket.GenericProtocol, groups: 0, ReceiveBytes);

    /// <summary>Opens a socket.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public OvsRequestSocket()
    {
        if (!Libc.TrySetOption(_socket.Descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, SendBytes))
            Libc.TrySetOption(_socket.Descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUF, SendBytes);
    }

    /// <summary>Has the kernel carry out the requests of a datagram.</summary>
    /// <exception cref="LinuxException">The kernel does not take it.</exception>
    public void Send(ReadOnlySpan<byte> datagram) => _socket.Send(datagram);

    /// <summary>Takes datagrams of answers; true if there may be more.</summary>
    /// <exception cref="LinuxException">NoBuffers: answers were lost.</exception>
    public bool Receive(NetlinkBatch batch) => _socket.ReceiveBatch(batch);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
