using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <content>Sending.</content>
public sealed unsafe partial class PacketSocket
{
    private const int MinFrameBytes = 14;

    private readonly MultiMessageHeader* _sendMessages;
    private readonly IoVector* _sendPieces;
    private int _queued;
    private long _sentFrames;
    private long _sentBytes;
    private long _sendBusy;
    private long _sendRefused;
    private long _sendInterfaceDown;

    /// <summary>Puts a frame in line to be sent by the next <see cref="Flush"/>; a full line is flushed first.</summary>
    /// <remarks>
    /// Nothing is copied: frame and header must stay as they are until then, and the batch must live. The same frame may
    /// be queued at any number of sockets.
    /// </remarks>
    public void Queue(FrameBatch batch, int index)
    {
        var length = batch.Frame(index).Length;
        if (length < MinFrameBytes)
        {
            _sendRefused++;
            return;
        }
        if (_queued == FrameBatch.Capacity)
        {
            Flush();
        }
        var pieces = _sendPieces + (2 * _queued++);
        pieces[0].Base = batch.HeaderAddress(index);
        pieces[1].Base = batch.Address(index);
        pieces[1].LengthBytes = (nuint)length;
    }

    /// <summary>Sends what is queued. What the kernel does not take is dropped and counted; nothing is tried twice.</summary>
    /// <returns>How many frames were sent.</returns>
    public int Flush()
    {
        var next = 0;
        var sent = 0;
        // Every round sends or drops at least one frame, so there are at most 64.
        while (next < _queued)
        {
            var count = Libc.sendmmsg(Descriptor, _sendMessages + next, (uint)(_queued - next), Libc.MSG_DONTWAIT);
            if (count > 0)
            {
                CountSent(next, count);
                sent += count;
                next += count;
            }
            else
            {
                next += DropAfter(Libc.LastErrno, _queued - next);
            }
        }
        _queued = 0;
        return sent;
    }

    /// <summary>Sends all frames of a batch.</summary>
    /// <returns>How many frames were sent.</returns>
    public int Send(FrameBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Queue(batch, i);
        }
        return Flush();
    }

    private void CountSent(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _sentBytes += (long)_sendPieces[(2 * i) + 1].LengthBytes;
        }
        _sentFrames += count;
        State = InterfaceState.Up;
    }

    // How many frames are given up because of an error that the first of those left met.
    private int DropAfter(Errno errno, int left)
    {
        switch (errno)
        {
            case Errno.Interrupted:
                return 0;
            case Errno.TryAgain:
                // Our share of memory is used up and only the device gives it back: the others would fare the same.
                _sendBusy += left;
                return left;
            case Errno.NoBuffers:
                // The device's queue dropped this one; there may be room for the next.
                _sendBusy++;
                return 1;
            case Errno.NetworkDown or Errno.NoDeviceOrAddress or Errno.NoDevice:
                _sendInterfaceDown += left;
                LearnOfFailure();
                return left;
            default:
                _sendRefused++;
                return 1;
        }
    }

    private void PointSendMessages()
    {
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            var pieces = _sendPieces + (2 * i);
            pieces[0].LengthBytes = VirtioNetHeader.LengthBytes;
            _sendMessages[i] = new MultiMessageHeader { Vectors = pieces, VectorCount = 2 };
        }
    }
}
