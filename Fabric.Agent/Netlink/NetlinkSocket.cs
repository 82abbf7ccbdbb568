using System.Globalization;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>A netlink socket of the kernel.</summary>
/// <remarks>
/// Belongs to the network namespace of the thread that opens it and stays there. The kernel explains its refusals
/// (NETLINK_EXT_ACK). Datagrams that come from other processes are dropped unseen.
/// </remarks>
public sealed unsafe class NetlinkSocket : INetlinkTransport
{
    /// <summary>NETLINK_ROUTE: links, addresses, routes.</summary>
    public const int RouteProtocol = 0;

    /// <summary>NETLINK_GENERIC: families by name, Open vSwitch among them.</summary>
    public const int GenericProtocol = 16;

    /// <summary>How long <see cref="Receive"/> waits on a blocking socket. The kernel answers at once or not at all.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly int _receiveFlags;

    private NetlinkSocket(FileDescriptor descriptor, bool isBlocking)
    {
        Descriptor = descriptor;
        _receiveFlags = Libc.MSG_TRUNC | (isBlocking ? 0 : Libc.MSG_DONTWAIT);
    }

    /// <summary>The socket itself, to wait on.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Opens a socket for requests: <see cref="Receive"/> waits up to <see cref="AnswerTimeout"/>.</summary>
    /// <exception cref="LinuxException">The kernel does not have the protocol.</exception>
    public static NetlinkSocket OpenRequests(int protocol) => new(Open(protocol, groups: 0), isBlocking: true);

    /// <summary>Opens a socket for notifications: <see cref="Receive"/> never waits; put the descriptor into a poll set.</summary>
    /// <param name="protocol">One of the constants above.</param>
    /// <param name="groups">A bit for each of the first 32 multicast groups.</param>
    /// <param name="receiveBytes">How much the kernel may hold back before it loses notifications.</param>
    /// <exception cref="LinuxException">The kernel does not have the protocol, or refuses the groups.</exception>
    public static NetlinkSocket OpenNotifications(int protocol, uint groups, int receiveBytes = 4 << 20)
    {
        var descriptor = Open(protocol, groups);
        if (!Libc.TrySetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, receiveBytes))
        {
            // Without CAP_NET_ADMIN: as much as the system allows.
            Libc.TrySetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBytes);
        }
        return new NetlinkSocket(descriptor, isBlocking: false);
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        var kernel = new NetlinkAddress { Family = Libc.AF_NETLINK };
        fixed (byte* bytes = datagram)
        {
            while (Libc.sendto(Descriptor, bytes, (nuint)datagram.Length, 0, &kernel, (uint)sizeof(NetlinkAddress)) < 0)
            {
                if (Libc.LastErrno != Errno.Interrupted)
                {
                    throw LinuxException.Last("send to netlink");
                }
            }
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                NetlinkAddress sender;
                var senderBytes = (uint)sizeof(NetlinkAddress);
                var length = Libc.recvfrom(Descriptor, bytes, (nuint)buffer.Length, _receiveFlags, &sender, &senderBytes);
                if (length >= 0 && sender.PortId == 0)
                {
                    return (int)length;
                }
                if (length >= 0)
                {
                    continue;
                }
                switch (Libc.LastErrno)
                {
                    case Errno.TryAgain:
                        return 0;
                    case Errno.Interrupted:
                        continue;
                    default:
                        throw LinuxException.Last("receive from netlink");
                }
            }
        }
    }

    /// <summary>Receives datagrams that wait, up to what the batch holds, without waiting for any.</summary>
    /// <returns>True if there may be more.</returns>
    /// <exception cref="LinuxException">NoBuffers: the kernel lost some; else the socket is broken.</exception>
    public bool ReceiveBatch(NetlinkBatch batch)
    {
        while (true)
        {
            var count = Libc.recvmmsg(Descriptor, batch.Prepare(), NetlinkBatch.Slots, Libc.MSG_DONTWAIT, null);
            batch.Count = Math.Max(0, count);
            if (count >= 0)
            {
                return count == NetlinkBatch.Slots;
            }
            switch (Libc.LastErrno)
            {
                case Errno.TryAgain:
                    return false;
                case Errno.Interrupted:
                    continue;
                default:
                    throw LinuxException.Last("receive from netlink");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static FileDescriptor Open(int protocol, uint groups)
    {
        var operation = string.Create(CultureInfo.InvariantCulture, $"open netlink socket of protocol {protocol}");
        var descriptor = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
        if (descriptor.IsInvalid)
        {
            throw LinuxException.Last(operation);
        }
        var timeout = stackalloc long[] { (long)AnswerTimeout.TotalSeconds, 0 };
        var address = new NetlinkAddress { Family = Libc.AF_NETLINK, Groups = groups };
        // Both acknowledgement options are comfort: a kernel before 4.12 refuses them and still works.
        Libc.TrySetOption(descriptor, Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
        Libc.TrySetOption(descriptor, Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1);
        if (
            Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeout, 2 * sizeof(long)) < 0
            || Libc.bind(descriptor, &address, (uint)sizeof(NetlinkAddress)) < 0
        )
        {
            var failure = LinuxException.Last(operation);
            descriptor.Dispose();
            throw failure;
        }
        return descriptor;
    }
}
