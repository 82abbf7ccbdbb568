using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <content>Waiting: epoll and eventfd.</content>
internal static unsafe partial class Libc
{
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;

    public const uint EPOLLIN = 1;
    public const uint EPOLLERR = 8;
    public const uint EPOLLHUP = 16;

    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    [LibraryImport(Library, SetLastError = true)]
    public static partial FileDescriptor epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_ctl(FileDescriptor poll, int operation, FileDescriptor descriptor, EpollEvent* change);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_wait(FileDescriptor poll, EpollEvent* events, int count, int timeoutMilliseconds);

    [LibraryImport(Library, SetLastError = true)]
    public static partial FileDescriptor eventfd(uint initial, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(FileDescriptor descriptor, void* buffer, nuint lengthBytes);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint write(FileDescriptor descriptor, void* buffer, nuint lengthBytes);
}
