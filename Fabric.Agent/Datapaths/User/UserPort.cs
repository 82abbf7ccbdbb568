namespace Fabric.Agent.Datapaths.User;

/// <summary>One attached interface of the agent's own datapath.</summary>
internal sealed class UserPort(uint number, string interfaceName, PacketSocket socket)
{
    private long _missed;

    /// <summary>Its datapath port number.</summary>
    public uint Number { get; } = number;

    /// <summary>The interface.</summary>
    public string Interface { get; } = interfaceName;

    /// <summary>Where its frames come from and go to.</summary>
    public PacketSocket Socket { get; } = socket;

    /// <summary>Frames are queued and not sent yet.</summary>
    public bool IsDirty;

    /// <summary>It stands in the list of ports that may have frames waiting.</summary>
    public bool IsReady;

    /// <summary>What it has carried.</summary>
    public PortCounters Counters
    {
        get
        {
            var socketCounters = Socket.Counters;
            // The kernel forgets its count when it is read.
            _missed += Socket.TakeKernelDrops();
            return new PortCounters(
                Number,
                Interface,
                socketCounters.ReceivedFrames,
                socketCounters.ReceivedBytes,
                socketCounters.SentFrames,
                socketCounters.SentBytes,
                socketCounters.SendBusy + socketCounters.SendRefused + socketCounters.SendInterfaceDown,
                _missed + socketCounters.ReceiveTooLong + socketCounters.ReceiveRefused
            );
        }
    }
}
