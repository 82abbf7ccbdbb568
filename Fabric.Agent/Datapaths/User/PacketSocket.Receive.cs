using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <content>Receiving.</content>
public sealed unsafe partial class PacketSocket
{
    private long _receivedFrames;
    private long _receivedBytes;
    private long _receiveTooLong;
    private long _receiveRefused;

    /// <summary>Replaces the batch's frames by those that wait, at most 64.</summary>
    /// <returns>How many came; fewer than 64 mean that no more wait. After 0, <see cref="State"/> tells whether any can come.</returns>
    public int Receive(FrameBatch batch)
    {
        var messages = batch.PrepareReceive();
        var count = Libc.recvmmsg(Descriptor, messages, FrameBatch.Capacity, Libc.MSG_DONTWAIT, null);
        if (count <= 0)
        {
            TakeReceiveError(Libc.LastErrno);
            return 0;
        }
        var tooLong = batch.Accept(count, out var bytes);
        _receivedFrames += count;
        _receivedBytes += bytes;
        _receiveTooLong += tooLong;
        State = InterfaceState.Up;
        return count;
    }

    private void TakeReceiveError(Errno errno)
    {
        switch (errno)
        {
            case Errno.TryAgain or Errno.Interrupted:
                break;
            case Errno.NetworkDown or Errno.NoDeviceOrAddress or Errno.NoDevice:
                LearnOfFailure();
                break;
            default:
                // One frame that the kernel could not describe (EINVAL) or find memory for; it is gone, the next may pass.
                _receiveRefused++;
                break;
        }
    }
}
