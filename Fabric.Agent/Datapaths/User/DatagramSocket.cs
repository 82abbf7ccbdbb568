using Fabric.Addresses;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A UDP socket that is never connected: whoever hears it may answer from another port.</summary>
/// <remarks>
/// Never waits. It stays in the network namespace that it was opened in. Many datagrams may pass in one call where the kernel can:
/// sending since Linux 4.18 (UDP_SEGMENT), receiving since 5.0 (UDP_GRO).
/// </remarks>
internal sealed unsafe class DatagramSocket : IDisposable
{
    private const int BufferBytes = 8 << 20;

    private readonly bool _isV6;
    private bool _sendsChecksum;
    private byte _tos;

    private DatagramSocket(FileDescriptor descriptor, bool isV6) => (Descriptor, _isV6, _sendsChecksum) = (descriptor, isV6, isV6);

    /// <summary>The socket, to wait on.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>The kernel cuts what it is given into datagrams.</summary>
    public bool CanSegment { get; private init; }

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
            // 0 is no size: each call says its own, and a kernel that cannot refuses already this.
            return new DatagramSocket(socket, isV6) { CanSegment = Libc.TrySetOption(socket, Libc.SOL_UDP, Libc.UDP_SEGMENT, 0) };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Has datagrams of one sender handed over together from now on, if the kernel can.</summary>
    public void ReceiveTogether() => Libc.TrySetOption(Descriptor, Libc.SOL_UDP, Libc.UDP_GRO, 1);

    /// <summary>Chooses the type of service, or traffic class, of what is sent from now on; 0 at first.</summary>
    public void SendWith(byte tos)
    {
        if (tos == _tos)
            return;
        _tos = tos;
        Libc.TrySetOption(Descriptor, _isV6 ? Libc.SOL_IPV6 : Libc.SOL_IP, _isV6 ? Libc.IPV6_TCLASS : Libc.IP_TOS, tos);
    }

    /// <summary>Sends one datagram.</summary>
    public Errno Send(ReadOnlySpan<byte> datagram, InternetAddress destination)
    {
        SendChecksum(_isV6);
        fixed (byte* bytes = datagram)
        {
            var sent = Libc.sendto(Descriptor, bytes, (nuint)datagram.Length, Libc.MSG_DONTWAIT, &destination, destination.LengthBytes);
            return sent < 0 ? Libc.LastErrno : Errno.None;
        }
    }

    /// <summary>Sends several datagrams, all of them or none.</summary>
    /// <param name="datagrams">One behind the other.</param>
    /// <param name="datagramBytes">Bytes of each; the last may be shorter.</param>
    /// <param name="destination">Of all.</param>
    /// <returns>EINVAL or EMSGSIZE if they are too long, EIO if the device wants them cut but cannot.</returns>
    public Errno Send(ReadOnlySpan<byte> datagrams, int datagramBytes, InternetAddress destination)
    {
        // The kernel cuts only what has a checksum.
        SendChecksum(true);
        var control = DatagramSizeMessage.ForSending(datagramBytes);
        fixed (byte* bytes = datagrams)
        {
            var piece = new IoVector { Base = bytes, LengthBytes = (nuint)datagrams.Length };
            var message = new MultiMessageHeader
            {
                Name = &destination,
                NameBytes = destination.LengthBytes,
                Vectors = &piece,
                VectorCount = 1,
                Control = &control,
                ControlBytes = (nuint)sizeof(DatagramSizeMessage),
            };
            return Libc.sendmmsg(Descriptor, &message, 1, Libc.MSG_DONTWAIT) < 1 ? Libc.LastErrno : Errno.None;
        }
    }

    /// <summary>Takes one datagram, or several of one sender.</summary>
    /// <param name="buffer">64 KB, or more are lost.</param>
    /// <param name="source">Whose.</param>
    /// <param name="datagramBytes">Bytes of each but the last, which may be shorter.</param>
    /// <param name="errno">Why nothing came.</param>
    /// <returns>The length of all; less than zero if none is there, or what was there is an error of an earlier send.</returns>
    public int Receive(Span<byte> buffer, out InternetAddress source, out int datagramBytes, out Errno errno)
    {
        InternetAddress from;
        DatagramSizeMessage control;
        fixed (byte* bytes = buffer)
        {
            var piece = new IoVector { Base = bytes, LengthBytes = (nuint)buffer.Length };
            var message = new MultiMessageHeader
            {
                Name = &from,
                NameBytes = InternetAddress.MaxBytes,
                Vectors = &piece,
                VectorCount = 1,
                Control = &control,
                ControlBytes = (nuint)sizeof(DatagramSizeMessage),
            };
            var isThere = Libc.recvmmsg(Descriptor, &message, 1, Libc.MSG_DONTWAIT, null) == 1;
            errno = isThere ? Errno.None : Libc.LastErrno;
            source = from;
            var told = isThere ? control.ReceivedBytes(message.ControlBytes) : 0;
            datagramBytes = told > 0 ? told : (int)message.TransferredBytes;
            return isThere ? (int)message.TransferredBytes : -1;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static void Configure(FileDescriptor socket, bool isV6)
    {
        if (!Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BufferBytes))
            Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUF, BufferBytes);
        if (!Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, BufferBytes))
            Libc.TrySetOption(socket, Libc.SOL_SOCKET, Libc.SO_SNDBUF, BufferBytes);
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

    private void SendChecksum(bool isWanted)
    {
        if (_sendsChecksum == isWanted)
            return;
        _sendsChecksum = isWanted;
        Libc.TrySetOption(Descriptor, Libc.SOL_SOCKET, Libc.SO_NO_CHECK, isWanted ? 0 : 1);
    }
}
