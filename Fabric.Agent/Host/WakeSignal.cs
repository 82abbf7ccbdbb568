using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Wakes a thread that waits in a <see cref="PollSet"/> (eventfd).</summary>
/// <remarks>
/// Signals do not queue: any number before a <see cref="Clear"/> count as one, so put the message into an inbox first and
/// signal after. The waiting side clears first and empties the inbox after; in any other order a wake is lost.
/// </remarks>
public sealed unsafe class WakeSignal : IDisposable
{
    /// <summary>Makes a signal that is not set.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public WakeSignal()
    {
        Descriptor = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (Descriptor.IsInvalid)
        {
            throw LinuxException.Last("create wake signal");
        }
    }

    private int _isSet;

    /// <summary>What to add to the poll set; readable while the signal is set.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>It is set; for who looks instead of waiting.</summary>
    public bool IsSet => Volatile.Read(ref _isSet) != 0;

    /// <summary>Sets the signal; from any thread, never blocks.</summary>
    public void Set()
    {
        var one = 1UL;
        // TryAgain means that the counter is full, so the signal is set already.
        if (Libc.write(Descriptor, &one, sizeof(ulong)) < 0 && Libc.LastErrno != Errno.TryAgain)
        {
            throw LinuxException.Last("set wake signal");
        }
        // After the write: a clear between the two is followed by another, which finds the descriptor readable.
        Volatile.Write(ref _isSet, 1);
    }

    /// <summary>Clears the signal; costs nothing when nobody has set it.</summary>
    /// <returns>True if it was set.</returns>
    public bool Clear()
    {
        if (Interlocked.Exchange(ref _isSet, 0) == 0)
        {
            return false;
        }
        ulong count;
        return Libc.read(Descriptor, &count, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();
}
