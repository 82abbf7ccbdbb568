using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <content>Sockets: AF_PACKET, AF_NETLINK and their options.</content>
internal static unsafe partial class Libc
{
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;

    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int SOL_SOCKET = 1;
    public const int SO_ERROR = 4;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_NO_CHECK = 11;
    public const int SO_PEERCRED = 17;
    public const int SO_RCVTIMEO = 20;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_RCVBUFFORCE = 33;

    public const int SOL_IP = 0;
    public const int IP_TOS = 1;
    public const int IP_MTU_DISCOVER = 10;
    public const int IP_PMTUDISC_DO = 2;

    public const int SOL_UDP = 17;
    public const int UDP_NO_CHECK6_RX = 102;
    public const int UDP_SEGMENT = 103;
    public const int UDP_GRO = 104;

    public const int SOL_IPV6 = 41;
    public const int IPV6_MTU_DISCOVER = 23;
    public const int IPV6_TCLASS = 67;
    public const int IPV6_V6ONLY = 26;

    public const int SOL_PACKET = 263;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_AUXDATA = 8;
    public const int PACKET_VNET_HDR = 15;
    public const int PACKET_QDISC_BYPASS = 20;
    public const int PACKET_IGNORE_OUTGOING = 23;

    public const int SOL_NETLINK = 270;
    public const int NETLINK_NO_ENOBUFS = 5;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;

    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;

    public const nuint SIOCETHTOOL = 0x8946;

    [LibraryImport(Library, SetLastError = true)]
    public static partial FileDescriptor socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(FileDescriptor socket, void* address, uint lengthBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getsockname(FileDescriptor socket, void* address, uint* lengthBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsockopt(FileDescriptor socket, int level, int name, void* value, uint lengthBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getsockopt(FileDescriptor socket, int level, int name, void* value, uint* lengthBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recvfrom(
        FileDescriptor socket,
        void* buffer,
        nuint lengthBytes,
        int flags,
        void* address,
        uint* addressBytes
    );

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint sendto(FileDescriptor socket, void* buffer, nuint lengthBytes, int flags, void* address, uint addressBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int recvmmsg(FileDescriptor socket, MultiMessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int sendmmsg(FileDescriptor socket, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(FileDescriptor descriptor, nuint request, void* argument);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);

    /// <summary>Sets an option whose value is an int.</summary>
    /// <returns>False with errno set when the kernel refuses.</returns>
    public static bool TrySetOption(FileDescriptor socket, int level, int name, int value) =>
        setsockopt(socket, level, name, &value, sizeof(int)) == 0;
}
