namespace Fabric.Agent.Datapaths.User;

/// <summary>How a packet socket is opened.</summary>
public sealed record PacketSocketOptions
{
    /// <summary>How many bytes of frames may wait to be received. Default 8 MB; with 128 KB bursts are lost.</summary>
    public int ReceiveBufferBytes { get; init; } = 8 << 20;

    /// <summary>How many bytes of sent frames may be on their way. Default 8 MB.</summary>
    public int SendBufferBytes { get; init; } = 8 << 20;

    /// <summary>Sends past the queueing discipline. Faster on devices that have one; tcpdump then sees nothing sent.</summary>
    public bool BypassesQueueing { get; init; }

    /// <summary>Receives what this host sends there, and nothing else; the usual is the reverse.</summary>
    public bool HearsSent { get; init; }

    /// <summary>Receives frames for any address; needed on real devices, without effect on a veth. Default true.</summary>
    public bool IsPromiscuous { get; init; } = true;
}
