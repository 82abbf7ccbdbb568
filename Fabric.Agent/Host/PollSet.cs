using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>A set of descriptors that one thread waits on together (epoll, level-triggered).</summary>
/// <remarks>
/// Waiting allocates nothing. Add and Remove may be called from any thread while another waits.
/// A closed descriptor leaves the set by itself, but only if nothing else keeps it open: prefer Remove.
/// </remarks>
public sealed unsafe class PollSet : IDisposable
{
    /// <summary>The most events that one call of <see cref="Wait"/> returns; the rest come with the next call.</summary>
    public const int MaxEvents = 64;

    private readonly FileDescriptor _poll;

    /// <summary>Makes an empty set.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public PollSet()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new PlatformNotSupportedException("epoll_event is laid out for x86-64 only");
        }
        _poll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (_poll.IsInvalid)
        {
            throw LinuxException.Last("create poll set");
        }
    }

    /// <summary>Adds a descriptor that shall wake the waiting thread when it can be read or has failed.</summary>
    /// <param name="descriptor">Stays the caller's.</param>
    /// <param name="token">Comes back in <see cref="PollEvent.Token"/>.</param>
    public void Add(FileDescriptor descriptor, ulong token)
    {
        var change = new EpollEvent { Events = Libc.EPOLLIN, Data = token };
        Libc.Check(Libc.epoll_ctl(_poll, Libc.EPOLL_CTL_ADD, descriptor, &change), "add to poll set");
    }

    /// <summary>Takes a descriptor out of the set; it must still be open.</summary>
    public void Remove(FileDescriptor descriptor)
    {
        var unused = default(EpollEvent);
        Libc.Check(Libc.epoll_ctl(_poll, Libc.EPOLL_CTL_DEL, descriptor, &unused), "remove from poll set");
    }

    /// <summary>Waits until a descriptor is ready or the time is over.</summary>
    /// <param name="ready">Filled from the start; at most <see cref="MaxEvents"/> are used.</param>
    /// <param name="timeoutMilliseconds">0 looks without waiting, -1 waits for ever.</param>
    /// <returns>How many entries were filled; 0 when the time is over or a signal came.</returns>
    public int Wait(Span<PollEvent> ready, int timeoutMilliseconds)
    {
        var room = Math.Min(ready.Length, MaxEvents);
        var events = stackalloc EpollEvent[MaxEvents];
        var count = Libc.epoll_wait(_poll, events, room, timeoutMilliseconds);
        if (count < 0)
        {
            return Libc.LastErrno == Errno.Interrupted ? 0 : throw LinuxException.Last("wait on poll set");
        }
        for (var i = 0; i < count; i++)
        {
            ready[i] = new PollEvent(events[i].Data, (events[i].Events & (Libc.EPOLLERR | Libc.EPOLLHUP)) != 0);
        }
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();
}
