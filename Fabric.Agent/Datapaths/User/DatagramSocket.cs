using Fabric.Addresses;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A UDP socket that is never connected: whoever hears it may answer from another port.</summary>
/// <remarks>Never waits. It stays in the network namespace that it was opened in.</remarks>
internal sealed unsafe class DatagramSocket : IDisposable
{
    private const int BufferBytes = 8 << 20;

    private DatagramSocket(FileDescriptor descriptor) => Descriptor = descriptor;

    /// <summary>The socket, to wait on.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Opens a socket at an address and port of this host; the unspecified address stands for all of its version.</summary>
    /// <exception cref="LinuxException">The port is taken (EADDRINUSE), or the address is not this host's (EADDRNOTAVAIL).</exception>
    public static DatagramSocket Open(IpAddress address, ushort port)
    {
        var isV6 = address.Family == IpFamily.V6;
        var operation = $"listen for other hosts at {address}, UDP port {port}";
        var socket = Libc.socket(isV6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        try
        {
            if (socket.IsInvalid)
                throw LinuxException.Last(operation);
            Configure(socket, isV6);
            var name = InternetAddress.Of(address, port);
            Libc.Check(Libc.bind(socket, &name, name.LengthBytes), operation);
            return new DatagramSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one datagram.</summary>
    public Errno Send(ReadOnlySpan<byte> datagram, InternetAddress destination)
    {
        fixed (byte* bytes = datagram)
        {
            var sent = Libc.sendto(Descriptor, bytes, (nuint)datagram.Length, Libc.MSG_DONTWAIT, &destination, destination.LengthBytes);
            return sent < 0 ? Libc.LastErrno : Errno.None;
        }
    }

    /// <summary>Takes one datagram.</summary>
    /// <returns>Its length; less than zero if none is there, or what was there is an error of an earlier send.</returns>
    public int Receive(Span<byte> buffer, out InternetAddress source, out Errno errno)
    {
        InternetAddress from;
        var fromBytes = (uint)InternetAddress.MaxBytes;
        fixed (byte* bytes = buffer)
        {
            var length = Libc.recvfrom(Descriptor, bytes, (nuint)buffer.Length, Libc.MSG_DONTWAIT, &from, &fromBytes);
            errno = length < 0 ? Libc.LastErrno : Errno.None;
            source = from;
            return (int)length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static void Configure(FileDescriptor socket, bool isV6)
    {
        if (!Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BufferBytes))
            Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUF, BufferBytes);
        if (isV6)
        {
            Libc.TrySetOption(socket, Libc.SOL_IPV6, Libc.IPV6_V6ONLY, 1);
            Libc.TrySetOption(socket, Libc.SOL_IPV6, Libc.IPV6_MTU_DISCOVER, Libc.IP_PMTUDISC_DO);
            // Others may send without checksum (RFC 6935, section 5), and their frames have one inside.
            Libc.TrySetOption(socket, Libc.SOL_UDP, Libc.UDP_NO_CHECK6_RX, 1);
            return;
        }
        // RFC 7348, section 4.3: no fragments; section 5: no checksum.
        Libc.TrySetOption(socket, Libc.SOL_IP, Libc.IP_MTU_DISCOVER, Libc.IP_PMTUDISC_DO);
        Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_NO_CHECK, 1);
    }
}
