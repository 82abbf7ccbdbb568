using Fabric.Agent.Datapaths.User;
using Fabric.Devices;

namespace Fabric.Agent.Upcalls;

/// <summary>A packet that waits for a fact: a neighbor's address, or a connection that other hosts may know.</summary>
/// <param name="Port">The exterior port that it came in by; for one that the network made, the port that it leaves its device by.</param>
/// <param name="DatapathPort">The datapath port that it came in by, 0 for one that the network made.</param>
/// <param name="IsEmitted">The network made it.</param>
/// <param name="Frame">Its bytes, its own copy.</param>
/// <param name="Offload">What its sender left to be done.</param>
/// <param name="Payer">The exterior port whose share it waits in: that of the packet that caused it.</param>
/// <param name="Deadline">When it is given up, in ticks of the agent's clock.</param>
public sealed record ParkedPacket(
    PortId Port,
    uint DatapathPort,
    bool IsEmitted,
    byte[] Frame,
    VirtioNetHeader Offload,
    PortId Payer,
    long Deadline
);
