namespace Fabric.Agent.Datapaths;

/// <summary>What a datapath port has carried.</summary>
/// <param name="Port">The datapath port.</param>
/// <param name="Interface">Its interface.</param>
/// <param name="ReceivedPackets">Frames that came in.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="SentPackets">Frames that went out.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="Dropped">Frames that the interface did not take, its queue being full or the link down.</param>
/// <param name="Missed">Frames that came in faster than they were received, and were lost in the kernel.</param>
public readonly record struct PortCounters(
    uint Port,
    string Interface,
    long ReceivedPackets,
    long ReceivedBytes,
    long SentPackets,
    long SentBytes,
    long Dropped,
    long Missed
);
