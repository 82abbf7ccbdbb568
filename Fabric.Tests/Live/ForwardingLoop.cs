using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>The least datapath there is: what comes in at one socket goes out at the other, on one thread.</summary>
internal sealed class ForwardingLoop : IDisposable
{
    private const ulong Wake = ulong.MaxValue;

    private readonly PacketSocket[] _sockets;
    private readonly FrameBatch _batch = new();
    private readonly PollSet _poll = new();
    private readonly WakeSignal _stop = new();
    private readonly Thread _thread;
    private int _longestFrameBytes;
    private Exception? _failure;

    public ForwardingLoop(PacketSocket left, PacketSocket right)
    {
        _sockets = [left, right];
        _poll.Add(_stop.Descriptor, Wake);
        for (var i = 0; i < _sockets.Length; i++)
        {
            _poll.Add(_sockets[i].Descriptor, (ulong)i);
        }
        _thread = new Thread(Forward) { IsBackground = true, Name = "forwarding" };
        _thread.Start();
    }

    public int LongestFrameBytes => Volatile.Read(ref _longestFrameBytes);

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
        _batch.Dispose();
        _poll.Dispose();
        _stop.Dispose();
        _failure.ShouldBeNull();
    }

    private void Forward()
    {
        try
        {
            var events = new PollEvent[PollSet.MaxEvents];
            while (true)
            {
                var count = _poll.Wait(events, timeoutMilliseconds: -1);
                for (var i = 0; i < count; i++)
                {
                    if (events[i].Token == Wake)
                    {
                        return;
                    }
                    Forward(_sockets[events[i].Token], _sockets[1 - events[i].Token]);
                }
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private void Forward(PacketSocket from, PacketSocket to)
    {
        // Only so many batches in a row, or a busy side would starve the other.
        for (var round = 0; round < 4; round++)
        {
            var received = from.Receive(_batch);
            for (var i = 0; i < received; i++)
            {
                var length = _batch.Frame(i).Length;
                if (length > _longestFrameBytes)
                {
                    Volatile.Write(ref _longestFrameBytes, length);
                }
                to.Queue(_batch, i);
            }
            to.Flush();
            if (received < FrameBatch.Capacity)
            {
                return;
            }
        }
    }
}
