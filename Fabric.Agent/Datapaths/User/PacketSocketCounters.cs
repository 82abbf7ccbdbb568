namespace Fabric.Agent.Datapaths.User;

/// <summary>What passed through a packet socket since it was opened, and what did not.</summary>
public readonly record struct PacketSocketCounters
{
    public long ReceivedFrames { get; init; }
    public long ReceivedBytes { get; init; }
    public long SentFrames { get; init; }
    public long SentBytes { get; init; }

    /// <summary>Received frames longer than <see cref="FrameBatch.MaxFrameBytes"/>, dropped.</summary>
    public long ReceiveTooLong { get; init; }

    /// <summary>Received frames that the kernel could not hand over (a segmentation that it cannot describe), dropped.</summary>
    public long ReceiveRefused { get; init; }

    /// <summary>Frames dropped in sending because the device's queue or our own share of it was full.</summary>
    public long SendBusy { get; init; }

    /// <summary>Frames dropped in sending because the kernel does not take them: longer than the MTU, or malformed.</summary>
    public long SendRefused { get; init; }

    /// <summary>Frames dropped in sending because the interface was down or gone.</summary>
    public long SendInterfaceDown { get; init; }
}
