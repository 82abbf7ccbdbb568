using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Host;

/// <summary>The thread that hears of interfaces appearing, changing and vanishing.</summary>
public sealed class LinkLoop : IDisposable
{
    private const ulong LinkToken = 1;
    private const ulong StopToken = 2;

    private readonly LinkMonitorSocket _monitor = LinkMonitorSocket.Open();
    private readonly WakeSignal _stop = new();
    private readonly PollSet _pollSet = new();
    private readonly Action<LinkChange> _changed;
    private readonly Action _told;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;

    /// <summary>Starts to listen; the first changes told are the interfaces that are there.</summary>
    /// <param name="changed">Called on the loop's thread for each change, in order.</param>
    /// <param name="told">Called on the loop's thread once, when all interfaces that were there have been told.</param>
    /// <param name="failed">Called on the loop's thread when the kernel does not tell any more; the loop has ended then.</param>
    public LinkLoop(Action<LinkChange> changed, Action told, Action<Exception> failed)
    {
        (_changed, _told, _failed) = (changed, told, failed);
        _pollSet.Add(_monitor.Descriptor!, LinkToken);
        _pollSet.Add(_stop.Descriptor, StopToken);
        _thread = new Thread(Run) { Name = "links", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _pollSet.Dispose();
        _stop.Dispose();
        _monitor.Dispose();
    }

    private void Run()
    {
        try
        {
            Listen();
        }
        catch (LinuxException failure)
        {
            _failed(failure);
        }
    }

    private void Listen()
    {
        var changes = new List<LinkChange>();
        var events = new PollEvent[2];
        var (isFirst, isStopping) = (true, false);
        while (!isStopping)
        {
            changes.Clear();
            _monitor.Poll(changes);
            changes.ForEach(_changed);
            if (isFirst)
                _told();
            isFirst = false;
            var count = _pollSet.Wait(events, timeoutMilliseconds: -1);
            foreach (var ready in events.AsSpan(0, count))
                isStopping |= ready.Token == StopToken;
        }
    }
}
