using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Where the kernel queues the upcalls of one port.</summary>
/// <remarks>
/// One a port, so that a port that floods fills its own queue and nobody else's. An overflow does not show here (NETLINK_NO_ENOBUFS), or one
/// would stall the socket; the datapath counts what it lost. Used by the upcall thread that the port belongs to.
/// </remarks>
internal sealed unsafe class OvsUpcallSocket : IDisposable
{
    /// <summary>How much the kernel may queue. A packet of 60 bytes is charged 1 280, and the kernel doubles the value: 6 500 packets.</summary>
    public const int ReceiveBytes = 4 << 20;

    private OvsUpcallSocket(FileDescriptor descriptor, uint netlinkPort) => (Descriptor, NetlinkPort) = (descriptor, netlinkPort);

    /// <summary>To wait on.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>The address that the kernel sends to.</summary>
    public uint NetlinkPort { get; }

    /// <summary>Opens a socket.</summary>
    /// <param name="wanted">Its address; 0, or one that is taken, has the kernel give it another.</param>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public static OvsUpcallSocket Open(uint wanted = 0)
    {
        var descriptor = Libc.socket(
            Libc.AF_NETLINK,
            Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK,
            NetlinkSocket.GenericProtocol
        );
        if (descriptor.IsInvalid)
            throw LinuxException.Last("open a socket for upcalls");
        try
        {
            if (!Libc.TrySetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBytes))
                Libc.TrySetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBytes);
            var address = new NetlinkAddress { Family = Libc.AF_NETLINK, PortId = wanted };
            var length = (uint)sizeof(NetlinkAddress);
            Check(Libc.TrySetOption(descriptor, Libc.SOL_NETLINK, Libc.NETLINK_NO_ENOBUFS, 1) ? 0 : -1);
            if (wanted == 0 || Libc.bind(descriptor, &address, length) < 0)
            {
                address.PortId = 0;
                Check(Libc.bind(descriptor, &address, length));
            }
            Check(Libc.getsockname(descriptor, &address, &length));
            return new OvsUpcallSocket(descriptor, address.PortId);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Receives upcalls that wait, without waiting for any.</summary>
    /// <param name="memory">Filled from <paramref name="first"/> on.</param>
    /// <param name="first">The first free slot.</param>
    /// <param name="count">Slots to fill at most.</param>
    /// <returns>Slots filled.</returns>
    /// <exception cref="LinuxException">The socket is broken.</exception>
    public int Receive(UpcallMemory memory, int first, int count)
    {
        while (true)
        {
            var received = Libc.recvmmsg(Descriptor, memory.Headers(first), (uint)count, Libc.MSG_DONTWAIT, null);
            if (received >= 0)
                return received;
            switch (Libc.LastErrno)
            {
                case Errno.TryAgain:
                    return 0;
                case Errno.Interrupted:
                    continue;
                default:
                    throw LinuxException.Last("receive upcalls");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static void Check(int result) => Libc.Check(result, "open a socket for upcalls");
}
