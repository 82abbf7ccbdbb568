using System.Diagnostics;
using System.Text;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Keeps a second agent from the same datapath: a name in the abstract namespace of unix sockets, which is one a network namespace, as datapaths are.</summary>
/// <remarks>The kernel gives the name up with the process, however it ends. Nothing is ever sent.</remarks>
internal sealed unsafe class DatapathLeaseSocket : IDisposable
{
    private const int UnixFamily = 1;
    private const int PathBytes = 108;

    private readonly FileDescriptor _socket;

    private DatapathLeaseSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>How long one that has it may take to end: a process that was killed is gone before the last of its threads.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the name.</summary>
    /// <exception cref="LinuxException">Another process has it (AddressInUse).</exception>
    public static DatapathLeaseSocket Acquire(string datapath)
    {
        for (var started = Stopwatch.GetTimestamp(); ; Thread.Sleep(RetryInterval))
        {
            try
            {
                return Take(datapath);
            }
            catch (LinuxException taken) when (taken.Errno == Errno.AddressInUse && Stopwatch.GetElapsedTime(started) < Patience) { }
        }
    }

    private static DatapathLeaseSocket Take(string datapath)
    {
        var operation = $"use datapath {datapath}";
        var socket = Libc.socket(UnixFamily, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        if (socket.IsInvalid)
            throw LinuxException.Last(operation);
        // sockaddr_un: u16 family | path; a path that begins with NUL is no file.
        var address = stackalloc byte[sizeof(ushort) + PathBytes];
        *(ushort*)address = UnixFamily;
        address[sizeof(ushort)] = 0;
        var length = Encoding.UTF8.GetBytes($"fabric/datapath/{datapath}", new Span<byte>(address + sizeof(ushort) + 1, PathBytes - 1));
        if (Libc.bind(socket, address, (uint)(sizeof(ushort) + 1 + length)) == 0)
            return new DatapathLeaseSocket(socket);
        var errno = Libc.LastErrno;
        socket.Dispose();
        var advice =
            errno == Errno.AddressInUse ? "another agent has it: stop that one, or choose another name with --datapath-name" : null;
        throw new LinuxException(operation, errno, advice);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
